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

const unit = 'openvpn-server@server'
const isIn = /Initialization Sequence Completed/
const people = {
  alice: { password: 'wonderland' },
  bob: { password: 'builder', phones: ['+31612345678'] },
  dave: { password: 'diver' },
  erin: { password: 'email' },
}
const phone = '+31612345678'

describe('OpenVPN as docs/reference/gateways/openvpn.md sets it up', function () {
  this.timeout(600_000)
  this.slow(20_000)
  let host: GatewayHost
  let service: HoldfastInside
  const laptops: Laptop[] = []

  before(async function () {
    needRoot(this)
    needProgram('ip', this)
    needProgram('openvpn', this)
    needFile('/usr/lib/openvpn/radiusplugin.so', 'openvpn-auth-radius', this)
    needFile('/dev/net/tun', 'openvpn', this)
    if (!canMakeCables()) skip('this machine has no veth devices', this)
    host = await createGatewayHost()
    const page = fillIn(readPage('openvpn'), { SECRET: gatewaySecret })
    service = await startHoldfastIn(host, people, settingsOf(page))
    await enrolApps(service, ['alice', 'dave', 'erin'])
    await installCertificates(host)
    await host.follow(page)
    await host.logged(unit, isIn)
    for (const address of ['198.51.100.7', '198.51.100.8', '198.51.100.9']) {
      laptops.push(await plugIn(host, address))
    }
  })
  after(() => host?.remove())

  /** Starts OpenVPN on a laptop, and types there what this person types. */
  function connect(laptop: number, user: string, typed: string): Program {
    const file = `/etc/openvpn/client/${user}`
    host.write(file, `${user}\n${typed}\n`, 0o600)
    const started = laptops[laptop]?.start('openvpn', [
      ...['--cd', '/etc/openvpn/client', '--config', 'vpn.conf', '--auth-user-pass', file],
    ])
    if (started === undefined) throw new Error('there is no such laptop')
    return started
  }

  /** Whether the gateway's end of the tunnel answers: it refuses a connection to a port that nothing listens on. */
  async function tunnelWorks(laptop: number): Promise<boolean> {
    const code = await laptops[laptop]?.start('timeout', [
      ...['5', 'bash', '-c', 'exec 3<>/dev/tcp/10.8.0.1/9'],
    ]).ended
    return code === 1
  }

  async function lastSignInOf(user: string) {
    const [rows] = await administer(service, [['audit.search', { user, limit: 1 }]])
    return (rows as readonly Record<string, unknown>[])[0]
  }

  it('lets in with password and code, and its accounting is kept', async () => {
    const client = connect(0, 'alice', `${people.alice.password},${codeOf(seedOf('alice'))}`)
    await client.printed(isIn)
    expect(await tunnelWorks(0)).to.equal(true)
    expect(await lastSignInOf('alice')).to.include({ outcome: 'accept', device: '198.51.100.7' })
    const [gateways] = await administer(service, [['gateway.list', {}]])
    expect(gateways).to.have.nested.property('[0].lastAccountingMs').that.is.above(0)
  })

  it('refuses a wrong code, and says so in the log of the server only', async () => {
    const client = connect(1, 'dave', `${people.dave.password},000000`)
    await client.ended
    expect(client.output()).to.match(/AUTH_FAILED/)
    expect(await lastSignInOf('dave')).to.include({ reason: 'code-wrong' })
    expect(await host.logged(unit, /Reply-Message/)).to.match(/Reply-Message:.*Ref/)
  })

  it('waits for a call; the open tunnel goes on until a second sign-in waits behind it', async () => {
    const called = connect(1, 'bob', people.bob.password)
    await service.rings(phone)
    expect(await tunnelWorks(0)).to.equal(true)

    const code = `${people.dave.password},${codeOf(seedOf('dave'))}`
    const next = connect(2, 'dave', code)
    let worked = 0
    while (worked < 50 && (await tunnelWorks(0))) worked++
    expect(worked).to.be.below(50)

    await service.press(phone)
    await Promise.all([called.printed(isIn), next.printed(isIn)])
    expect(await tunnelWorks(0)).to.equal(true)
    expect(await service.calls(phone)).to.equal(1)
    // The second request left the gateway when the first had its answer.
    const held = await lastSignInOf('bob')
    const second = await lastSignInOf('dave')
    expect(Number(second?.startedAtMs)).to.be.at.least(Number(held?.endedAtMs))
    await next.stop()
    expect(await host.logged(unit, /RADIUS-PLUGIN/)).to.not.contain('Statusfile')
  })

  it('takes no token from a client that reconnects, so that the password is sent again', async () => {
    const typed = `${people.erin.password},${codeOf(seedOf('erin'))}`
    const client = connect(2, 'erin', typed)
    await client.printed(isIn)
    client.process.kill('SIGUSR1')
    await client.printed(/auth-failure \(auth-token\)/)
    await client.stop()
  })
})

async function installCertificates(host: GatewayHost): Promise<void> {
  const { caFile, certificateFile, keyFile } = await makeCertificates(host.folder, [
    'DNS:vpn.corp.example',
  ])
  const copies: readonly [file: string, to: string][] = [
    [caFile, '/etc/openvpn/server/ca.pem'],
    [certificateFile, '/etc/openvpn/server/server.pem'],
    [keyFile, '/etc/openvpn/server/server-key.pem'],
    [caFile, '/etc/openvpn/client/ca.pem'],
  ]
  for (const [file, to] of copies) host.write(to, readFileSync(file, 'utf8'), 0o600)
}
