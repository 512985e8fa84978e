import { sign, type X509Certificate } from 'node:crypto'
import { BasicOCSPResponse, OCSPResponse } from '@peculiar/asn1-ocsp'
import { AsnConvert } from '@peculiar/asn1-schema'
import { expect } from 'chai'
import fc from 'fast-check'
import { certificateId } from '../../src/eap/certificates/ocsp-request.ts'
import { readOcspResponse } from '../../src/eap/certificates/ocsp-response.ts'
import { createAuthority, issue, type Signer } from '../eap/certificates/authority.ts'
import { wrap } from '../eap/certificates/der-writer.ts'
import { answer, named } from '../eap/certificates/responder.ts'

const nowMs = Date.parse('2027-01-01T00:00:00Z')
const ecdsa = { algorithm: named('1.2.840.10045.4.3.2'), digest: 'sha256' } as const

describe('fuzz: OCSP', function () {
  this.timeout(600_000)
  this.slow(5_000)
  let authority: Signer
  let device: X509Certificate

  before(async () => {
    authority = await createAuthority('ec')
    device = (await issue(authority, 'ec', { serialNumber: 'f001' })).certificate
  })

  function idOf(certificate: X509Certificate) {
    const id = certificateId(certificate, authority.certificate)
    if (id === undefined) throw new Error('no id')
    return id
  }

  const changes = fc.array(fc.tuple(fc.nat(2_000), fc.nat(255)), { minLength: 1, maxLength: 3 })

  function change(bytes: Uint8Array, where: readonly (readonly [number, number])[]): Uint8Array {
    const changed = Uint8Array.from(bytes)
    for (const [at, value] of where) changed[at % changed.length] = value
    return changed
  }

  it('takes anything for an answer', () => {
    const id = idOf(device)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(readOcspResponse(bytes, id, nowMs)).to.equal(undefined)
      }),
      { numRuns: 5_000 },
    )
  })

  it('believes what was signed, or nothing', () => {
    const id = idOf(device)
    const right = answer({ id, signer: authority, signing: ecdsa, delegates: [authority] })
    expect(readOcspResponse(right, id, nowMs)?.status).to.equal('good')
    fc.assert(
      fc.property(changes, fc.nat(right.length), (where, length) => {
        for (const spoilt of [change(right, where), right.subarray(0, length)]) {
          expect(['good', undefined]).to.include(readOcspResponse(spoilt, id, nowMs)?.status)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('never throws over what an authority signs, and always knows its end', () => {
    const id = idOf(device)
    const right = answer({ id, signer: authority, signing: ecdsa })
    const { responseBytes } = AsnConvert.parse(right, OCSPResponse)
    const basic = AsnConvert.parse(
      responseBytes?.response.buffer ?? new Uint8Array(),
      BasicOCSPResponse,
    )
    const data = new Uint8Array(basic.tbsResponseDataRaw ?? [])
    const algorithm = new Uint8Array(AsnConvert.serialize(basic.signatureAlgorithm))
    let read = 0
    fc.assert(
      fc.property(changes, (where) => {
        const changed = change(data, where)
        const signature = sign('sha256', changed, authority.key)
        const body = wrap(0x30, changed, algorithm, wrap(0x03, Uint8Array.of(0), signature))
        const typed = wrap(0x30, Buffer.from('06092b0601050507300101', 'hex'), wrap(0x04, body))
        const response = wrap(0x30, Uint8Array.of(10, 1, 0), wrap(0xa0, typed))
        const status = readOcspResponse(response, id, nowMs)
        if (status === undefined) return
        read += 1
        expect(status.untilMs).to.be.within(nowMs, Date.parse('9999-12-31T23:59:59Z'))
        expect(['good', 'revoked', 'unknown']).to.include(status.status)
      }),
      { numRuns: 3_000 },
    )
    expect(read).to.be.greaterThan(100)
  })
})
