import { concat } from './concat.ts'

/** Flags in front of the TLS data of EAP-TLS, TTLS and PEAP (RFC 5216 3.1, RFC 5281 9.1). */
const lengthIncluded = 0x80
const moreFragments = 0x40
const startFlag = 0x20
const versionMask = 0x07

const flagsLength = 1
const totalLength = 4
/** Longest message of the peer that is put together. */
const maxMessageLength = 64 * 1024

/** What opens the method: no data yet, version 0. */
export const startData: Uint8Array = Uint8Array.of(startFlag)
/** Says that a fragment has come and the next may follow. */
export const acknowledgement: Uint8Array = Uint8Array.of(0)

export type Fragment = {
  /** Of TTLS and PEAP; reserved in EAP-TLS. */
  readonly version: number
  /** Bytes of the whole message, where the fragment says so. */
  readonly total: number | undefined
  readonly more: boolean
  readonly data: Uint8Array
}

/** Reads the Type-Data of a Response. Undefined where the flags are missing or promise what is not there. */
export function decodeFragment(typeData: Uint8Array): Fragment | undefined {
  const flags = typeData[0]
  if (flags === undefined) return undefined
  const hasTotal = (flags & lengthIncluded) !== 0
  const start = flagsLength + (hasTotal ? totalLength : 0)
  if (typeData.length < start) return undefined
  const view = new DataView(typeData.buffer, typeData.byteOffset, typeData.byteLength)
  return {
    version: flags & versionMask,
    total: hasTotal ? view.getUint32(flagsLength) : undefined,
    more: (flags & moreFragments) !== 0,
    data: typeData.subarray(start),
  }
}

export type Joined =
  | { readonly kind: 'more' }
  | { readonly kind: 'message'; readonly message: Buffer }
  /** Longer than 64 KiB or than announced, or endless. */
  | { readonly kind: 'invalid' }

/** Puts the fragments of the peer's messages together, one message after the other. */
export type FragmentJoiner = {
  add(fragment: Fragment): Joined
}

export function createFragmentJoiner(): FragmentJoiner {
  let parts: Uint8Array[] = []
  let length = 0
  let announced: number | undefined

  return {
    add({ total, more, data }) {
      // An empty one among others brings nothing, and would go on forever.
      if (more && data.length === 0) return { kind: 'invalid' }
      announced ??= total
      length += data.length
      if (length > maxMessageLength || (announced ?? 0) > maxMessageLength) {
        return { kind: 'invalid' }
      }
      parts.push(data)
      if (more) return { kind: 'more' }
      const isWhole = announced === undefined || announced === length
      const message = concat(parts)
      parts = []
      length = 0
      announced = undefined
      return isWhole ? { kind: 'message', message } : { kind: 'invalid' }
    },
  }
}

/** A message of ours, cut so that each EAP packet has at most so many bytes. */
export type FragmentCutter = {
  /** Type-Data of the next packet. `packetSize`: 100 or more, of the EAP packet in all. */
  next(packetSize: number): Buffer
  readonly isDone: boolean
}

/** EAP header and Type, in front of the flags. */
const packetOverhead = 5

export function cutMessage(message: Uint8Array): FragmentCutter {
  let at = 0
  let sent = false
  return {
    next(packetSize) {
      const room = packetSize - packetOverhead - flagsLength
      const isFirst = at === 0
      const left = message.length - at
      const isWhole = isFirst && left <= room
      // The first of several tells how much there will be.
      const withTotal = isFirst && !isWhole
      const length = Math.min(left, room - (withTotal ? totalLength : 0))
      const more = length < left
      const start = flagsLength + (withTotal ? totalLength : 0)
      const data = Buffer.alloc(start + length)
      data[0] = (withTotal ? lengthIncluded : 0) | (more ? moreFragments : 0)
      if (withTotal) data.writeUInt32BE(message.length, flagsLength)
      data.set(message.subarray(at, at + length), start)
      at += length
      sent = true
      return data
    },
    get isDone() {
      return sent && at >= message.length
    },
  }
}
