import { join } from 'node:path'
import { expect } from 'chai'
import { type Network, signInByEapol, writeServerCertificate } from './eapol.ts'
import { type FreeRadius, freeRadiusSecret, startFreeRadius } from './freeradius.ts'
import { needProgram } from './need.ts'
import { type Service, startService } from './service.ts'
import { gatewayConfig, lastingConfig } from './service-config.ts'
import { upstreamEapSite, upstreamSite } from './upstream-site.ts'

const tunnels: readonly (readonly [eap: string, phase2: string])[] = [
  ['TTLS', 'auth=PAP'],
  ['TTLS', 'auth=CHAP'],
  ['TTLS', 'auth=MSCHAPV2'],
  ['TTLS', 'autheap=MSCHAPV2'],
  ['PEAP', 'auth=MSCHAPV2'],
  ['PEAP', 'auth=GTC'],
]

describe('eapol_test: a tunnel to Holdfast, the password to FreeRADIUS', function () {
  this.timeout(600_000)
  this.slow(1_000)
  let upstream: FreeRadius
  let service: Service

  before(async function () {
    needProgram('eapol_test', this)
    needProgram('freeradius', this)
    upstream = await startFreeRadius((folder) => upstreamSite(folder, 'upstream'))
    service = await startService((place) => {
      const server = { address: `127.0.0.1:${upstream.port}`, secret: freeRadiusSecret }
      const eap = { methods: ['ttls', 'peap'] }
      return JSON.stringify({
        ...lastingConfig(place),
        eap: writeServerCertificate(place.folder),
        directories: { up: { type: 'radius', servers: [server], pass: ['Class'] } },
        gateways: { wifi: gatewayConfig('wifi', { flow: 'auto', eap }) },
        rules: [{ gateway: 'wifi', second_factor: 'none' }],
      })
    })
  })
  after(async () => {
    await service?.stop()
    await upstream?.stop()
  })

  function signIn([eap, phase2]: (typeof tunnels)[number], more: Network = {}) {
    const network = {
      ...{ eap, phase2, identity: 'alice', anonymous_identity: 'anonymous' },
      ...{ password: 'wonderland', ca_cert: join(service.folder, 'ca.pem') },
      ...more,
    }
    return signInByEapol({ port: service.port, gateway: 'wifi', network })
  }

  for (const tunnel of tunnels) {
    it(`${tunnel.join(' ')}, with the server's attributes and the keys of the tunnel`, async () => {
      const { attributes, isAccepted, keysFit, output } = await signIn(tunnel)
      expect(isAccepted, output).to.equal(true)
      expect(keysFit, output).to.equal(true)
      expect(attributes.get(25)).to.deep.equal([Buffer.from('upstream').toString('hex')])
    })

    it(`${tunnel.join(' ')}, refused with a wrong password`, async () => {
      const { isAccepted, output } = await signIn(tunnel, { password: 'wonder' })
      expect(isAccepted, output).to.equal(false)
    })
  }
})

describe('eapol_test: all of EAP to FreeRADIUS', function () {
  this.timeout(600_000)
  this.slow(1_000)
  let upstream: FreeRadius
  let service: Service

  before(async function () {
    needProgram('eapol_test', this)
    needProgram('freeradius', this)
    upstream = await startFreeRadius((folder) => upstreamEapSite(folder))
    service = await startService((place) => {
      const server = { address: `127.0.0.1:${upstream.port}`, secret: freeRadiusSecret }
      const eap = { pass_on: true }
      return JSON.stringify({
        ...lastingConfig(place),
        directories: { up: { type: 'radius', servers: [server], pass: ['Class'] } },
        gateways: { wire: gatewayConfig('wire', { flow: 'auto', eap }) },
        rules: [{ user: 'alice', second_factor: 'none' }],
      })
    })
  })
  after(async () => {
    await service?.stop()
    await upstream?.stop()
  })

  /** NAS-Port-Type: Ethernet, where eapol_test would say Wi-Fi; and without keys to be compared, where there are none. */
  const onWire = ['-N', '61:d:15']
  const withoutKeys = [...onWire, '-n']

  function signIn(more: Network, flags: readonly string[]) {
    const network = { identity: 'alice', password: 'wonderland', ...more }
    return signInByEapol({ port: service.port, gateway: 'wire', network, more: flags })
  }

  it('EAP-MSCHAPv2: in, with its attributes, and the gateway has the keys of the device', async () => {
    const { attributes, isAccepted, keysFit, output } = await signIn({ eap: 'MSCHAPV2' }, onWire)
    expect(isAccepted, output).to.equal(true)
    expect(keysFit, output).to.equal(true)
    expect(attributes.get(25)).to.deep.equal([Buffer.from('upstream').toString('hex')])
  })

  it('EAP-MD5, which has no keys', async () => {
    const { isAccepted, output } = await signIn({ eap: 'MD5' }, withoutKeys)
    expect(isAccepted, output).to.equal(true)
  })

  for (const eap of ['MSCHAPV2', 'MD5']) {
    it(`${eap}: out with a wrong password`, async () => {
      const { isAccepted, output } = await signIn({ eap, password: 'wonder' }, withoutKeys)
      expect(isAccepted, output).to.equal(false)
    })
  }

  for (const [eap, phase2] of [
    ['PEAP', 'auth=MSCHAPV2'],
    ['TTLS', 'auth=PAP'],
  ] as const) {
    it(`${eap}: out, since bob outside may be alice inside, and the server does not tell`, async () => {
      const hidden = { eap, phase2, identity: 'alice', anonymous_identity: 'bob' }
      const { isAccepted, output } = await signIn(hidden, onWire)
      expect(isAccepted, output).to.equal(false)
      await service.printed(/may hide who it is/)
    })
  }

  it('out on Wi-Fi, where what is in the open can be relayed', async () => {
    const { isAccepted, output } = await signIn({ eap: 'MSCHAPV2' }, [])
    expect(isAccepted, output).to.equal(false)
    await service.printed(/eap-no-method/)
  })

  it('asks for the second factor after it: a person who has none is not let in', async () => {
    const bob = { eap: 'MSCHAPV2', identity: 'bob', password: 'builder' }
    const { isAccepted, output } = await signIn(bob, onWire)
    expect(isAccepted, output).to.equal(false)
    await service.printed(/bob at wire: reject \(not-enrolled\)/)
  })
})
