import { createCipheriv, createSecretKey } from 'node:crypto'

/**
 * One block of DES, 8 bytes, under a key of 7 bytes (RFC 2759 8.6). OpenSSL has no single DES any more;
 * triple DES with one key three times is the same thing.
 */
export function desEncrypt(key: Uint8Array, block: Uint8Array): Buffer {
  const spread = spreadKey(key)
  // With bare bytes for a key Node takes three times as long.
  const secret = createSecretKey(Buffer.concat([spread, spread, spread]))
  const cipher = createCipheriv('des-ede3', secret, null)
  return cipher.setAutoPadding(false).update(block)
}

/** 56 bits over 8 bytes, seven each; the lowest bit makes the number of ones odd. */
export function spreadKey(key: Uint8Array): Uint8Array {
  return new Uint8Array(8).map((_, at) => {
    const window = (key[at - 1] ?? 0) * 256 + (key[at] ?? 0)
    const seven = (window >> (at + 1)) & 0x7f
    return (seven << 1) | (isOdd(seven) ? 0 : 1)
  })
}

function isOdd(bits: number): boolean {
  let ones = 0
  for (let rest = bits; rest > 0; rest >>= 1) ones += rest & 1
  return ones % 2 === 1
}
