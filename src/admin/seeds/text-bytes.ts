const base32Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/**
 * Decodes base32 (RFC 4648 section 6), ignoring case, spaces, hyphens and padding as people type
 * it. Undefined when there is anything else in it.
 */
export function decodeBase32(text: string): Uint8Array | undefined {
  const digits = text.toUpperCase().replace(/[\s-]/g, '').replace(/=+$/, '')
  const bytes = new Uint8Array(Math.floor((digits.length * 5) / 8))
  let bits = 0
  let bitCount = 0
  let at = 0
  for (const digit of digits) {
    const value = base32Alphabet.indexOf(digit)
    if (value < 0) return undefined
    bits = ((bits << 5) | value) & 0xfff
    bitCount += 5
    if (bitCount >= 8) {
      bitCount -= 8
      bytes[at] = (bits >> bitCount) & 0xff
      at += 1
    }
  }
  return bytes
}

/** Decodes base64 (RFC 4648 section 4), ignoring white space. Undefined when it is none. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const packed = text.replace(/\s/g, '')
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return undefined
  return new Uint8Array(Buffer.from(packed, 'base64'))
}

/** Decodes hex digits in pairs, ignoring white space. Undefined when it is none. */
export function decodeHex(text: string): Uint8Array | undefined {
  const packed = text.replace(/\s/g, '')
  if (packed.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(packed)) return undefined
  return new Uint8Array(Buffer.from(packed, 'hex'))
}
