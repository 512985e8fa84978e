import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { makeCertificates } from '../certificates.ts'
import { canMakeCables } from '../hostapd.ts'
import { needFile, needProgram, needRoot, skip } from '../need.ts'
import { administer, codeOf, enrolApps, seedOf } from '../service-config.ts'
import { gatewaySecret, type HoldfastInside, startHoldfastIn } from './holdfast.ts'
import { createGatewayHost, type GatewayHost } from './host.ts'
import { type Laptop, type Program, plugIn } from './laptop.ts'
import { fillIn, readPage, settingsOf } from './page.ts'

const isIn = /Configured as 10\.9\.0\.\d+/
const people = {
  alice: { password: 'wonderland', groups: ['staff'] },
  bob: { password: 'builder', phones: ['+31612345678'] },
  dave: { password: 'diver' },
}
const phone = '+31612345678'

describe('ocserv as docs/reference/gateways/ocserv.md sets it up', function () {
  this.timeout(600_000)
  this.slow(20_000)
  let host: GatewayHost
  let service: HoldfastInside
  const laptops: Laptop[] = []

  before(async function () {
    needRoot(this)
    needProgram('ip', this)
    needProgram('ocserv', this)
    needProgram('openconnect', this)
    needFile('/dev/net/tun', 'ocserv', this)
    if (!canMakeCables()) skip('this machine has no veth devices', this)
    host = await createGatewayHost()
    const page = fillIn(readPage('ocserv'), { SECRET: gatewaySecret })
    service = await startHoldfastIn(host, people, settingsOf(page))
    await enrolApps(service, ['alice', 'dave'])
    await installCertificates(host)
    // ocserv makes its sockets in the folder of its workers.
    await host.run('mount', ['-t', 'tmpfs', 'tmpfs', '/var/lib/ocserv/run'])
    await host.follow(page)
    for (const address of ['198.51.100.7', '198.51.100.8', '198.51.100.9']) {
      laptops.push(await plugIn(host, address))
    }
  })
  after(() => host?.remove())

  /** Starts openconnect on a laptop, where this person types the password, and later more. */
  function connect(laptop: number, user: string, typed: string): Program {
    const started = laptops[laptop]?.start('openconnect', [
      ...['--cafile', '/etc/ocserv/ca.pem', '--user', user, '--passwd-on-stdin'],
      'https://192.0.2.10',
    ])
    if (started === undefined) throw new Error('there is no such laptop')
    started.process.stdin.write(`${typed}\n`)
    return started
  }

  /** Whether this is enough to get in, without a question. */
  async function signsIn(laptop: number, user: string, typed: string): Promise<boolean> {
    const client = connect(laptop, user, typed)
    return client.printed(isIn).then(
      () => true,
      () => false,
    )
  }

  async function lastSignInOf(user: string) {
    const [rows] = await administer(service, [['audit.search', { user, limit: 1 }]])
    return (rows as readonly Record<string, unknown>[])[0]
  }

  it('shows the question for the code, and lets in with it, into the group of the reply rule', async () => {
    const client = connect(0, 'alice', people.alice.password)
    await client.printed(/code/i)
    client.process.stdin.write(`${codeOf(seedOf('alice'))}\n`)
    await client.printed(isIn)
    expect(await lastSignInOf('alice')).to.include({ outcome: 'accept', device: '198.51.100.7' })
    const { stdout } = await host.run('occtl', ['--json', 'show', 'user', 'alice'])
    expect(JSON.parse(stdout)).to.have.nested.property('[0].Groupname', 'staff')
    const [gateways] = await administer(service, [['gateway.list', {}]])
    expect(gateways).to.have.nested.property('[0].lastAccountingMs').that.is.above(0)
  })

  it('refuses a wrong code with its text, and takes what is typed then as a new sign-in', async () => {
    const client = connect(1, 'dave', `${people.dave.password},000000`)
    await client.printed(/Ref \w{4}/)
    expect(await lastSignInOf('dave')).to.include({ reason: 'code-wrong' })
    client.process.stdin.write(`${people.dave.password},${codeOf(seedOf('dave'))}\n`)
    await client.printed(isIn)
    await client.stop()
  })

  it('holds for a call, while others sign in', async () => {
    const called = connect(1, 'bob', people.bob.password)
    await service.rings(phone)
    // One connection in 32 comes to the process that waits for the call.
    let tries = 0
    while (!(await signsIn(2, 'dave', `${people.dave.password},${codeOf(seedOf('dave'), 1)}`))) {
      expect(++tries).to.be.below(3)
    }
    await service.press(phone)
    await called.printed(isIn)
    expect(await service.calls(phone)).to.equal(1)
  })
})

async function installCertificates(host: GatewayHost): Promise<void> {
  const names = ['IP:192.0.2.10']
  const { caFile, certificateFile, keyFile } = await makeCertificates(host.folder, names)
  const copies: readonly [file: string, to: string][] = [
    [caFile, '/etc/ocserv/ca.pem'],
    [certificateFile, '/etc/ocserv/server.pem'],
    [keyFile, '/etc/ocserv/server-key.pem'],
  ]
  for (const [file, to] of copies) host.write(to, readFileSync(file, 'utf8'), 0o600)
}
