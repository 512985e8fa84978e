// Reads DER in place and no deeper than it is asked to, for what the library of ocsp-response.ts does wrong: it takes
// BER too. It changes text that is not UTF-8 instead of keeping it. It refuses lists of revoked certificates from some
// 3,000 entries on, though they may have 100,000.

/** One value of DER (X.690 10): what kind, and its content octets. */
export type Der = {
  /** Identifier octet; those of more than one octet are not read. */
  readonly tag: number
  readonly content: Uint8Array
  /** With its identifier and length octets, as it was there. */
  readonly raw: Uint8Array
}

/** Identifier octets that certificates use. */
export const derTag = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

const multiOctetTag = 0x1f
const longLength = 0x80
/** Lengths of three octets reach 16 MB: far beyond any certificate. */
const maxLengthOctets = 3

/** Reads the values that follow each other in `bytes`; undefined where they do not fill it exactly. */
export function readDer(bytes: Uint8Array): readonly Der[] | undefined {
  const values: Der[] = []
  for (let at = 0; at < bytes.length; ) {
    const value = readValue(bytes, at)
    if (value === undefined) return undefined
    values.push(value)
    at += value.raw.length
  }
  return values
}

/** The values in a constructed one; none where it is another, or malformed. */
export function valuesIn(value: Der | undefined, tag: number): readonly Der[] {
  return value?.tag === tag ? (readDer(value.content) ?? []) : []
}

/** Deeper than any certificate, and shallow enough for the stack. */
const maxDepth = 32
const constructed = 0x20
/** Below it are the tags of values that every ASN.1 knows. */
const firstOwnTag = 0x40

/** Whether this is one value of DER, and nothing more: with definite lengths throughout, and each text in one piece. */
export function isDer(bytes: Uint8Array): boolean {
  const values = readDer(bytes)
  return values?.length === 1 && values.every((value) => isWellFormed(value, 1))
}

function isWellFormed({ tag, content }: Der, depth: number): boolean {
  if ((tag & constructed) === 0) return true
  if (tag < firstOwnTag && tag !== derTag.sequence && tag !== derTag.set) return false
  const values = depth <= maxDepth ? readDer(content) : undefined
  return values?.every((value) => isWellFormed(value, depth + 1)) ?? false
}

/** A Time as certificates have it (RFC 5280 4.1.2.5): `250601120000Z`, or with four digits of the year; milliseconds since 1970. */
export function readTime(value: Der | undefined): number | undefined {
  if (value?.tag !== derTag.utcTime && value?.tag !== derTag.generalizedTime) return undefined
  const text = Buffer.from(value.content).toString('latin1')
  const digits = value.tag === derTag.utcTime ? `${text < '5' ? 20 : 19}${text}` : text
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits)
  if (parts === null) return undefined
  const [, year, month, day, hour, minute, second] = parts
  const timeMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(timeMs) ? undefined : timeMs
}

function readValue(bytes: Uint8Array, at: number): Der | undefined {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined || (tag & multiOctetTag) === multiOctetTag) {
    return undefined
  }
  const octets = first < longLength ? 0 : first - longLength
  // 0x80 itself is the indefinite length, which DER does not have.
  if (first === longLength || octets > maxLengthOctets) return undefined
  const start = at + 2 + octets
  if (start > bytes.length) return undefined
  const length = octets === 0 ? first : toNumber(bytes.subarray(at + 2, start))
  const end = start + length
  if (end > bytes.length) return undefined
  return { tag, content: bytes.subarray(start, end), raw: bytes.subarray(at, end) }
}

function toNumber(octets: Uint8Array): number {
  return octets.reduce((sum, octet) => sum * 256 + octet, 0)
}

/** An OBJECT IDENTIFIER's content in dotted form, such as `2.5.29.17`. */
export function formatOid(content: Uint8Array): string {
  const numbers: number[] = []
  let number = 0
  for (const octet of content) {
    number = number * 128 + (octet & 0x7f)
    if ((octet & 0x80) !== 0) continue
    numbers.push(number)
    number = 0
  }
  const [combined = 0, ...rest] = numbers
  // The first two numbers share one (X.690 8.19.4).
  const first = Math.min(Math.floor(combined / 40), 2)
  return [first, combined - first * 40, ...rest].join('.')
}
