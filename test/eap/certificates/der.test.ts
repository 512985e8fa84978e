import { expect } from 'chai'
import { formatOid, readDer, readTime, writeDer } from '../../../src/eap/certificates/der.ts'
import { bytes, hex } from '../scripted-sign-in.ts'

describe('DER', () => {
  for (const [what, text, contents] of [
    ['nothing', '', []],
    ['an empty value', '0500', ['']],
    ['two values', '020101 0400', ['01', '']],
    ['a length in one more octet', `0481 80 ${'aa'.repeat(128)}`, ['aa'.repeat(128)]],
    ['a length in two', `0482 0100 ${'bb'.repeat(256)}`, ['bb'.repeat(256)]],
  ] as const) {
    it(`reads ${what}`, () => {
      expect(readDer(bytes(text))?.map(({ content }) => hex(content))).to.deep.equal(contents)
    })
  }

  for (const [what, text] of [
    ['a tag without a length', '30'],
    ['a value beyond the end', '0402 aa'],
    ['a length beyond the end', '0482 01'],
    ['no definite length', '3080 0000'],
    ['a length of four octets', '0484 00000001 aa'],
    ['a tag of more octets', '1f8101 00'],
  ] as const) {
    it(`does not read ${what}`, () => {
      expect(readDer(bytes(text))).to.equal(undefined)
    })
  }

  for (const length of [0, 127, 128, 255, 256, 65_535]) {
    it(`reads the ${length} bytes that it writes`, () => {
      const content = new Uint8Array(length).fill(7)
      const written = writeDer(0x30, content.subarray(0, 10), content.subarray(10))
      const [value, ...more] = readDer(written) ?? []
      expect(more).to.have.length(0)
      expect(hex(value?.content ?? bytes('ff'))).to.equal(hex(content))
      expect(hex(value?.raw ?? bytes('ff'))).to.equal(hex(written))
    })
  }

  for (const [content, text] of [
    ['551d11', '2.5.29.17'],
    ['2b060104018237140203', '1.3.6.1.4.1.311.20.2.3'],
    ['00', '0.0'],
    ['883703', '2.999.3'],
  ] as const) {
    it(`knows ${text}`, () => {
      expect(formatOid(bytes(content))).to.equal(text)
    })
  }

  for (const [tag, text, time] of [
    [0x17, '250601120000Z', '2025-06-01T12:00:00Z'],
    [0x17, '491231235959Z', '2049-12-31T23:59:59Z'],
    [0x17, '500101000000Z', '1950-01-01T00:00:00Z'],
    [0x18, '21200101000000Z', '2120-01-01T00:00:00Z'],
    [0x18, '250601120000Z', undefined],
    [0x17, '21200101000000Z', undefined],
    [0x18, '20251301000000Z', undefined],
    [0x18, '20250601120000+0100', undefined],
    [0x04, '21200101000000Z', undefined],
  ] as const) {
    it(`takes ${text} of tag ${tag} for ${time}`, () => {
      const [value] = readDer(writeDer(tag, Buffer.from(text))) ?? []
      expect(readTime(value)).to.equal(time && Date.parse(time))
    })
  }
})
