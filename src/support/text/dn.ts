import { foldName } from './names.ts'

/** What must be escaped wherever it is in a value (RFC 4514 2.4). */
const special = /[\\,+"<>;=]/g
/** A name or a number of an attribute (RFC 4512 1.4). */
const attributeType = /^[a-z\d][a-z\d.-]*$/
const hexPair = /^[\da-f]{2}/i

/**
 * A distinguished name in one spelling: types and values are folded as names are, and there are no spaces around `,`,
 * `+` and `=`. Parts of a multi-valued RDN are in order, and escapes (`\2C`, `\,`, and the bytes of UTF-8 as `\c3\a4`)
 * are only where they must be (RFC 4514). Undefined for text that is not a DN.
 */
export function foldDn(text: string): string | undefined {
  const parts: string[][] = [[]]
  for (const { attribute, separator } of attributesOf(text)) {
    const at = attribute.indexOf('=')
    const type = foldName(attribute.slice(0, at))
    const value = at === -1 ? undefined : readValue(attribute.slice(at + 1).trim())
    if (!attributeType.test(type) || value === undefined) return undefined
    parts.at(-1)?.push(`${type}=${writeValue(foldName(value))}`)
    if (separator === ',') parts.push([])
  }
  return parts.map((rdn) => rdn.sort().join('+')).join(',')
}

/** A group as rules name it, folded: a DN where it is one, otherwise a plain name. */
export function foldGroup(group: string): string {
  return (group.includes('=') ? foldDn(group) : undefined) ?? foldName(group)
}

/** Splits at every `,`, `;` (as LDAP 2 has it) and `+` that is neither escaped nor in quotes. */
function attributesOf(text: string): { attribute: string; separator: string }[] {
  const found: { attribute: string; separator: string }[] = []
  let start = 0
  let isQuoted = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === '\\') at += 1
    else if (character === '"') isQuoted = !isQuoted
    else if (!isQuoted && ',;+'.includes(character)) {
      const separator = character === '+' ? '+' : ','
      found.push({ attribute: text.slice(start, at), separator })
      start = at + 1
    }
  }
  return [...found, { attribute: text.slice(start), separator: '' }]
}

/** Takes quotes and escapes away; undefined where an escape is malformed. */
function readValue(written: string): string | undefined {
  const isQuoted = written.length > 1 && written.startsWith('"') && written.endsWith('"')
  const text = isQuoted ? written.slice(1, -1) : written
  const bytes: Buffer[] = []
  for (let at = 0; at < text.length; at += 1) {
    if (text.charAt(at) !== '\\') {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
      bytes.push(Buffer.from(character))
      at += character.length - 1
      continue
    }
    const pair = hexPair.exec(text.slice(at + 1))?.[0]
    const escaped = pair === undefined ? text.charAt(at + 1) : pair
    if (escaped === '') return undefined
    bytes.push(pair === undefined ? Buffer.from(escaped) : Buffer.from(pair, 'hex'))
    at += escaped.length
  }
  return Buffer.concat(bytes).toString()
}

function writeValue(value: string): string {
  const escaped = value.replace(special, '\\$&').replaceAll('\0', '\\00')
  return escaped.startsWith('#') ? `\\${escaped}` : escaped
}
