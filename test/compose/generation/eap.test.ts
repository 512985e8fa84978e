import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { checkEapCertificate, createEapGateways } from '../../../src/compose/generation/eap.ts'
import { systemClock } from '../../../src/support/index.ts'
import { load, problemsOf, valid } from '../../config/load-text.ts'
import {
  authority,
  revocations,
  serverCertificate,
  serverKey,
  staleRevocations,
  userKey,
} from '../../vectors/certificates.ts'

describe('the certificate for EAP', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-eap-'))
    const files = {
      'good.pem': serverCertificate,
      'good.key': serverKey,
      'other.key': userKey,
      'empty.pem': '',
      'garbage.pem': 'no certificate',
      'ca.pem': authority,
      'lists.pem': revocations + staleRevocations,
    }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const withFiles = (cert: string, key: string, gateways = '') =>
    `eap: { cert_file: ${join(folder, cert)}, key_file: ${join(folder, key)} }\n${valid}${gateways}`

  const problems = (cert: string, key: string) =>
    problemsOf(withFiles(cert, key), { checks: [checkEapCertificate] })

  it('is looked at when the configuration is loaded', () => {
    expect(problems('good.pem', 'good.key')).to.deep.equal([])
  })

  for (const [what, cert, key] of [
    ['a key of another certificate', 'good.pem', 'other.key'],
    ['a file that is not there', 'missing.pem', 'good.key'],
    ['an empty file', 'empty.pem', 'good.key'],
    ['an empty key', 'good.pem', 'empty.pem'],
    ['garbage', 'garbage.pem', 'good.key'],
    ['a certificate in the place of the key', 'good.pem', 'good.pem'],
  ] as const) {
    it(`is refused with a place in the file: ${what}`, () => {
      const found = problems(cert, key)
      expect(found).to.have.length(1)
      expect(found[0]).to.match(/^h\.yaml:1:1: eap: certificate and key cannot be used: ./)
    })
  }

  describe('of devices', () => {
    const problemsWith = (devices: string) =>
      problemsOf(
        `eap:\n  cert_file: ${join(folder, 'good.pem')}\n  key_file: ${join(folder, 'good.key')}\n  devices: { ${devices} }\n${valid}`,
        { checks: [checkEapCertificate] },
      )
    const file = (name: string) => join(folder, name)

    it('takes authorities, and any number of lists in one file', () => {
      expect(problemsWith(`ca_file: ${file('ca.pem')}`)).to.deep.equal([])
      const both = `ca_file: ${file('ca.pem')}, crl_file: ${file('lists.pem')}`
      expect(problemsWith(both)).to.deep.equal([])
    })

    // Each of these would pass for "none", and let in, or keep out, everyone.
    for (const [what, devices] of [
      ['no authority in the file', () => `ca_file: ${file('empty.pem')}`],
      ['garbage instead of authorities', () => `ca_file: ${file('garbage.pem')}`],
      ['a file that is not there', () => `ca_file: ${file('missing.pem')}`],
      ['no list in the file', () => `ca_file: ${file('ca.pem')}, crl_file: ${file('empty.pem')}`],
      [
        'authorities instead of lists',
        () => `ca_file: ${file('ca.pem')}, crl_file: ${file('ca.pem')}`,
      ],
    ] as const) {
      it(`is refused with its place: ${what}`, () => {
        const found = problemsWith(devices())
        expect(found).to.have.length(1)
        expect(found[0]).to.match(
          /^h\.yaml:4:3: eap\.devices: authorities and lists cannot be used: ./,
        )
      })
    }
  })

  it('serves the gateways that have EAP, with their methods in order', () => {
    const gateways = [
      '  wifi: { address: "192.0.2.20", secret: "file:vpn", eap: { methods: [peap, ttls, md5] } }',
      '  wire: { address: "192.0.2.21", secret: "file:vpn", eap: { methods: gtc, packet_size: 300 } }',
      '',
    ].join('\n')
    const config = load(withFiles('good.pem', 'good.key', gateways))
    const eap = createEapGateways(config, systemClock)
    expect([...eap.keys()]).to.deep.equal(['wifi', 'wire'])
    expect(eap.get('wifi')?.methods.map(({ type }) => type)).to.deep.equal([25, 21, 4])
    expect(eap.get('wire')?.packetSize).to.equal(300)
  })
})
