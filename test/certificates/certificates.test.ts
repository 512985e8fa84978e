import { X509Certificate } from 'node:crypto'
import { expect } from 'chai'
import {
  createAuthority,
  createDeviceCertificate,
  createServerCertificate,
  type Issued,
  keyKinds,
  openAuthority,
} from '../../src/certificates/index.ts'
import { readNames } from '../../src/eap/certificates/index.ts'

const nowMs = Date.now()
const names = ['radius.corp.example', 'radius2.corp.example']

describe('certificates of an authority of one’s own', () => {
  let made: Issued

  before(async () => {
    made = await createAuthority({ name: 'Corp Wi-Fi', kind: 'ecdsa', nowMs })
  })

  it('an authority signs, and no authority below it', () => {
    const certificate = new X509Certificate(made.certificate)
    expect(certificate.ca).to.equal(true)
    expect(certificate.subject).to.equal('CN=Corp Wi-Fi')
    expect(certificate.verify(certificate.publicKey)).to.equal(true)
    expect(Date.parse(certificate.validTo) - nowMs).to.be.within(
      3650 * 86_400_000,
      3654 * 86_400_000,
    )
    expect(Date.parse(certificate.validFrom)).to.be.lessThan(nowMs - 3_500_000)
  })

  for (const kind of keyKinds) {
    it(`a server has its names and is nothing but a server (${kind})`, async () => {
      const other = await createAuthority({ name: 'A', kind, nowMs })
      const request = { names, kind, days: 825, nowMs }
      const issued = await createServerCertificate(openAuthority(other), request)
      const certificate = new X509Certificate(issued.certificate)
      const authority = new X509Certificate(other.certificate)
      expect(certificate.checkIssued(authority)).to.equal(true)
      expect(certificate.verify(authority.publicKey)).to.equal(true)
      expect(certificate.ca).to.equal(false)
      expect(certificate.keyUsage).to.deep.equal(['1.3.6.1.5.5.7.3.1'])
      expect(certificate.subjectAltName).to.equal(names.map((name) => `DNS:${name}`).join(', '))
      const days =
        (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / 86_400_000
      expect(days).to.be.within(825, 825.05)
      expect(issued.key).to.match(/^-----BEGIN PRIVATE KEY-----/)
    })
  }

  it('a device has its person’s principal name, read as EAP-TLS reads it', async () => {
    const principal = 'zoë@corp.example'
    const request = { principal, kind: 'ecdsa', days: 30, nowMs } as const
    const issued = await createDeviceCertificate(openAuthority(made), request)
    const certificate = new X509Certificate(issued.certificate)
    expect(certificate.keyUsage).to.deep.equal(['1.3.6.1.5.5.7.3.2'])
    expect(readNames(certificate)).to.include({ upn: principal, sid: undefined })
  })

  it('a device of a user without a principal name has a common name alone', async () => {
    const request = { principal: 'carol', kind: 'ecdsa', days: 30, nowMs } as const
    const issued = await createDeviceCertificate(openAuthority(made), request)
    const names = readNames(new X509Certificate(issued.certificate))
    expect(names).to.include({ upn: undefined, dns: undefined, commonName: 'carol' })
  })

  it('refuses names that no certificate can carry', async () => {
    const request = { kind: 'ecdsa', days: 30, nowMs } as const
    const authority = openAuthority(made)
    for (const name of [
      'radius',
      '',
      '*.corp.example',
      'a b.example',
      '-x.example',
      `${'a'.repeat(64)}.nl`,
    ]) {
      const failed = await createServerCertificate(authority, { ...request, names: [name] }).catch(
        (error) => error,
      )
      expect(failed, name).to.include({ code: 'name-invalid' })
    }
    const none = await createServerCertificate(authority, { ...request, names: [] }).catch((e) => e)
    expect(none).to.include({ code: 'name-invalid' })
    for (const principal of ['', 'a'.repeat(65), 'a@b@c', 'a b@c', '@c', 'x<y@c']) {
      const failed = await createDeviceCertificate(authority, { ...request, principal }).catch(
        (error) => error,
      )
      expect(failed, principal).to.include({ code: 'name-invalid' })
    }
  })

  it('takes up no authority that is not one', async () => {
    const other = await createAuthority({ name: 'B', kind: 'ecdsa', nowMs })
    const server = await createServerCertificate(openAuthority(made), {
      ...{ names, kind: 'ecdsa', days: 30, nowMs },
    })
    const cases: readonly Issued[] = [
      { certificate: 'a letter', key: made.key },
      { certificate: made.certificate, key: 'a letter' },
      { certificate: made.certificate, key: other.key },
      { certificate: made.certificate, key: '' },
      server,
    ]
    for (const one of cases) {
      expect(() => openAuthority(one))
        .to.throw()
        .with.property('code', 'authority-unusable')
    }
  })
})
