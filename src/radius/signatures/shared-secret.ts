import { inspect } from 'node:util'
import { addMd5, beginMd5, currentMd5State, finishMd5, type Md5State } from './md5.ts'

const innerDigest = new Uint8Array(16)

/**
 * The secret one gateway shares with us. Keeps the two key blocks of HMAC-MD5 (RFC 2104) as hash states,
 * so that each Message-Authenticator costs two blocks less. Shows `[secret]` when printed.
 */
export class SharedSecret {
  readonly #bytes: Uint8Array
  readonly #inner: Md5State
  readonly #outer: Md5State

  constructor(bytes: Uint8Array) {
    this.#bytes = Uint8Array.from(bytes)
    const key = new Uint8Array(64)
    if (bytes.length > 64) {
      beginMd5()
      addMd5(bytes)
      finishMd5(key)
    } else {
      key.set(bytes)
    }
    this.#inner = stateAfter(key.map((byte) => byte ^ 0x36))
    this.#outer = stateAfter(key.map((byte) => byte ^ 0x5c))
  }

  /** Adds the secret itself to the running MD5. */
  addToMd5(): void {
    addMd5(this.#bytes)
  }

  /** Starts an HMAC-MD5; add the message with `addMd5`, end with `finishHmac`. */
  beginHmac(): void {
    beginMd5(this.#inner, 64)
  }

  /** Ends the HMAC and writes its 16 bytes into `target` at `offset`. */
  finishHmac(target: Uint8Array, offset = 0): void {
    finishMd5(innerDigest)
    beginMd5(this.#outer, 64)
    addMd5(innerDigest)
    finishMd5(target, offset)
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}

/** Takes the secret as text (UTF-8) or bytes; empty is refused by the configuration, not here. */
export function createSharedSecret(secret: string | Uint8Array): SharedSecret {
  return new SharedSecret(typeof secret === 'string' ? Buffer.from(secret, 'utf8') : secret)
}

function stateAfter(keyBlock: Uint8Array): Md5State {
  beginMd5()
  addMd5(keyBlock)
  return currentMd5State()
}
