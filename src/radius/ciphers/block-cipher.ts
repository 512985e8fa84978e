import { addMd5, beginMd5, finishMd5 } from '../signatures/md5.ts'
import type { SharedSecret } from '../signatures/shared-secret.ts'

const pad = new Uint8Array(16)
const nothing = new Uint8Array(0)

/**
 * The stream cipher of RFC 2865 section 5.2 and RFC 2868 section 3.5: each 16 bytes are XORed with
 * MD5(secret | the cipher text before them), the first ones with MD5(secret | seed | salt). `clear` is a
 * multiple of 16 bytes long.
 */
export function encryptBlocks(
  clear: Uint8Array,
  secret: SharedSecret,
  seed: Uint8Array,
  salt: Uint8Array = nothing,
): Buffer {
  const cipher = Buffer.allocUnsafe(clear.length)
  for (let at = 0; at < clear.length; at += 16) {
    makePad(secret, cipher, at, seed, salt)
    xorPad(clear, cipher, at)
  }
  return cipher
}

/** The other way. */
export function decryptBlocks(
  cipher: Uint8Array,
  secret: SharedSecret,
  seed: Uint8Array,
  salt: Uint8Array = nothing,
): Buffer {
  const clear = Buffer.allocUnsafe(cipher.length)
  for (let at = 0; at < cipher.length; at += 16) {
    makePad(secret, cipher, at, seed, salt)
    xorPad(cipher, clear, at)
  }
  return clear
}

function makePad(
  secret: SharedSecret,
  cipher: Uint8Array,
  at: number,
  seed: Uint8Array,
  salt: Uint8Array,
): void {
  beginMd5()
  secret.addToMd5()
  if (at === 0) {
    addMd5(seed)
    addMd5(salt)
  } else {
    addMd5(cipher, at - 16, at)
  }
  finishMd5(pad)
}

function xorPad(source: Uint8Array, target: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++) target[at + i] = (source[at + i] ?? 0) ^ (pad[i] ?? 0)
}
