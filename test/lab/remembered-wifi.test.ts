import { join } from 'node:path'
import { expect } from 'chai'
import { holdfast } from './cli.ts'
import { demoPhone } from './demo-phone.ts'
import { type EapolResult, type Network, signInByEapol, writeServerCertificate } from './eapol.ts'
import { needProgram } from './need.ts'
import { type Service, startService } from './service.ts'
import { gatewayConfig, lastingConfig } from './service-config.ts'

/** Locally administered, as eapol_test and telephones make them. */
const laptop = '02:00:00:00:00:01'

describe('eapol_test: a device that is remembered on Wi-Fi (RULES 26)', function () {
  this.timeout(600_000)
  this.slow(1_000)
  let service: Service
  let phone: ReturnType<typeof demoPhone>
  let calls = 0

  before(async function () {
    needProgram('eapol_test', this)
    service = await startService((place) => {
      const eap = { methods: ['ttls', 'peap'], crypto_binding: 'required' }
      return JSON.stringify({
        ...lastingConfig(place),
        eap: writeServerCertificate(place.folder),
        gateways: {
          wifi: gatewayConfig('wifi', { flow: 'auto', group: 'air', eap }),
        },
        rules: [
          { gateway_group: 'air', credential: 'eap', remember: '14d' },
          { gateway_group: 'air', deny: true },
        ],
      })
    })
    phone = demoPhone(service.httpPort)
  })
  after(() => service?.stop())

  /** Each has a challenge of its own: equal requests would get the same answer for ten seconds. */
  function signIn(
    mac: string,
    network: string,
    eap = 'PEAP',
    more: Network = {},
  ): Promise<EapolResult> {
    return signInByEapol({
      port: service.port,
      gateway: 'wifi',
      network: {
        eap,
        identity: 'carol',
        anonymous_identity: 'anonymous',
        password: 'singer',
        ca_cert: join(service.folder, 'ca.pem'),
        phase2: 'auth=MSCHAPV2',
        ...more,
      },
      more: ['-M', mac, '-N', `30:s:AA-BB-CC-00-00-01:${network}`],
    })
  }

  async function signInByCall(mac: string, network: string, eap = 'PEAP'): Promise<void> {
    const held = signIn(mac, network, eap)
    const call = await phone.next('call', 'carol', calls)
    calls += 1
    await phone.press(call.id, '#')
    expect(await held).to.include({ isAccepted: true, keysFit: true })
  }

  it('is called for once, and then gets on with the password and keys that fit', async () => {
    await signInByCall(laptop, 'corp')
    const again = await signIn(laptop, 'corp')
    expect(again, again.output.slice(-2_000)).to.include({ isAccepted: true, keysFit: true })
    expect(await phone.calls()).to.equal(1)
  })

  it('is called for in another network, and with another address', async () => {
    await signInByCall(laptop, 'guests')
    await signInByCall('02:00:00:00:00:02', 'corp')
    expect(await phone.calls()).to.equal(3)
  })

  it('is called for where the answer is not bound to the tunnel (RULES 28)', async () => {
    await signInByCall(laptop, 'corp', 'TTLS')
    expect(await phone.calls()).to.equal(4)
  })

  it('is not kept where the peer does not bind at all, and so does not get in', async () => {
    const held = signIn('02:00:00:00:00:03', 'corp', 'PEAP', { phase1: 'crypto_binding=0' })
    const call = await phone.next('call', 'carol', calls)
    calls += 1
    await phone.press(call.id, '#')
    expect(await held).to.include({ isAccepted: false })
    await service.printed(/eap-binding-missing/)
  })

  it('is kept for a day only, since its address is random, in one network each', async () => {
    const listed = await holdfast([
      ...['remembered', 'list', 'carol', '--json'],
      ...['--config', service.configFile],
    ])
    const signIns = JSON.parse(listed.stdout)
    expect(signIns.map((each: { network: string }) => each.network).sort()).to.deep.equal([
      'corp',
      'corp',
      'guests',
    ])
    for (const { atMs, untilMs } of signIns) expect(untilMs - atMs).to.equal(86_400_000)
  })
})
