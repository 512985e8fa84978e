// asn1js, which comes with @peculiar/x509, reads BER: it takes indefinite lengths and strings in pieces,
// which DER forbids (X.690 10.1, 10.2).

/** One value of DER (X.690 10): what kind, and its content octets. */
export type Der = {
  /** Identifier octet; those of more than one octet are not read. */
  readonly tag: number
  readonly content: Uint8Array
  /** With its identifier and length octets, as it stood there. */
  readonly raw: Uint8Array
}

/** Identifier octets that certificates use. */
export const derTag = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
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

/** Writes a value: at most 65,535 octets of content. */
export function writeDer(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts)
  const { length } = content
  return Buffer.concat([Uint8Array.of(tag, ...lengthOctets(length)), content])
}

function lengthOctets(length: number): readonly number[] {
  if (length < longLength) return [length]
  return length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
}

function readValue(bytes: Uint8Array, at: number): Der | undefined {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined || (tag & multiOctetTag) === multiOctetTag) {
    return undefined
  }
  const octets = first < longLength ? 0 : first - longLength
  // 0x80 itself is the indefinite length, which DER has not.
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
  const [head = 0, ...rest] = numbers
  // The first two numbers share one (X.690 8.19.4).
  const first = Math.min(Math.floor(head / 40), 2)
  return [first, head - first * 40, ...rest].join('.')
}
