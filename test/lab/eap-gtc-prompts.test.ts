import { join } from 'node:path'
import { expect } from 'chai'
import { writeServerCertificate } from './eapol.ts'
import { signInByTyping, type TypedResult } from './eapol-typed.ts'
import { needProgram } from './need.ts'
import { type Service, startService } from './service.ts'
import { codeOf, enrolApps, gatewayConfig, lastingConfig, seedOf } from './service-config.ts'

const people = { TTLS: 'alice', PEAP: 'bob' } as const

describe('eapol_test: the code as a second prompt, where the device shows it', function () {
  this.timeout(600_000)
  this.slow(2_000)
  let service: Service

  before(async function () {
    for (const program of ['eapol_test', 'wpa_cli', 'stdbuf']) needProgram(program, this)
    service = await startService((place) => {
      const users = { alice: { password: 'wonderland' }, bob: { password: 'builder' } }
      return JSON.stringify({
        ...lastingConfig(place),
        eap: writeServerCertificate(place.folder),
        directories: { people: { type: 'local', users } },
        gateways: {
          wifi: gatewayConfig('wifi', { flow: 'auto', eap: { methods: ['ttls', 'peap'] } }),
        },
      })
    })
    await enrolApps(service, ['alice', 'bob'])
  })

  after(async () => {
    await service?.stop()
  })

  let devices = 0
  function type(eap: keyof typeof people, answers: readonly string[]): Promise<TypedResult> {
    devices += 1
    return signInByTyping({
      port: service.port,
      gateway: 'wifi',
      lines: [
        `eap=${eap}`,
        `identity="${people[eap]}"`,
        'anonymous_identity="anonymous"',
        `ca_cert="${join(service.folder, 'ca.pem')}"`,
        eap === 'TTLS' ? 'phase2="autheap=GTC"' : 'phase2="auth=GTC"',
      ],
      answers,
      mac: `02:00:00:00:02:0${devices}`,
    })
  }

  for (const [eap, password] of [
    ['TTLS', 'wonderland'],
    ['PEAP', 'builder'],
  ] as const) {
    it(`${eap}: asks for the password, then for the code, and lets in`, async () => {
      const result = await type(eap, [password, codeOf(seedOf(people[eap]))])
      expect(result.prompts.length, result.output).to.equal(2)
      expect(result.prompts[0]).to.match(/password/i)
      expect(result.prompts[1]).to.match(/code/i)
      expect(result.isAccepted, result.output).to.equal(true)
      expect(result.keysFit, result.output).to.equal(true)
    })

    it(`${eap}: says that it failed after a wrong password, and asks for no code`, async () => {
      const result = await type(eap, ['wrong', codeOf(seedOf(people[eap]))])
      expect(result.isAccepted, result.output).to.equal(false)
      expect(result.prompts[1], result.output).to.match(/Sign-in failed/)
    })
  }
})
