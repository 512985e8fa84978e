import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  createAuthority,
  createDeviceCertificate,
  openAuthority,
} from '../../src/certificates/index.ts'
import { expectIn, signInByEapol, writeServerCertificate } from './eapol.ts'
import { needProgram } from './need.ts'
import { type Service, startService } from './service.ts'
import { gatewayConfig, lastingConfig } from './service-config.ts'

const dayMs = 86_400_000

describe('eapol_test: EAP-TLS with people of the configuration', function () {
  this.timeout(600_000)
  let service: Service

  before(async function () {
    needProgram('eapol_test', this)
    const nowMs = Date.now()
    const issued = await createAuthority({ name: 'devices', kind: 'ecdsa', nowMs: nowMs - dayMs })
    const authority = await openAuthority(issued)
    const create = (principal: string, atMs: number) =>
      createDeviceCertificate(authority, { principal, kind: 'ecdsa', days: 30, nowMs: atMs })
    const certificates = {
      upn: await create('alice@corp.example', nowMs),
      email: await create('frank@corp.example', nowMs),
      nobody: await create('mallory@corp.example', nowMs),
      tomorrow: await create('alice@corp.example', nowMs + dayMs),
    }
    service = await startService((place) => {
      const server = writeServerCertificate(place.folder, { 'devices.pem': issued.certificate })
      for (const [name, { certificate, key }] of Object.entries(certificates)) {
        writeFileSync(join(place.folder, `${name}.pem`), certificate)
        writeFileSync(join(place.folder, `${name}.key`), key)
      }
      return JSON.stringify({
        ...lastingConfig(place),
        eap: { ...server, devices: { ca_file: 'devices.pem', names: ['upn', 'email'] } },
        directories: {
          people: {
            type: 'local',
            users: {
              alice: { password: 'wonderland', upn: 'Alice@corp.example' },
              frank: { password: 'freckles', email: 'frank@corp.example' },
            },
          },
        },
        rules: [{ name: 'all', second_factor: 'none' }],
        gateways: { tls: gatewayConfig('tls', { flow: 'auto', eap: { methods: ['tls'] } }) },
      })
    })
  })
  after(() => service?.stop())

  const signIn = (name: string) => {
    const file = (suffix: string) => join(service.folder, `${name}.${suffix}`)
    const network = {
      eap: 'TLS',
      identity: 'anonymous',
      ca_cert: join(service.folder, 'ca.pem'),
      client_cert: file('pem'),
      private_key: file('key'),
    }
    return signInByEapol({ port: service.port, gateway: 'tls', network })
  }

  it('lets in by upn, and by the mail address of a user who has none', async () => {
    expectIn(await signIn('upn'))
    expectIn(await signIn('email'))
    await service.printed(/"user":"frank"/)
  })

  for (const [name, reason] of [
    ['nobody', 'user-unknown'],
    ['tomorrow', 'certificate-not-yet-valid'],
  ] as const) {
    it(`refuses ${name}: ${reason}`, async () => {
      expect((await signIn(name)).isAccepted).to.equal(false)
      await service.printed(new RegExp(`"reason":"${reason}"`))
    })
  }
})
