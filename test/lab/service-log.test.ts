import { once } from 'node:events'
import { expect } from 'chai'
import { openGateway, type TestGateway } from './gateway.ts'
import { type Service, startService } from './service.ts'
import { bareConfig, gatewayConfig, numberedUsers, type Place } from './service-config.ts'

const people = numberedUsers(200)

describe('a service whose log is not read', function () {
  this.timeout(600_000)
  let service: Service
  let gateway: TestGateway

  beforeEach(async () => {
    service = await startService((place: Place) =>
      JSON.stringify({
        ...bareConfig(place),
        store: 'temporary',
        directories: { people: { type: 'local', users: people } },
        gateways: { vpn: gatewayConfig('append') },
        rules: [{ name: 'all', second_factor: 'none' }],
      }),
    )
    gateway = await openGateway(service)
  })
  afterEach(async () => {
    gateway?.close()
    await service?.stop('SIGKILL')
  })

  /** Everyone once; gives how many were accepted. */
  async function everybodySignsIn(): Promise<number> {
    const replies = await Promise.all(
      Object.keys(people).map((user) =>
        gateway.signIn({ user, password: `pw-${user}`, nas: 'append' }, 20_000),
      ),
    )
    return replies.filter((reply) => reply?.kind === 'accept').length
  }
  const logged = () => service.output().split('"event":"sign-in"').length - 1

  it('signs people in while the reader is stuck, writes every line later, and stops', async () => {
    const { stdout } = service.process
    stdout?.pause()
    for (let round = 0; round < 8; round += 1) expect(await everybodySignsIn()).to.equal(200)
    expect(logged()).to.be.lessThan(800)

    stdout?.resume()
    expect(await everybodySignsIn()).to.equal(200)
    while (stdout && logged() < 9 * 200) await once(stdout, 'data')
    expect(service.output()).not.to.contain('log-lines-lost')

    stdout?.pause()
    for (let round = 0; round < 8; round += 1) expect(await everybodySignsIn()).to.equal(200)
    expect(await service.stop()).to.equal(0)
  })

  it('signs people in after the reader has gone, and stops', async () => {
    service.process.stdout?.destroy()
    for (let round = 0; round < 2; round += 1) expect(await everybodySignsIn()).to.equal(200)
    expect(await service.stop()).to.equal(0)
  })
})
