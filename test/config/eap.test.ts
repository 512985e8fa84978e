import { expect } from 'chai'
import { load, problemsOf, valid } from './load-text.ts'

const certificate = 'eap: { cert_file: eap.pem, key_file: eap.key }\n'
const wifi = (eap: string, more = '') =>
  `${valid}  wifi: { address: "192.0.2.20", secret: "file:vpn", eap: ${eap}${more} }\n`

describe('EAP in the configuration', () => {
  it('is off where nothing says so', () => {
    const { eap, gateways } = load(valid)
    expect(eap).to.equal(undefined)
    expect(gateways.vpn?.eap).to.equal(undefined)
  })

  it('has defaults that most devices can do', () => {
    const { eap, gateways } = load(certificate + wifi('{}'))
    expect(eap).to.include({ certFile: '/etc/holdfast/eap.pem', keyFile: '/etc/holdfast/eap.key' })
    expect(gateways.wifi?.eap).to.deep.include({
      methods: ['ttls', 'peap'],
      inner: ['eap-ms-chap-v2', 'eap-gtc', 'ms-chap-v2', 'chap', 'pap'],
      tlsMax: '1.2',
      packetSize: 1024,
      userName: false,
    })
  })

  it('takes one method where a list is allowed', () => {
    const { gateways } = load(certificate + wifi('{ methods: ttls, inner: pap }'))
    expect(gateways.wifi?.eap).to.deep.include({ methods: ['ttls'], inner: ['pap'] })
  })

  for (const [what, text, problem] of [
    ['a tunnel without a certificate', wifi('{}'), /gateways\.wifi\.eap: needs a certificate/],
    ['a certificate without its key', `eap: { cert_file: eap.pem }\n${valid}`, /eap\.key_file/],
    ['packets that are too small', certificate + wifi('{ packet_size: 99 }'), /packet_size/],
    ['packets that are too large', certificate + wifi('{ packet_size: 1401 }'), /packet_size/],
    ['a method nobody has', certificate + wifi('{ methods: [leap] }'), /methods/],
    ['an old TLS', certificate + wifi('{ tls_max: "1.1" }'), /tls_max/],
    ['a word that is not known', certificate + wifi('{ fragment_size: 1000 }'), /unknown key/],
  ] as const) {
    it(`refuses ${what}`, () => {
      const problems = problemsOf(text)
      expect(problems).to.have.length(1)
      expect(problems[0]).to.match(problem)
    })
  }

  for (const [what, text, problem] of [
    [
      'EAP-TLS without authorities',
      certificate + wifi('{ methods: [tls] }'),
      /gateways\.wifi\.eap: needs authorities for method tls/,
    ],
    [
      'PEAP with nothing to run inside',
      certificate + wifi('{ methods: [peap], inner: [pap] }'),
      /gateways\.wifi\.eap: peap has nothing to run inside/,
    ],
    ['a binding nobody knows', certificate + wifi('{ crypto_binding: never }'), /crypto_binding/],
    ['sessions for more than a day', certificate + wifi('{ resume: 25h }'), /resume/],
  ] as const) {
    it(`refuses ${what}`, () => {
      const problems = problemsOf(text)
      expect(problems).to.have.length(1)
      expect(problems[0]).to.match(problem)
    })
  }

  it('looks for UPN and DNS name in certificates, resumes nothing, and requires no binding', () => {
    const devices =
      'eap: { cert_file: eap.pem, key_file: eap.key, devices: { ca_file: devices.pem } }\n'
    const { eap, gateways } = load(devices + wifi('{ methods: [tls, peap] }'))
    expect(eap?.devices).to.include({ ocsp: false, requireSid: false })
    expect(eap?.devices?.names).to.deep.equal(['upn', 'dns'])
    expect(gateways.wifi?.eap).to.include({ resumeMs: 0, cryptoBinding: 'offered' })
  })

  it('needs no certificate for methods without a tunnel', () => {
    expect(problemsOf(wifi('{ methods: [ms-chap-v2] }'))).to.deep.equal([])
  })
})
