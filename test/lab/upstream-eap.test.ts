import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import * as vectors from '../vectors/certificates.ts'
import { type Network, signInByEapol } from './eapol.ts'
import { type FreeRadius, freeRadiusSecret, startFreeRadius } from './freeradius.ts'
import { needProgram } from './need.ts'
import { type Service, startService } from './service.ts'
import { gatewayConfig, lastingConfig } from './service-config.ts'
import { upstreamSite } from './upstream-site.ts'

const files = {
  'ca.pem': vectors.authority,
  'server.pem': vectors.serverCertificate,
  'server.key': vectors.serverKey,
}

const tunnels: readonly (readonly [eap: string, phase2: string])[] = [
  ['TTLS', 'auth=PAP'],
  ['TTLS', 'auth=CHAP'],
  ['TTLS', 'auth=MSCHAPV2'],
  ['TTLS', 'autheap=MSCHAPV2'],
  ['PEAP', 'auth=MSCHAPV2'],
  ['PEAP', 'auth=GTC'],
]

describe('eapol_test: a tunnel to Holdfast, the password to FreeRADIUS', function () {
  this.timeout(30_000)
  this.slow(1_000)
  let upstream: FreeRadius
  let service: Service

  before(async function () {
    needProgram('eapol_test', this)
    needProgram('freeradius', this)
    upstream = await startFreeRadius((folder) => upstreamSite(folder, 'upstream'))
    service = await startService((place) => {
      for (const [name, text] of Object.entries(files)) {
        writeFileSync(join(place.folder, name), text, { mode: 0o600 })
      }
      const server = { address: `127.0.0.1:${upstream.port}`, secret: freeRadiusSecret }
      const eap = { methods: ['ttls', 'peap'] }
      return JSON.stringify({
        ...lastingConfig(place),
        eap: { cert_file: 'server.pem', key_file: 'server.key' },
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
