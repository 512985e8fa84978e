import { expect } from 'chai'
import { findCharset } from '../../../src/support/text/charset.ts'

const names: readonly (readonly [string, string])[] = [
  ['utf-8', 'utf-8'],
  ['UTF8', 'utf-8'],
  ['latin1', 'windows-1252'],
  ['iso-8859-1', 'windows-1252'],
  ['ISO8859-1', 'windows-1252'],
  [' us-ascii ', 'windows-1252'],
  ['cp1252', 'windows-1252'],
  ['windows-1250', 'windows-1250'],
  ['cp1251', 'windows-1251'],
  ['latin2', 'iso-8859-2'],
  ['koi8-r', 'koi8-r'],
]
const unknown = [
  '',
  'gbk',
  'shift_jis',
  'utf-16',
  'utf-16be',
  'cp850',
  'x-user-defined',
  'latin-9x',
]

/** Bytes as the code pages of Windows have them, and what they mean. */
const texts: readonly (readonly [string, string, readonly number[]])[] = [
  ['latin1', 'Pä€’word', [0x50, 0xe4, 0x80, 0x92, 0x77, 0x6f, 0x72, 0x64]],
  ['iso-8859-1', 'Œuvre‰Ž', [0x8c, 0x75, 0x76, 0x72, 0x65, 0x89, 0x8e]],
  ['windows-1250', 'Łódź€', [0xa3, 0xf3, 0x64, 0x9f, 0x80]],
  ['windows-1251', 'Привет€', [0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0x88]],
  ['windows-1253', 'Γειά', [0xc3, 0xe5, 0xe9, 0xdc]],
  ['windows-1254', 'Şifreğ', [0xde, 0x69, 0x66, 0x72, 0x65, 0xf0]],
  ['iso-8859-15', '€uro', [0xa4, 0x75, 0x72, 0x6f]],
]

describe('character set', () => {
  for (const [name, found] of names) {
    it(`${name} is ${found}`, () => expect(findCharset(name)?.name).to.equal(found))
  }

  for (const name of unknown) {
    it(`"${name}" is not one that can be read`, () => expect(findCharset(name)).to.equal(undefined))
  }

  for (const [name, text, bytes] of texts) {
    it(`${name} means what Windows programs send, and back`, () => {
      const charset = findCharset(name)
      expect(charset?.decode(Uint8Array.from(bytes))).to.deep.equal({ text, wellFormed: true })
      expect([...(charset?.encode(text) ?? [])]).to.deep.equal(bytes)
    })
  }

  it('knows the bytes that mean nothing', () => {
    for (const byte of [0x81, 0x8d, 0x8f, 0x90, 0x9d, 0x00, 0x7f]) {
      expect(
        findCharset('latin1')?.decode(Uint8Array.of(0x61, byte)).wellFormed,
        `${byte}`,
      ).to.equal(false)
    }
    expect(findCharset('windows-1253')?.decode(Uint8Array.of(0xaa))).to.deep.equal({
      text: '\ufffd',
      wellFormed: false,
    })
    expect(findCharset('utf-8')?.decode(Uint8Array.of(0x80)).wellFormed).to.equal(false)
    expect(findCharset('utf-8')?.decode(Buffer.from('\ufffd')).wellFormed).to.equal(true)
  })

  it('writes what it does not have as something like it', () => {
    const encoded = findCharset('windows-1251')?.encode('für “Zoë”…ﬁ☃ e\u0301')
    expect(encoded?.toString('latin1')).to.equal('fur \x93Zoe\x94\x85fi? e')
    expect(findCharset('iso-8859-2')?.encode('€’☃').toString('latin1')).to.equal("EUR'?")
    expect(findCharset('iso-8859-5')?.encode('\ufffd').toString('latin1')).to.equal('?')
  })

  it('takes a letter and its accent for one', () => {
    expect(findCharset('latin1')?.encode('e\u0301')).to.deep.equal(Buffer.from([0xe9]))
  })
})
