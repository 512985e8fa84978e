import { expect } from 'chai'
import { formatOid, isDer, readDer, readTime } from '../../../src/eap/certificates/der.ts'
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
      const [value] =
        readDer(Buffer.concat([Uint8Array.of(tag, text.length), Buffer.from(text)])) ?? []
      expect(readTime(value)).to.equal(time && Date.parse(time))
    })
  }

  for (const [what, text, isOne] of [
    ['nothing', '', false],
    ['a value', '0500', true],
    ['values in values', '3006 a104 0402 3080', true],
    ['two values', '0500 0500', false],
    ['a value and a byte', '0500 00', false],
    ['a value that is cut off', '3003 0201', false],
    ['one of no definite length', '3080 0500 0000', false],
    ['one of no definite length inside', '3006 3080 0500 0000', false],
    ['text in pieces', '2404 0402 aabb', false],
    ['a value beyond the end of the one around it', '3003 0402 aa', false],
    ['32 levels', nested(32), true],
    ['33 levels', nested(33), false],
    ['20,000 levels', nested(20_000), false],
  ] as const) {
    it(`takes ${what} for ${isOne ? 'one value' : 'something else'}`, () => {
      expect(isDer(bytes(text))).to.equal(isOne)
    })
  }
})

/** Sequences in each other, the innermost empty. */
function nested(levels: number): string {
  let text = ''
  let length = 0
  for (let level = 0; level < levels; level += 1) {
    const long = length < 128 ? '' : length < 256 ? '81' : length < 65_536 ? '82' : '83'
    const digits = long === '' ? 2 : 2 * Number(long[1])
    text = `30${long}${length.toString(16).padStart(digits, '0')}${text}`
    length = text.length / 2
  }
  return text
}
