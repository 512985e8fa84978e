const blockBytes = 64
const startState = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476] as const

type Round = {
  readonly mix: (x: number, y: number, z: number) => number
  readonly add: number
  /** Which of the 16 words each step takes. */
  readonly words: readonly number[]
  /** How far each step rotates, again and again. */
  readonly rotations: readonly [number, number, number, number]
}

const rounds: readonly Round[] = [
  {
    mix: (x, y, z) => (x & y) | (~x & z),
    add: 0,
    words: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    rotations: [3, 7, 11, 19],
  },
  {
    mix: (x, y, z) => (x & y) | (x & z) | (y & z),
    add: 0x5a827999,
    words: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    rotations: [3, 5, 9, 13],
  },
  {
    mix: (x, y, z) => x ^ y ^ z,
    add: 0x6ed9eba1,
    words: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    rotations: [3, 9, 11, 15],
  },
]

/**
 * MD4 (RFC 1320), 16 bytes. Broken as a digest and gone from OpenSSL's defaults; NT hashes are made
 * with it nevertheless. Takes time that depends on the length only.
 */
export function md4(message: Uint8Array): Uint8Array {
  const padded = pad(message)
  const state = Uint32Array.from(startState)
  for (let at = 0; at < padded.byteLength; at += blockBytes) {
    addBlock(state, new DataView(padded.buffer, at, blockBytes))
  }
  const digest = new DataView(new ArrayBuffer(16))
  state.forEach((word, index) => {
    digest.setUint32(index * 4, word, true)
  })
  return new Uint8Array(digest.buffer)
}

/** RFC 1320 3.1 and 3.2: a one bit, zeros, and the length in bits in the last eight bytes. */
function pad(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const blocks = Math.ceil((message.length + 9) / blockBytes)
  const padded = new Uint8Array(blocks * blockBytes)
  padded.set(message)
  padded[message.length] = 0x80
  const bits = BigInt(message.length) * 8n
  new DataView(padded.buffer).setBigUint64(padded.length - 8, bits, true)
  return padded
}

/** RFC 1320 3.4: 48 steps, each of which changes one of four words and hands them on in a circle. */
function addBlock(state: Uint32Array, block: DataView): void {
  let [a = 0, b = 0, c = 0, d = 0] = state
  for (const { mix, add, words, rotations } of rounds) {
    words.forEach((word, step) => {
      const sum = (a + mix(b, c, d) + block.getUint32(word * 4, true) + add) >>> 0
      const by = rotations[step % 4] ?? 0
      const rotated = (sum << by) | (sum >>> (32 - by))
      ;[a, b, c, d] = [d, rotated, b, c]
    })
  }
  state.set([a, b, c, d].map((word, index) => word + (state[index] ?? 0)))
}
