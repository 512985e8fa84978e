import { expect } from 'chai'
import { decodeAvps, encodeAvp } from '../../../src/eap/ttls/avps.ts'
import { bytes, hex } from '../scripted-sign-in.ts'

describe('AVPs of TTLS', () => {
  it('are read: bob and hello in PAP', () => {
    const avps = decodeAvps(
      bytes('000000014000000b626f6200 000000024000001868656c6c6f0000000000000000000000'),
    )
    expect(avps?.map(({ code, vendor, isMandatory }) => [code, vendor, isMandatory])).to.deep.equal(
      [
        [1, 0, true],
        [2, 0, true],
      ],
    )
    expect(avps?.map(({ data }) => hex(data))).to.deep.equal([
      '626f62',
      '68656c6c6f0000000000000000000000',
    ])
  })

  it('are read with a vendor, and without the padding of the last one', () => {
    const [avp] = decodeAvps(bytes('0000000b c000000f 00000137 010203')) ?? []
    expect(avp).to.deep.include({ code: 11, vendor: 311, isMandatory: true })
    expect(hex(avp?.data ?? bytes(''))).to.equal('010203')
  })

  it('are written as MS-CHAP2-Success is on the wire, with padding', () => {
    const written = encodeAvp(26, 311, Buffer.alloc(43, 0x11))
    expect(hex(written.subarray(0, 12))).to.equal('0000001ac000003700000137')
    expect(written).to.have.length(56)
    expect(written.at(-1)).to.equal(0)
    expect(hex(encodeAvp(79, 0, bytes('01020005')))).to.equal('0000004f4000000c01020005')
  })

  it('come back as they were written', () => {
    for (let length = 0; length < 9; length += 1) {
      const data = Buffer.alloc(length, 5)
      const [plain, vendor, ...more] =
        decodeAvps(Buffer.concat([encodeAvp(79, 0, data), encodeAvp(11, 311, data)])) ?? []
      expect(more).to.deep.equal([])
      expect(plain).to.deep.equal({ code: 79, vendor: 0, isMandatory: true, data })
      expect(vendor).to.deep.equal({ code: 11, vendor: 311, isMandatory: true, data })
    }
  })

  for (const [what, data] of [
    ['nothing', ''],
    ['a header cut off', '00000001 400000'],
    ['a Length of nothing', '00000001 40000000'],
    ['a Length below the header', '00000001 40000007'],
    ['a Length that leaves no room for the vendor', '0000000b c0000008 00000137'],
    ['a Length beyond the end', '00000001 4000000c 626f62'],
    ['the largest Length', '00000001 40ffffff 626f62'],
    ['something behind the last one', '00000001 40000009 62000000 0000'],
  ] as const) {
    it(`are refused: ${what}`, () => {
      expect(decodeAvps(bytes(data))).to.equal(undefined)
    })
  }
})
