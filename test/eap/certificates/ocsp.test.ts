import { X509Certificate } from 'node:crypto'
import { CertID } from '@peculiar/asn1-ocsp'
import { expect } from 'chai'
import { createOcsp, type PostOcsp } from '../../../src/eap/certificates/ocsp.ts'
import {
  type CertificateId,
  certificateId,
  encodeOcspRequest,
} from '../../../src/eap/certificates/ocsp-request.ts'
import { readOcspResponse } from '../../../src/eap/certificates/ocsp-response.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import * as certificates from '../../vectors/certificates.ts'
import * as vectors from '../../vectors/ocsp.ts'
import { hex } from '../scripted-sign-in.ts'

const nowMs = Date.parse('2027-01-01T00:00:00Z')
const issuer = new X509Certificate(certificates.authority)
const named = new X509Certificate(certificates.named)

function idOf(pem: string): CertificateId {
  const id = certificateId(new X509Certificate(pem), issuer)
  if (id === undefined) throw new Error('no id')
  return id
}

describe('OCSP, requests and answers', () => {
  it('asks as OpenSSL does', () => {
    expect(hex(encodeOcspRequest(idOf(certificates.named)))).to.equal(hex(vectors.requestForNamed))
  })

  for (const [what, response, about, status] of [
    ['good', vectors.good, certificates.named, 'good'],
    ['revoked', vectors.revokedStatus, certificates.revoked, 'revoked'],
    ['good, by whom the issuer has entitled', vectors.delegated, certificates.named, 'good'],
  ] as const) {
    it(`reads ${what}`, () => {
      const read = readOcspResponse(response, idOf(about), nowMs)
      expect(read?.status).to.equal(status)
      expect(read?.untilMs).to.be.within(Date.parse('2126-01-01'), Date.parse('2127-01-01'))
    })
  }

  for (const [what, response, about, atMs] of [
    ['nothing', new Uint8Array(), certificates.named, nowMs],
    ['an error of the responder', Uint8Array.of(0x30, 3, 10, 1, 6), certificates.named, nowMs],
    ['an answer about another', vectors.good, certificates.user, nowMs],
    ['an answer without an end', vectors.endless, certificates.named, nowMs],
    ['an answer that is over', vectors.good, certificates.named, Date.parse('2127-01-01')],
    ['an answer of a later time', vectors.good, certificates.named, Date.parse('2026-11-24')],
    [
      'one of somebody with a certificate for something else',
      vectors.impostor,
      certificates.named,
      nowMs,
    ],
    ['one of another authority', vectors.foreignAnswer, certificates.named, nowMs],
  ] as const) {
    it(`believes nothing in ${what}`, () => {
      expect(readOcspResponse(response, idOf(about), atMs)).to.equal(undefined)
    })
  }

  it('says unknown where the authority does', () => {
    const id = idOf(certificates.named)
    const certId = new CertID({ ...id.certId, serialNumber: Uint8Array.of(0x42, 0x42).buffer })
    const read = readOcspResponse(vectors.unknownStatus, { ...id, certId }, nowMs)
    expect(read?.status).to.equal('unknown')
  })
})

describe('OCSP, asking', () => {
  function create(post: PostOcsp) {
    const clock = createManualClock(nowMs)
    const posted: string[] = []
    const ask = createOcsp({
      authorities: [new X509Certificate(certificates.foreign), issuer],
      post(url, request) {
        posted.push(url)
        expect(hex(request)).to.equal(hex(vectors.requestForNamed))
        return post(url, request)
      },
      clock,
    })
    return { ask, clock, posted }
  }

  it('asks the responder that the certificate names, and remembers for ten minutes', async () => {
    const { ask, clock, posted } = create(async () => vectors.good)
    expect(await ask(named)).to.equal('good')
    expect(posted).to.deep.equal(['http://ocsp.corp.example/status'])
    clock.advance(599_999)
    expect(await ask(named)).to.equal('good')
    expect(posted).to.have.length(1)
    clock.advance(1)
    await ask(named)
    expect(posted).to.have.length(2)
  })

  it('does not know where no responder answers, and asks again', async () => {
    const { ask, posted } = create(async () => {
      throw new Error('connection refused')
    })
    expect([await ask(named), await ask(named)]).to.deep.equal(['unknown', 'unknown'])
    expect(posted).to.have.length(2)
  })

  it('does not know where garbage answers', async () => {
    const { ask } = create(async () => Buffer.from('<html>Log in to the hotel</html>'))
    expect(await ask(named)).to.equal('unknown')
  })

  for (const [what, pem] of [
    ['names no responder', certificates.plain],
    ['is of none of the authorities', certificates.foreign],
  ] as const) {
    it(`asks no responder about a certificate that ${what}`, async () => {
      const { ask, posted } = create(async () => vectors.good)
      expect(await ask(new X509Certificate(pem))).to.equal('unknown')
      expect(posted).to.have.length(0)
    })
  }
})
