import { existsSync } from 'node:fs'
import { expect } from 'chai'
import { needProgram, needRoot } from '../need.ts'
import { gatewaySecret, startHoldfastIn } from './holdfast.ts'
import { createGatewayHost, type GatewayHost } from './host.ts'
import { parseBlocks } from './page.ts'

describe('a machine for the gateway of a page', () => {
  let host: GatewayHost

  before(async function () {
    needRoot(this)
    needProgram('ip', this)
    host = await createGatewayHost()
  })
  after(() => host?.remove())

  it('writes and types what the page prints, and nothing outside of it changes', async () => {
    const file = '/etc/holdfast-lab/file.conf'
    await host.follow(
      parseBlocks(
        `In \`${file}\`:\n\n\`\`\`\none\n\`\`\`\n\n\`\`\`sh\ncp ${file} ${file}.copy\n\`\`\`\n`,
      ),
    )
    expect(host.read(`${file}.copy`)).to.equal('one\n')
    expect(existsSync('/etc/holdfast-lab')).to.equal(false)
  })

  it('says which command fails', async () => {
    const wrong = host.follow(parseBlocks('```sh\nfalse\ntrue\n```\n'))
    const error = await wrong.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(String(error)).to.contain('these commands failed:\nfalse')
  })

  it('runs Holdfast, which sees the gateway at its own address and rings a phone', async () => {
    const number = '+31612345678'
    const people = { bob: { password: 'builder', phones: [number] } }
    const service = await startHoldfastIn(host, people, {
      gateways: {
        vpn: { address: '192.0.2.10', secret: 'credential:vpn-secret', patience: '90s' },
      },
    })
    const answered = host.run(
      'radclient',
      ['-t', '90', '192.0.2.20:1812', 'auth', gatewaySecret],
      'User-Name = bob, User-Password = builder, Message-Authenticator = 0x00\n',
    )
    await service.rings(number)
    await service.press(number)
    const { stdout } = await answered
    expect(stdout, stdout).to.contain('Access-Accept')
    expect(await service.calls(number)).to.equal(1)
  })
})
