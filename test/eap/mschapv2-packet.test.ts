import { expect } from 'chai'
import {
  decodeMsChapV2,
  encodeChallenge,
  encodeFailure,
  encodeSuccess,
} from '../../src/eap/inner/mschapv2-packet.ts'

const bytes = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex')

const authenticatorChallenge = bytes('5b5d7c7d7b3f2f3e3c2c602132262628')
/** RFC 2759 9.2, from User. */
const response =
  '02 07 003a 31 21402324255e262a28295f2b3a337c7e 0000000000000000' +
  '82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df 00 55736572'

describe('EAP-MSCHAPv2 packets', () => {
  it('asks', () => {
    expect(hex(encodeChallenge(7, authenticatorChallenge, 'srv'))).to.equal(
      '01070018105b5d7c7d7b3f2f3e3c2c602132262628737276',
    )
  })

  it('reads the response of RFC 2759 9.2', () => {
    expect(decodeMsChapV2(bytes(response))).to.deep.equal({
      kind: 'response',
      identifier: 7,
      peerChallenge: Uint8Array.from(bytes('21402324255e262a28295f2b3a337c7e')),
      ntResponse: Uint8Array.from(bytes('82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df')),
      name: 'User',
    })
  })

  it('reads an empty name', () => {
    const nameless = `${response.replace('003a', '0036').slice(0, -8)}`
    expect(decodeMsChapV2(bytes(nameless))).to.include({ kind: 'response', name: '' })
  })

  it('proves itself', () => {
    const proof = 'S=407A5589115FD0D6209F510FE9C04566932CDA56'
    const success = encodeSuccess(7, proof, 'OK')
    expect(hex(success.subarray(0, 4))).to.equal('03070033')
    expect(Buffer.from(success.subarray(4)).toString()).to.equal(`${proof} M=OK`)
  })

  it('refuses', () => {
    const text = `E=691 R=0 C=${'5B'.repeat(16)} V=3 M=Non. Réf. 7K2M`
    const failure = encodeFailure(7, text)
    expect(hex(failure.subarray(0, 2))).to.equal('0407')
    expect((failure[2] ?? 0) * 256 + (failure[3] ?? 0)).to.equal(failure.length)
    expect(Buffer.from(failure.subarray(4)).toString()).to.equal(text)
  })

  for (const [what, data, kind] of [
    ['success', '03', 'success'],
    ['success with its header', '03 07 0004', 'success'],
    ['failure', '04', 'failure'],
  ] as const) {
    it(`reads ${what}`, () => {
      expect(decodeMsChapV2(bytes(data))).to.deep.equal({ kind })
    })
  }

  for (const [what, data] of [
    ['nothing', ''],
    ['an OpCode nobody knows', '09'],
    ['a challenge, which is ours to send', '01 07 0018 10'],
    ['a response cut short', response.slice(0, 60)],
    ['a response of its OpCode alone', '02'],
    ['a response with a wrong MS-Length', response.replace('003a', '003b')],
    ['a response with a wrong Value-Size', response.replace(' 31 ', ' 30 ')],
    ['a name that is no UTF-8', response.replace(/55736572$/, '55ff6572')],
    [
      'a name of 254 bytes',
      response.replace('003a', '0134').replace(/55736572$/, '61'.repeat(254)),
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(decodeMsChapV2(bytes(data))).to.equal(undefined)
    })
  }
})
