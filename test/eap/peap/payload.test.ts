import { expect } from 'chai'
import { decodePayload, encodePayload } from '../../../src/eap/peap/payload.ts'
import { decodeAnswer, encodeResult } from '../../../src/eap/peap/tlvs.ts'

const bytes = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex')

describe('What goes through the tunnel of PEAP', () => {
  for (const [what, payload, type, data] of [
    ['an identity without header', '01 616c696365', 1, '616c696365'],
    ['an identity with its header', '0207000a 01 616c696365', 1, '616c696365'],
    ['a NAK', '03 06', 3, '06'],
    ['a Type alone', '01', 1, ''],
    [
      'what only looks like a header: the length is another',
      '02070009 01 616c696365',
      2,
      '0700090161',
    ],
    ['a request: no header of ours', '01070005 01', 1, '07000501'],
    ['the last word, with its header', '0208000b 21 800300020001', 33, '800300020001'],
    ['the last word without', '21 800300020001', 33, '800300020001'],
  ] as const) {
    it(`reads ${what}`, () => {
      const decoded = decodePayload(bytes(payload))
      expect(decoded?.type).to.equal(type)
      expect(hex(decoded?.data ?? new Uint8Array()).startsWith(data)).to.equal(true)
    })
  }

  it('reads nothing in nothing', () => {
    expect(decodePayload(new Uint8Array())).to.equal(undefined)
  })

  it('sends Type and data, and a header only where PEAP ends', () => {
    expect(hex(encodePayload(1, new Uint8Array(), 7))).to.equal('01')
    expect(hex(encodePayload(33, encodeResult('success'), 8))).to.equal('0108000b21800300020001')
    expect(hex(encodePayload(33, encodeResult('failure'), 9))).to.equal('0109000b21800300020002')
  })
})

describe('The last word of a PEAP peer', () => {
  for (const [what, data, result] of [
    ['success', '8003 0002 0001', 'success'],
    ['failure', '8003 0002 0002', 'failure'],
    ['success without the mandatory bit', '0003 0002 0001', 'success'],
    ['success beside an optional TLV nobody knows', '0007 0001 aa 8003 0002 0001', 'success'],
  ] as const) {
    it(`is ${what}`, () => {
      expect(decodeAnswer(bytes(data))).to.deep.equal({ result })
    })
  }

  it('may have a binding beside it', () => {
    const binding = `000c0038${'00'.repeat(56)}`
    expect(hex(decodeAnswer(bytes(`800300020001${binding}`))?.binding ?? bytes(''))).to.equal(
      binding,
    )
  })

  for (const [what, data] of [
    ['nothing', ''],
    ['no result', '0007 0001 aa'],
    ['two results', '8003 0002 0001 8003 0002 0002'],
    ['a result of 0', '8003 0002 0000'],
    ['a result of 3', '8003 0002 0003'],
    ['a result of 257', '8003 0002 0101'],
    ['a result of one byte', '8003 0001 01'],
    ['a result of three bytes', '8003 0003 000100'],
    ['a length past the end', '8003 0003 0001'],
    ['half a header', '8003 0002 0001 80'],
    ['a mandatory TLV nobody knows', '8003 0002 0001 8009 0000'],
    ['a binding cut short', `8003 0002 0001 000c 0037 ${'00'.repeat(55)}`],
    ['two bindings', `8003 0002 0001 ${`000c 0038 ${'00'.repeat(56)}`.repeat(2)}`],
  ] as const) {
    it(`is not ${what}`, () => {
      expect(decodeAnswer(bytes(data))).to.equal(undefined)
    })
  }
})
