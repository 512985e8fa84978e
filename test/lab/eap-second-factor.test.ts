import { join } from 'node:path'
import { expect } from 'chai'
import { demoPhone } from './demo-phone.ts'
import { type EapolResult, type Network, signInByEapol, writeServerCertificate } from './eapol.ts'
import { needProgram } from './need.ts'
import { type Service, startService } from './service.ts'
import { codeOf, enrolApps, gatewayConfig, lastingConfig, seedOf } from './service-config.ts'

describe('eapol_test: the second factor on Wi-Fi', function () {
  this.timeout(600_000)
  this.slow(1_000)
  let service: Service
  let phone: ReturnType<typeof demoPhone>

  before(async function () {
    needProgram('eapol_test', this)
    service = await startService((place) => {
      const config = lastingConfig(place)
      const eap = { methods: ['ttls', 'peap'] }
      return JSON.stringify({
        ...config,
        stop_timeout: '1s',
        eap: writeServerCertificate(place.folder),
        directories: {
          people: {
            type: 'local',
            users: {
              alice: { password: 'wonderland' },
              carol: { password: 'singer', phones: ['+31687654321'] },
            },
          },
        },
        gateways: {
          wifi: gatewayConfig('wifi', { flow: 'auto', eap }),
          brief: gatewayConfig('brief', { flow: 'hold', patience: '4s', margin: '1s', eap }),
        },
      })
    })
    phone = demoPhone(service.httpPort)
    await enrolApps(service, ['alice'])
  })

  after(async () => {
    await service?.stop()
  })

  const network = (user: string, password: string, phase2: string): Network => ({
    eap: 'TTLS',
    identity: user,
    anonymous_identity: 'anonymous',
    password,
    ca_cert: join(service.folder, 'ca.pem'),
    phase2,
  })

  async function rung(): Promise<number> {
    return (await phone.list()).filter(({ kind }) => kind === 'call').length
  }

  /** Each from a device of its own: what one device has just done answers it again (RULES 10). */
  let devices = 0
  function signIn(gateway: string, of: Network): Promise<EapolResult> {
    devices += 1
    const mac = `02:00:00:00:01:${String(devices).padStart(2, '0')}`
    return signInByEapol({ port: service.port, gateway, network: of, more: ['-M', mac] })
  }

  async function expectCall(inner: string, ringsMs: number): Promise<EapolResult> {
    const before = await rung()
    const held = signIn('wifi', network('carol', 'singer', inner))
    const call = await phone.next('call', 'carol', before)
    await new Promise((resolve) => setTimeout(resolve, ringsMs))
    await phone.press(call.id, '#')
    const result = await held
    expect(result.isAccepted, result.output).to.equal(true)
    expect(result.keysFit, result.output).to.equal(true)
    expect(await rung()).to.equal(before + 1)
    return result
  }

  for (const inner of ['auth=PAP', 'auth=MSCHAPV2', 'autheap=GTC', 'autheap=MSCHAPV2']) {
    it(`${inner}: held while the phone rings`, async () => {
      await expectCall(inner, 0)
    })
  }

  it('is held past the gateway’s resend, and rings once', async () => {
    // eapol_test sends again after 3 s.
    const { output } = await expectCall('auth=PAP', 5_000)
    expect(output).to.include('Resending RADIUS message')
  })

  it('goes on over a reload', async () => {
    const before = await rung()
    const held = signIn('wifi', network('carol', 'singer', 'auth=PAP'))
    const call = await phone.next('call', 'carol', before)
    service.process.kill('SIGHUP')
    await service.printed(/configuration-reloaded/)
    await phone.press(call.id, '#')
    const { isAccepted, keysFit, output } = await held
    expect(isAccepted, output).to.equal(true)
    expect(keysFit, output).to.equal(true)
  })

  it('is refused when the person hangs up', async () => {
    const before = await rung()
    const held = signIn('wifi', network('carol', 'singer', 'auth=PAP'))
    const call = await phone.next('call', 'carol', before)
    await phone.hangUp(call.id)
    const { isAccepted, output } = await held
    expect(isAccepted, output).to.equal(false)
    await service.printed(/prompt-refused/)
  })

  it('is refused before the gateway gives up, when the call is not answered', async () => {
    const { isAccepted, output } = await signIn('brief', network('carol', 'singer', 'auth=PAP'))
    expect(isAccepted, output).to.equal(false)
    expect(output).to.include('EAP: Received EAP-Failure')
    await service.printed(/prompt-timeout/)
  })

  it('takes the code after the password', async () => {
    const password = `wonderland,${codeOf(seedOf('alice'))}`
    const { isAccepted, keysFit, output } = await signIn(
      'wifi',
      network('alice', password, 'auth=PAP'),
    )
    expect(isAccepted, output).to.equal(true)
    expect(keysFit, output).to.equal(true)
  })

  it('does not ring without the password', async () => {
    const before = await rung()
    const { isAccepted } = await signIn('wifi', network('carol', 'wrong', 'auth=PAP'))
    expect(isAccepted).to.equal(false)
    expect(await rung()).to.equal(before)
  })

  it('is refused when the service stops while the phone rings', async () => {
    const before = await rung()
    const held = signIn('wifi', network('carol', 'singer', 'auth=PAP'))
    await phone.next('call', 'carol', before)
    expect(await service.stop()).to.equal(0)
    const { isAccepted, output } = await held
    expect(isAccepted, output).to.equal(false)
    expect(output).to.include('EAP: Received EAP-Failure')
    expect(service.output()).to.include('shutting-down')
  })
})
