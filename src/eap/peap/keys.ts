import { createHmac, createSecretKey } from 'node:crypto'

const intermediateKeyLength = 40
const bindingKeyLength = 20
/** The part of the tunnel's keying material that goes into the compound keys. */
const tunnelKeyLength = intermediateKeyLength + bindingKeyLength
const innerKeyLength = 32
const sessionKeyLength = 64

/** Keys of the tunnel and of what was proven inside, made into one (MS-PEAP 3.1.5.5.2). */
export type CompoundKeys = {
  /** IPMK, 40 bytes: the session keys come from it. */
  readonly intermediate: Uint8Array
  /** CMK, 20 bytes: signs the binding. */
  readonly binding: Uint8Array
}

/**
 * Compound keys of a PEAP tunnel. `tunnelKey`: its keying material, of which the first 60 bytes are used. `innerKey`:
 * receive and send key of the inner method, at most 32 bytes; empty where it makes none.
 */
export function deriveCompoundKeys(tunnelKey: Uint8Array, innerKey: Uint8Array): CompoundKeys {
  const padded = new Uint8Array(innerKeyLength)
  padded.set(innerKey.subarray(0, innerKeyLength))
  const seed = Buffer.concat([Buffer.from('Inner Methods Compound Keys'), padded])
  return split(expand(tunnelKey.subarray(0, intermediateKeyLength), seed, tunnelKeyLength))
}

/** In a resumed tunnel, where nothing is proven inside, the compound keys are the tunnel's own. */
export function compoundKeysOfResumed(tunnelKey: Uint8Array): CompoundKeys {
  return split(tunnelKey.subarray(0, tunnelKeyLength))
}

/** The MSK, 64 bytes, once both sides have shown that they have the compound keys (MS-PEAP 3.1.5.5.2.2). */
export function deriveBoundMsk({ intermediate }: CompoundKeys): Uint8Array {
  const seed = Buffer.from('Session Key Generating Function\0')
  return expand(intermediate, seed, 2 * sessionKeyLength).subarray(0, sessionKeyLength)
}

/** The Compound MAC, 20 bytes, over a Crypto-Binding TLV whose MAC is zero, and the type of PEAP. */
export function bindingMac({ binding }: CompoundKeys, tlvWithoutMac: Uint8Array): Uint8Array {
  const secret = createSecretKey(binding)
  return createHmac('sha1', secret).update(tlvWithoutMac).update(Uint8Array.of(25)).digest()
}

function split(keys: Uint8Array): CompoundKeys {
  return {
    intermediate: keys.subarray(0, intermediateKeyLength),
    binding: keys.subarray(intermediateKeyLength),
  }
}

/** PRF+ of MS-PEAP 3.1.5.5.2: each block goes into the next; counter and two zero bytes end each. */
function expand(key: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  // With bare bytes for a key Node takes three times as long.
  const secret = createSecretKey(key)
  const blocks: Uint8Array[] = []
  let block: Uint8Array = new Uint8Array()
  for (let counter = 1; (counter - 1) * 20 < length; counter += 1) {
    block = createHmac('sha1', secret)
      .update(block)
      .update(seed)
      .update(Uint8Array.of(counter, 0, 0))
      .digest()
    blocks.push(block)
  }
  return Buffer.concat(blocks).subarray(0, length)
}
