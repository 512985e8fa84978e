/**
 * MD5 (RFC 1321) in plain TypeScript. RADIUS hashes many short inputs, and one call into node:crypto
 * costs several times the hash itself (an HMAC there takes 5 µs, here below 1 µs). With node:crypto instead, a PAP
 * request takes 1.4 to 1.65 times the CPU (docs/background/performance-diary.md).
 *
 * There is one running hash in the module: begin, add, finish, without anything else in between.
 * All callers are synchronous, so no one can interrupt. The algorithm is broken for signatures; RADIUS
 * prescribes it, and nothing outside this folder should use it.
 */

/** The four words between two blocks; lets a hash go on after a prefix of whole blocks. */
export type Md5State = {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
}

/** RFC 1321 section 3.3. */
const initialState: Md5State = { a: 0x67452301, b: -0x10325477, c: -0x67452302, d: 0x10325476 }

const block = new Uint8Array(64)
const words = new DataView(block.buffer)
let filled = 0
let total = 0
let stateA = 0
let stateB = 0
let stateC = 0
let stateD = 0

/** Starts a hash; with `state`, after a prefix of `prefixLength` bytes (a multiple of 64) that led to it. */
export function beginMd5(state: Md5State = initialState, prefixLength = 0): void {
  stateA = state.a
  stateB = state.b
  stateC = state.c
  stateD = state.d
  filled = 0
  total = prefixLength
}

/** Adds `bytes`, or the part of it from `start` up to `end`. */
export function addMd5(bytes: Uint8Array, start = 0, end = bytes.length): void {
  total += end - start
  let at = filled
  for (let i = start; i < end; i++) {
    block[at++] = bytes[i] ?? 0
    if (at === 64) {
      compress()
      at = 0
    }
  }
  filled = at
}

/** The state so far. Only meaningful when a multiple of 64 bytes was added. */
export function currentMd5State(): Md5State {
  return { a: stateA, b: stateB, c: stateC, d: stateD }
}

/** Ends the hash and writes its 16 bytes into `target` at `offset`. */
export function finishMd5(target: Uint8Array, offset = 0): void {
  let at = filled
  block[at++] = 0x80
  if (at > 56) {
    while (at < 64) block[at++] = 0
    compress()
    at = 0
  }
  while (at < 56) block[at++] = 0
  words.setInt32(56, total << 3, true)
  words.setInt32(60, total / 0x20000000, true)
  compress()
  writeWord(target, offset, stateA)
  writeWord(target, offset + 4, stateB)
  writeWord(target, offset + 8, stateC)
  writeWord(target, offset + 12, stateD)
}

function writeWord(target: Uint8Array, offset: number, word: number): void {
  target[offset] = word
  target[offset + 1] = word >>> 8
  target[offset + 2] = word >>> 16
  target[offset + 3] = word >>> 24
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}

