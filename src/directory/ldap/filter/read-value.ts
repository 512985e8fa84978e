import { FilterError } from './filter-error.ts'

/** What LDAP 2 let follow a backslash for itself; ldapsearch still takes it. */
const escapable = '()*\\'

/**
 * The bytes of a value that is at `from` to `to` of a filter: characters as UTF-8, and escapes such as `\c3\a4` as the
 * bytes they say (RFC 4515 3). Spaces at the ends are dropped unless they are escaped.
 * @throws {FilterError}
 */
export function readValue(text: string, from: number, to: number): Buffer {
  const bytes: Buffer[] = []
  let at = from
  let end = to
  while (at < end && isSpace(text, at)) at += 1
  while (end > at && isSpace(text, end - 1) && text.charAt(end - 2) !== '\\') end -= 1
  while (at < end) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
    if (character === '\\') {
      const { byte, length } = readEscape(text, at, end)
      bytes.push(byte)
      at += length
      continue
    }
    checkCharacter(character, at)
    bytes.push(Buffer.from(character))
    at += character.length
  }
  return Buffer.concat(bytes)
}

function isSpace(text: string, at: number): boolean {
  return /\s/.test(text.charAt(at))
}

function readEscape(text: string, at: number, end: number): { byte: Buffer; length: number } {
  const pair = /^\\([\da-f]{2})/i.exec(text.slice(at, Math.min(end, at + 3)))?.[1]
  if (pair !== undefined) return { byte: Buffer.from(pair, 'hex'), length: 3 }
  const next = at + 1 < end ? text.charAt(at + 1) : ''
  if (next !== '' && escapable.includes(next)) return { byte: Buffer.from(next), length: 2 }
  const wanted =
    next === ''
      ? 'a backslash is written \\5c'
      : `write \\5c${next} for a backslash and ${next}, as in DNs`
  throw new FilterError(at, `two hex digits must follow a backslash: ${wanted}`)
}

function checkCharacter(character: string, at: number): void {
  if (character === '*') throw new FilterError(at, 'only = takes *; write \\2a for the character *')
  if (/\p{Cc}/u.test(character)) {
    const code = (character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')
    throw new FilterError(
      at,
      `a value has no line breaks and control characters: write \\${code}, or put it on one line`,
    )
  }
  if (/\p{Cs}/u.test(character)) throw new FilterError(at, 'half a character: write it again')
}

/** Refuses what other languages write as a value, and LDAP would compare literally. @throws {FilterError} */
export function checkValue(text: string, from: number, to: number): void {
  const value = text.slice(from, to).trim()
  if (value === '') {
    throw new FilterError(from, 'a value is missing: write * for any value, as in (mail=*)')
  }
  if (value.startsWith('=')) {
    throw new FilterError(from, 'one = is enough; write \\3d for a value that begins with =')
  }
  if (value.length > 1 && value.startsWith('"') && value.endsWith('"')) {
    throw new FilterError(
      from,
      'LDAP filters have no quotes: leave them out, or write \\22 for each',
    )
  }
}
