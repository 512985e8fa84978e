import { expect } from 'chai'
import { decodeMsChapResponse, encodeMsChapResponse } from '../../../src/radius/index.ts'

const ntResponse = Uint8Array.from({ length: 24 }, (_, at) => 100 + at)
const peerChallenge = Uint8Array.from({ length: 16 }, (_, at) => 50 + at)
const none = new Uint8Array(0)

describe('the value of an MS-CHAP response (RFC 2548 2.1.3, 2.3.2)', () => {
  it('has Ident, Flags, the peer challenge, eight zeros and the NT-Response in version 2', () => {
    const value = Uint8Array.of(9, 0, ...peerChallenge, ...new Uint8Array(8), ...ntResponse)
    const response = { identifier: 9, peerChallenge, ntResponse }
    expect(encodeMsChapResponse(2, response)).to.deep.equal(value)
    expect(decodeMsChapResponse(2, value)).to.deep.equal({ response, isLanManager: false })
  })

  it('has no LAN Manager response in version 1, and says in Flags which one counts', () => {
    const value = Uint8Array.of(9, 1, ...new Uint8Array(24), ...ntResponse)
    const response = { identifier: 9, peerChallenge: none, ntResponse }
    expect(encodeMsChapResponse(1, response)).to.deep.equal(value)
    expect(decodeMsChapResponse(1, value)).to.deep.equal({ response, isLanManager: false })
    expect(decodeMsChapResponse(1, value.with(1, 0))?.isLanManager).to.equal(true)
  })

  it('is read only at its length', () => {
    for (const length of [0, 1, 49, 51]) {
      expect(decodeMsChapResponse(2, new Uint8Array(length)), `${length} bytes`).to.equal(undefined)
    }
  })
})
