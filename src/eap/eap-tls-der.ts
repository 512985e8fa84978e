/** One value of DER (X.690 10): what kind, and its content octets. */
export type Der = {
  /** Identifier octet; those of more than one octet are not read. */
  readonly tag: number
  readonly content: Uint8Array
}

/** Identifier octets that certificates use. */
export const derTag = {
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
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
    at = value.end
  }
  return values
}

/** The values in a constructed one; none where it is another, or malformed. */
export function valuesIn(value: Der | undefined, tag: number): readonly Der[] {
  return value?.tag === tag ? (readDer(value.content) ?? []) : []
}

function readValue(bytes: Uint8Array, at: number): (Der & { readonly end: number }) | undefined {
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
  return end > bytes.length ? undefined : { tag, content: bytes.subarray(start, end), end }
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
