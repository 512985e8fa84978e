import { expect } from 'chai'
import {
  encodeVendorAttribute,
  findAllAttributes,
  findAttribute,
  findInteger,
  findText,
  findVendorAttribute,
  integerAttribute,
  joinAttributes,
  readVendorAttributes,
  textAttributes,
  vendorIdOf,
} from '../../src/radius/index.ts'
import { hex } from './hex.ts'
import { attribute, codeOf } from './packets.ts'

const packet = {
  attributes: [
    attribute(18, 'first'),
    attribute(25, 'a'),
    attribute(18, 'second'),
    attribute(6, hex('00000002')),
    attribute(27, hex('0002')),
    // Two sub-attributes in one, another vendor, a broken one, and one more of the first.
    attribute(26, hex('00000009 0103 61 0203 62')),
    attribute(26, hex('00000137 0103 63')),
    attribute(26, hex('00000009 01ff 64')),
    ...encodeVendorAttribute(9, 1, hex('65')),
    attribute(26, hex('000000')),
  ],
}

describe('finding attributes', () => {
  it('the first, all, and none', () => {
    expect(findText(packet, 18)).to.equal('first')
    expect(findAllAttributes(packet, 18).map(String)).to.deep.equal(['first', 'second'])
    expect(joinAttributes(packet, 18)?.toString()).to.equal('firstsecond')
    expect(findAttribute(packet, 1)).to.equal(undefined)
    expect(findText(packet, 1)).to.equal(undefined)
    expect(findAllAttributes(packet, 1)).to.deep.equal([])
    expect(joinAttributes(packet, 1)).to.equal(undefined)
  })

  it('numbers of 4 bytes only', () => {
    expect(findInteger(packet, 6)).to.equal(2)
    expect(findInteger(packet, 27)).to.equal(undefined)
    expect(findInteger(packet, 28)).to.equal(undefined)
  })

  it('of one vendor, over all Vendor-Specific whose framing fits', () => {
    const found = readVendorAttributes(packet, 9).map(({ type, value }) => [type, String(value)])
    expect(found).to.deep.equal([
      [1, 'a'],
      [2, 'b'],
      [1, 'e'],
    ])
    expect(String(findVendorAttribute(packet, 311, 1))).to.equal('c')
    expect(findVendorAttribute(packet, 311, 2)).to.equal(undefined)
    expect(vendorIdOf(hex('000000'))).to.equal(undefined)
  })
})

describe('making attributes', () => {
  it('numbers from 0 to 4294967295', () => {
    expect(integerAttribute(27, 0xffffffff)).to.deep.equal(attribute(27, hex('ffffffff')))
    for (const wrong of [-1, 4294967296, 0.5, Number.NaN]) {
      expect(codeOf(() => integerAttribute(27, wrong))).to.equal('value-invalid')
    }
  })

  it('no attribute for no text', () => expect(textAttributes(18, '')).to.deep.equal([]))
})
