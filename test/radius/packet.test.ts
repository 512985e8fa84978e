import { expect } from 'chai'
import { decodePacket, type RadiusErrorCode } from '../../src/radius/index.ts'
import { hex } from './hex.ts'
import { codeOf } from './packets.ts'

const zeros = '00'.repeat(16)

const refused: readonly (readonly [string, string, RadiusErrorCode])[] = [
  ['nothing', '', 'packet-too-short'],
  ['three bytes', '010100', 'packet-too-short'],
  ['a Length of 19', `01010013 ${zeros}`, 'length-invalid'],
  ['a Length of 0', `01010000 ${zeros}`, 'length-invalid'],
  ['a Length of 4097', `01011001 ${zeros} ${'00'.repeat(4077)}`, 'length-invalid'],
  ['a Length of 65535', `0101ffff ${zeros}`, 'length-invalid'],
  ['a header cut short', `01010014 ${'00'.repeat(15)}`, 'packet-too-short'],
  ['fewer bytes than Length', `01010016 ${zeros} 01`, 'packet-too-short'],
  ['an attribute of length 0', `01010016 ${zeros} 0100`, 'attribute-malformed'],
  ['an attribute of length 1', `01010016 ${zeros} 0101`, 'attribute-malformed'],
  ['an attribute past the end', `01010017 ${zeros} 010461`, 'attribute-malformed'],
  [
    'an attribute past Length, into the padding',
    `01010017 ${zeros} 010461 62`,
    'attribute-malformed',
  ],
  ['a type without length', `01010015 ${zeros} 01`, 'attribute-malformed'],
  ['a type without length, then padding', `01010015 ${zeros} 01 03 61`, 'attribute-malformed'],
]

describe('decodePacket', () => {
  for (const [name, bytes, code] of refused) {
    it(`refuses ${name}`, () => expect(codeOf(() => decodePacket(hex(bytes)))).to.equal(code))
  }

  it('takes the shortest and the longest packet', () => {
    expect(decodePacket(hex(`01010014 ${zeros}`)).attributes).to.deep.equal([])
    const longest = Buffer.concat([hex(`01011000 ${zeros}`), Buffer.alloc(4076)])
    for (let at = 20; at < 4096; ) {
      const length = Math.min(255, 4096 - at)
      longest.set([192, length], at)
      at += length
    }
    expect(decodePacket(longest).attributes).to.have.length(16)
  })

  it('leaves padding out', () => {
    const packet = decodePacket(hex(`01ff0017 ${zeros} 010361 ffff`))
    expect(packet).to.deep.include({
      code: 1,
      identifier: 255,
      bytes: hex(`01ff0017 ${zeros} 010361`),
    })
  })

  it('keeps order, repetition, unknown types, empty values and type 0', () => {
    const { attributes } = decodePacket(hex(`01010020 ${zeros} c002 210361 0002 7f02 210362`))
    expect(attributes).to.deep.equal([
      { type: 192, value: hex('') },
      { type: 33, value: hex('61') },
      { type: 0, value: hex('') },
      { type: 127, value: hex('') },
      { type: 33, value: hex('62') },
    ])
  })

  it('gives views, not copies, of plain Uint8Arrays too', () => {
    const bytes = new Uint8Array(hex(`01010017 ${zeros} 010361`))
    const packet = decodePacket(bytes)
    expect(packet.bytes).to.equal(bytes)
    expect(packet.attributes[0]?.value.buffer).to.equal(bytes.buffer)
  })
})
