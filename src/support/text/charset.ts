import { isUtf8 } from 'node:buffer'

/** How a gateway writes text: UTF-8, or one byte a character. */
export type Charset = {
  /** The name by which the encoding standard of the WHATWG knows it: `windows-1252` for `latin1`. */
  readonly name: string
  /** `wellFormed`: whether every byte means a character, and none a control character. */
  decode(bytes: Uint8Array): { readonly text: string; readonly wellFormed: boolean }
  /** A character that it does not have becomes one that looks like it, otherwise `_`. */
  encode(text: string): Buffer
}

/** Character sets with several bytes a character, and those in which no gateway sends text. Such sets are not read. */
const notSingleByte = new Set([
  'utf-16le',
  'utf-16be',
  'gbk',
  'gb18030',
  'big5',
  'euc-jp',
  'iso-2022-jp',
  'shift_jis',
  'euc-kr',
  'replacement',
  'x-user-defined',
])

const known = new Map<string, Charset>()

/**
 * The character set of a name, by the encoding standard of the WHATWG: what Windows programs call Latin-1 or
 * ISO-8859-1 is windows-1252, where the byte 0x80 is the euro sign. Undefined for a name that the standard
 * does not have, and for a set with several bytes a character other than UTF-8.
 */
export function findCharset(name: string): Charset | undefined {
  const label = name.trim().toLowerCase()
  const found = known.get(label) ?? createCharset(label)
  if (found !== undefined) known.set(label, found)
  return found
}

export const utf8: Charset = {
  name: 'utf-8',
  decode(bytes) {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
    return { text, wellFormed: isUtf8(bytes) && !hasControl(text) }
  },
  encode: (text) => Buffer.from(text),
}

function createCharset(label: string): Charset | undefined {
  const decoder = decoderOf(label)
  if (decoder === undefined) return undefined
  const { encoding } = decoder
  if (encoding === 'utf-8') return utf8
  if (notSingleByte.has(encoding)) return undefined
  return singleByte(encoding, decoder.decode(Uint8Array.from({ length: 256 }, (_, byte) => byte)))
}

function decoderOf(label: string) {
  try {
    return new TextDecoder(label)
  } catch {
    return undefined
  }
}

/** `characters`: what each byte means, U+FFFD for nothing. */
function singleByte(name: string, characters: string): Charset {
  const bytes = new Map([...characters].map((character, byte) => [character, byte] as const))
  bytes.delete(undefinedCharacter)
  const byteOf = (character: string) => bytes.get(character) ?? 0x3f
  return {
    name,
    decode(encoded) {
      const text = Array.from(encoded, (byte) => characters.charAt(byte)).join('')
      return { text, wellFormed: !text.includes(undefinedCharacter) && !hasControl(text) }
    },
    encode(text) {
      const fitting = Array.from(text.normalize('NFC'), (character) =>
        bytes.has(character) ? character : lookAlike(character),
      )
      return Buffer.from(Array.from(fitting.join(''), byteOf))
    },
  }
}

const undefinedCharacter = '\ufffd'

const lookAlikes: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '‚': ',',
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  '€': 'EUR',
  ß: 'ss',
  ø: 'o',
  Ø: 'O',
  æ: 'ae',
  Æ: 'AE',
  '¿': '?',
  '¡': '!',
}

/** Without its accents, or as plain characters write it. */
function lookAlike(character: string): string {
  return lookAlikes[character] ?? character.normalize('NFKD').replace(/\p{M}/gu, '')
}

function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text)
}
