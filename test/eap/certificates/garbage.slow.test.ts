import { X509Certificate } from 'node:crypto'
import { expect } from 'chai'
import { readDer, valuesIn } from '../../../src/eap/certificates/der.ts'
import { certificateId } from '../../../src/eap/certificates/ocsp-request.ts'
import { readOcspResponse } from '../../../src/eap/certificates/ocsp-response.ts'
import * as certificates from '../../vectors/certificates.ts'
import * as vectors from '../../vectors/ocsp.ts'
import { bytes, hex } from '../scripted-sign-in.ts'
import { wrap } from './der-writer.ts'

const nowMs = Date.parse('2027-01-01T00:00:00Z')
const issuer = new X509Certificate(certificates.authority)
const id = certificateId(new X509Certificate(certificates.named), issuer)
if (id === undefined) throw new Error('no id')

const basicType = bytes('06092b0601050507300101')

/** An answer of a responder that has succeeded, with this for its body. */
function answerWith(basic: Uint8Array, type = basicType): Uint8Array {
  const typed = wrap(0x30, type, wrap(0x04, basic))
  return wrap(0x30, bytes('0a0100'), wrap(0xa0, typed))
}

const basic = basicIn(vectors.good)
/** All but the certificates. */
const signed = signedIn(basic)

/** What `good` has in its octet string: 4 octets of header, status, and three headers around it. */
function basicIn(answer: Uint8Array): Uint8Array {
  const at = Buffer.from(answer).indexOf(basicType) + basicType.length
  return answer.subarray(at + 4)
}

function signedIn(body: Uint8Array): Uint8Array {
  const [sequence] = readDer(body) ?? []
  return Buffer.concat(
    valuesIn(sequence, 0x30)
      .slice(0, 3)
      .map(({ raw }) => raw),
  )
}

function nested(levels: number): Uint8Array {
  let value = new Uint8Array()
  for (let level = 0; level < levels; level += 1) value = Uint8Array.from(wrap(0x30, value))
  return value
}

const many = (text: string, count: number) => bytes(text.repeat(count))

describe('OCSP, garbage for an answer', () => {
  it('reads the answer that the rest of this file spoils', () => {
    expect(hex(answerWith(basic))).to.equal(hex(vectors.good))
    expect(readOcspResponse(answerWith(basic), id, nowMs)?.status).to.equal('good')
  })

  for (const [what, answer] of [
    ['text', Buffer.from('<html>Log in to the hotel</html>')],
    ['one byte', bytes('30')],
    ['an empty sequence', bytes('3000')],
    ['a length of 4 GB', bytes('3084ffffffff')],
    ['a length of 16 MB', bytes('3083ffffff')],
    ['no definite length', Buffer.concat([bytes('3080'), vectors.good.subarray(4), bytes('0000')])],
    ['a byte behind', Buffer.concat([vectors.good, bytes('00')])],
    ['a value behind', Buffer.concat([vectors.good, bytes('0500')])],
    ['itself twice', Buffer.concat([vectors.good, vectors.good])],
    ['a byte behind its body', answerWith(Buffer.concat([basic, bytes('00')]))],
    ['a value behind its body', answerWith(Buffer.concat([basic, bytes('0500')]))],
    ['a body of another type', answerWith(basic, bytes('06092b0601050507300102'))],
    ['no body', wrap(0x30, bytes('0a0100'))],
    ['an empty body', answerWith(new Uint8Array())],
    ['a body of no definite length', answerWith(bytes('3080 0500 0000'))],
    [
      'a body in pieces',
      wrap(0x30, bytes('0a0100'), wrap(0xa0, wrap(0x30, basicType, wrap(0x24, wrap(0x04, basic))))),
    ],
    ['20,000 levels', nested(20_000)],
    ['a body of 20,000 levels', answerWith(nested(20_000))],
    ['30 levels', nested(30)],
    ['a body of 32,000 values', answerWith(wrap(0x30, many('0500', 32_000)))],
    [
      '32,000 certificates',
      answerWith(wrap(0x30, signed, wrap(0xa0, wrap(0x30, many('3000', 32_000))))),
    ],
    ['64 kB of zeros', new Uint8Array(65_536)],
    ['64 kB of ones', new Uint8Array(65_536).fill(0xff)],
    ['16 MB of zeros in one value', wrap(0x04, new Uint8Array(0xff_fff0))],
  ] as const) {
    it(`believes nothing in ${what}`, () => {
      expect(readOcspResponse(answer, id, nowMs)).to.equal(undefined)
    })
  }

  it('ignores certificates that are not certificates, unless there are thousands', () => {
    const withCertificates = (count: number) =>
      answerWith(wrap(0x30, signed, wrap(0xa0, wrap(0x30, many('3000', count)))))
    expect(readOcspResponse(withCertificates(100), id, nowMs)?.status).to.equal('good')
    expect(readOcspResponse(withCertificates(3_000), id, nowMs)).to.equal(undefined)
  })
})