/** Works the full block into the state: 64 steps, written out because a loop takes twice the time. */
function compress(): void {
  let a = stateA
  let b = stateB
  let c = stateC
  let d = stateD
  const x0 = words.getInt32(0, true)
  const x1 = words.getInt32(4, true)
  const x2 = words.getInt32(8, true)
  const x3 = words.getInt32(12, true)
  const x4 = words.getInt32(16, true)
  const x5 = words.getInt32(20, true)
  const x6 = words.getInt32(24, true)
  const x7 = words.getInt32(28, true)
  const x8 = words.getInt32(32, true)
  const x9 = words.getInt32(36, true)
  const x10 = words.getInt32(40, true)
  const x11 = words.getInt32(44, true)
  const x12 = words.getInt32(48, true)
  const x13 = words.getInt32(52, true)
  const x14 = words.getInt32(56, true)
  const x15 = words.getInt32(60, true)
  a = (rotate((a + (d ^ (b & (c ^ d))) + x0 - 680876936) | 0, 7) + b) | 0
  d = (rotate((d + (c ^ (a & (b ^ c))) + x1 - 389564586) | 0, 12) + a) | 0
  c = (rotate((c + (b ^ (d & (a ^ b))) + x2 + 606105819) | 0, 17) + d) | 0
  b = (rotate((b + (a ^ (c & (d ^ a))) + x3 - 1044525330) | 0, 22) + c) | 0
  a = (rotate((a + (d ^ (b & (c ^ d))) + x4 - 176418897) | 0, 7) + b) | 0
  d = (rotate((d + (c ^ (a & (b ^ c))) + x5 + 1200080426) | 0, 12) + a) | 0
  c = (rotate((c + (b ^ (d & (a ^ b))) + x6 - 1473231341) | 0, 17) + d) | 0
  b = (rotate((b + (a ^ (c & (d ^ a))) + x7 - 45705983) | 0, 22) + c) | 0
  a = (rotate((a + (d ^ (b & (c ^ d))) + x8 + 1770035416) | 0, 7) + b) | 0
  d = (rotate((d + (c ^ (a & (b ^ c))) + x9 - 1958414417) | 0, 12) + a) | 0
  c = (rotate((c + (b ^ (d & (a ^ b))) + x10 - 42063) | 0, 17) + d) | 0
  b = (rotate((b + (a ^ (c & (d ^ a))) + x11 - 1990404162) | 0, 22) + c) | 0
  a = (rotate((a + (d ^ (b & (c ^ d))) + x12 + 1804603682) | 0, 7) + b) | 0
  d = (rotate((d + (c ^ (a & (b ^ c))) + x13 - 40341101) | 0, 12) + a) | 0
  c = (rotate((c + (b ^ (d & (a ^ b))) + x14 - 1502002290) | 0, 17) + d) | 0
  b = (rotate((b + (a ^ (c & (d ^ a))) + x15 + 1236535329) | 0, 22) + c) | 0
  a = (rotate((a + (c ^ (d & (b ^ c))) + x1 - 165796510) | 0, 5) + b) | 0
  d = (rotate((d + (b ^ (c & (a ^ b))) + x6 - 1069501632) | 0, 9) + a) | 0
  c = (rotate((c + (a ^ (b & (d ^ a))) + x11 + 643717713) | 0, 14) + d) | 0
  b = (rotate((b + (d ^ (a & (c ^ d))) + x0 - 373897302) | 0, 20) + c) | 0
  a = (rotate((a + (c ^ (d & (b ^ c))) + x5 - 701558691) | 0, 5) + b) | 0
  d = (rotate((d + (b ^ (c & (a ^ b))) + x10 + 38016083) | 0, 9) + a) | 0
  c = (rotate((c + (a ^ (b & (d ^ a))) + x15 - 660478335) | 0, 14) + d) | 0
  b = (rotate((b + (d ^ (a & (c ^ d))) + x4 - 405537848) | 0, 20) + c) | 0
  a = (rotate((a + (c ^ (d & (b ^ c))) + x9 + 568446438) | 0, 5) + b) | 0
  d = (rotate((d + (b ^ (c & (a ^ b))) + x14 - 1019803690) | 0, 9) + a) | 0
  c = (rotate((c + (a ^ (b & (d ^ a))) + x3 - 187363961) | 0, 14) + d) | 0
  b = (rotate((b + (d ^ (a & (c ^ d))) + x8 + 1163531501) | 0, 20) + c) | 0
  a = (rotate((a + (c ^ (d & (b ^ c))) + x13 - 1444681467) | 0, 5) + b) | 0
  d = (rotate((d + (b ^ (c & (a ^ b))) + x2 - 51403784) | 0, 9) + a) | 0
  c = (rotate((c + (a ^ (b & (d ^ a))) + x7 + 1735328473) | 0, 14) + d) | 0
  b = (rotate((b + (d ^ (a & (c ^ d))) + x12 - 1926607734) | 0, 20) + c) | 0
  a = (rotate((a + (b ^ c ^ d) + x5 - 378558) | 0, 4) + b) | 0
  d = (rotate((d + (a ^ b ^ c) + x8 - 2022574463) | 0, 11) + a) | 0
  c = (rotate((c + (d ^ a ^ b) + x11 + 1839030562) | 0, 16) + d) | 0
  b = (rotate((b + (c ^ d ^ a) + x14 - 35309556) | 0, 23) + c) | 0
  a = (rotate((a + (b ^ c ^ d) + x1 - 1530992060) | 0, 4) + b) | 0
  d = (rotate((d + (a ^ b ^ c) + x4 + 1272893353) | 0, 11) + a) | 0
  c = (rotate((c + (d ^ a ^ b) + x7 - 155497632) | 0, 16) + d) | 0
  b = (rotate((b + (c ^ d ^ a) + x10 - 1094730640) | 0, 23) + c) | 0
  a = (rotate((a + (b ^ c ^ d) + x13 + 681279174) | 0, 4) + b) | 0
  d = (rotate((d + (a ^ b ^ c) + x0 - 358537222) | 0, 11) + a) | 0
  c = (rotate((c + (d ^ a ^ b) + x3 - 722521979) | 0, 16) + d) | 0
  b = (rotate((b + (c ^ d ^ a) + x6 + 76029189) | 0, 23) + c) | 0
  a = (rotate((a + (b ^ c ^ d) + x9 - 640364487) | 0, 4) + b) | 0
  d = (rotate((d + (a ^ b ^ c) + x12 - 421815835) | 0, 11) + a) | 0
  c = (rotate((c + (d ^ a ^ b) + x15 + 530742520) | 0, 16) + d) | 0
  b = (rotate((b + (c ^ d ^ a) + x2 - 995338651) | 0, 23) + c) | 0
  a = (rotate((a + (c ^ (b | ~d)) + x0 - 198630844) | 0, 6) + b) | 0
  d = (rotate((d + (b ^ (a | ~c)) + x7 + 1126891415) | 0, 10) + a) | 0
  c = (rotate((c + (a ^ (d | ~b)) + x14 - 1416354905) | 0, 15) + d) | 0
  b = (rotate((b + (d ^ (c | ~a)) + x5 - 57434055) | 0, 21) + c) | 0
  a = (rotate((a + (c ^ (b | ~d)) + x12 + 1700485571) | 0, 6) + b) | 0
  d = (rotate((d + (b ^ (a | ~c)) + x3 - 1894986606) | 0, 10) + a) | 0
  c = (rotate((c + (a ^ (d | ~b)) + x10 - 1051523) | 0, 15) + d) | 0
  b = (rotate((b + (d ^ (c | ~a)) + x1 - 2054922799) | 0, 21) + c) | 0
  a = (rotate((a + (c ^ (b | ~d)) + x8 + 1873313359) | 0, 6) + b) | 0
  d = (rotate((d + (b ^ (a | ~c)) + x15 - 30611744) | 0, 10) + a) | 0
  c = (rotate((c + (a ^ (d | ~b)) + x6 - 1560198380) | 0, 15) + d) | 0
  b = (rotate((b + (d ^ (c | ~a)) + x13 + 1309151649) | 0, 21) + c) | 0
  a = (rotate((a + (c ^ (b | ~d)) + x4 - 145523070) | 0, 6) + b) | 0
  d = (rotate((d + (b ^ (a | ~c)) + x11 - 1120210379) | 0, 10) + a) | 0
  c = (rotate((c + (a ^ (d | ~b)) + x2 + 718787259) | 0, 15) + d) | 0
  b = (rotate((b + (d ^ (c | ~a)) + x9 - 343485551) | 0, 21) + c) | 0
  stateA = (stateA + a) | 0
  stateB = (stateB + b) | 0
  stateC = (stateC + c) | 0
  stateD = (stateD + d) | 0
}
