import { expect } from 'chai'
import {
  joinNtEncryptedPassword,
  RadiusError,
  splitNtEncryptedPassword,
} from '../../../src/radius/index.ts'

/** A block whose every byte says where it was. */
const block = Uint8Array.from({ length: 516 }, (_, at) => (at * 7) & 0xff)
const ident = 9
const [one, two, three] = splitNtEncryptedPassword(ident, block) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
]

describe('MS-CHAP-NT-Enc-PW (RFC 2548 2.1.5)', () => {
  it('is split over three values that say their place', () => {
    expect([one, two, three].map(({ length }) => length)).to.deep.equal([247, 247, 34])
    expect(Buffer.from(one.subarray(0, 4)).toString('hex')).to.equal('06090001')
    expect(Buffer.from(three.subarray(0, 4)).toString('hex')).to.equal('06090003')
  })

  it('comes back whole, in whatever order the values are', () => {
    for (const values of [
      [one, two, three],
      [three, one, two],
    ]) {
      const joined = joinNtEncryptedPassword(values)
      expect(joined?.ident).to.equal(ident)
      expect(Buffer.from(joined?.block ?? [])).to.deep.equal(Buffer.from(block))
    }
  })

  const otherIdent = Uint8Array.from(two)
  otherIdent[1] = 10
  const otherCode = Uint8Array.from(two)
  otherCode[0] = 7
  for (const [what, values] of [
    ['nothing', []],
    ['a piece missing', [one, three]],
    ['a piece twice', [one, two, two, three]],
    ['a piece of another ident', [one, otherIdent, three]],
    ['a piece of another code', [one, otherCode, three]],
    ['a piece cut', [one, two, three.subarray(0, 20)]],
    ['a header only', [one, two, Uint8Array.of(6, 9, 0)]],
    ['too much', [one, two, Buffer.concat([three, Uint8Array.of(0)])]],
  ] as const) {
    it(`is nothing with ${what}`, () => {
      expect(joinNtEncryptedPassword(values)).to.equal(undefined)
    })
  }

  it('is not split with another length', () => {
    expect(() => splitNtEncryptedPassword(ident, block.subarray(1))).to.throw(
      RadiusError,
      '515 bytes',
    )
  })
})
