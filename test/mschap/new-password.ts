import { desEncrypt } from '../../src/mschap/des.ts'
import { ntHash } from '../../src/mschap/index.ts'
import { Secret } from '../../src/support/index.ts'

/** What a client makes of an old and a new password (RFC 2759 8.9 to 8.12). `filler` is random there. */
export function encryptNewPassword(old: string, next: string, filler: (bytes: number) => Buffer) {
  const [oldHash, newHash] = [ntHash(new Secret(old)), ntHash(new Secret(next))]
  const text = Buffer.from(next, 'utf16le')
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  const clear = Buffer.concat([filler(512 - text.length), text, length])
  return {
    encryptedPassword: rc4(oldHash, clear),
    encryptedHash: Buffer.concat([
      desEncrypt(newHash.subarray(0, 7), oldHash.subarray(0, 8)),
      desEncrypt(newHash.subarray(7, 14), oldHash.subarray(8, 16)),
    ]),
  }
}

/** RC4, which OpenSSL no longer has. */
export function rc4(key: Uint8Array, clear: Uint8Array): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, at) => at)
  const at = (index: number) => state[index & 255] ?? 0
  const swap = (left: number, right: number) => {
    const [a, b] = [at(left), at(right)]
    state[left & 255] = b
    state[right & 255] = a
  }
  let j = 0
  for (let i = 0; i < 256; i++) {
    j = (j + at(i) + (key[i % key.length] ?? 0)) & 255
    swap(i, j)
  }
  j = 0
  return Buffer.from(
    clear.map((byte, index) => {
      const i = index + 1
      j = (j + at(i)) & 255
      swap(i, j)
      return byte ^ at(at(i) + at(j))
    }),
  )
}
