import { createHash, hkdfSync } from 'node:crypto'
import { dayMs, openAesGcm, sealAesGcm, sealedOverhead } from '../../support/index.ts'
import {
  decodeContent,
  encodeContent,
  type OpenedState,
  type StateContent,
  type StatePurpose,
} from './state-wire.ts'

const version = 2
const purposes: readonly StatePurpose[] = [
  'code',
  'wait',
  'new-password',
  'repeat-password',
  'relay',
  'again',
]
/** Version, purpose, day (2), length of all: so that one that came back shorter is known as such. */
const headerBytes = 5
/** This many bytes become 253 characters of base64url, all that an attribute holds. */
const maxBytes = 189

/**
 * Seals and opens State (RFC 2865 5.24) under a key of the day, bound to gateway and
 * purpose. State is bytes by the RFC, but gateways written in C keep it as a string, which ends at the
 * first NUL: so it is base64url, which also survives what trims, escapes or prints it.
 */
export type StateSealer = {
  /** At most 253 characters of base64url. */
  seal(content: StateContent, gateway: string, nowMs: number): Uint8Array
  /** Undefined for what is forged, expired or another gateway's: one answer for all of them. */
  open(state: Uint8Array, gateway: string, nowMs: number): OpenedState | undefined
}

/** `master`: 32 bytes; a later process that has it can go on with the challenges of this one. */
export function createStateSealer(master: Uint8Array): StateSealer {
  const keys = new Map<number, Buffer>()

  function keyOfDay(day: number): Buffer {
    const known = keys.get(day)
    if (known !== undefined) return known
    const key = Buffer.from(hkdfSync('sha256', master, '', `holdfast state ${day}`, 32))
    if (keys.size > 2) keys.clear()
    keys.set(day, key)
    return key
  }

  return {
    seal(content, gateway, nowMs) {
      const day = Math.floor(nowMs / dayMs)
      const text = Buffer.from(encodeContent(content, nowMs))
      const header = Buffer.alloc(headerBytes)
      header[0] = version
      header[1] = purposes.indexOf(content.purpose)
      header.writeUInt16BE(day & 0xffff, 2)
      header[4] = lengthOf(text)
      const sealed = sealAesGcm(keyOfDay(day), text, additionalData(header, gateway))
      return toText(Buffer.concat([header, sealed]))
    },

    open(state, gateway, nowMs) {
      const bytes = fromText(state)
      if (bytes === undefined || bytes.length < headerBytes + sealedOverhead) return undefined
      const purpose = purposes[bytes[1] ?? -1]
      const today = Math.floor(nowMs / dayMs)
      const day = [today, today - 1].find((each) => (each & 0xffff) === bytes.readUInt16BE(2))
      if (bytes[0] !== version || purpose === undefined || day === undefined) return undefined
      const bound = additionalData(bytes.subarray(0, headerBytes), gateway)
      try {
        const text = openAesGcm(keyOfDay(day), bytes.subarray(headerBytes), bound)
        const content = decodeContent(text.toString(), purpose)
        return content.endsMs > nowMs ? content : undefined
      } catch {
        return undefined
      }
    },
  }
}

/**
 * How much of a State of ours came back, in bytes, where it was cut on its way; undefined for any other.
 * For the time line alone: anyone can make bytes that look like one.
 */
export function cutState(
  state: Uint8Array,
): { readonly bytes: number; readonly of: number } | undefined {
  const header = Buffer.from(asLatin1(state), 'base64url')
  const of = Math.ceil(((header[4] ?? 0) * 4) / 3)
  return header[0] === version && state.length < of ? { bytes: state.length, of } : undefined
}

/** Names a State without being one. Short and unique: it holds the tag of the seal. */
export function stateId(state: Uint8Array): string {
  return createHash('sha256').update(state).digest().subarray(0, 16).toString('base64url')
}

function lengthOf(text: Buffer): number {
  const length = headerBytes + text.length + sealedOverhead
  if (length > maxBytes) throw new RangeError(`a State of ${length} bytes`)
  return length
}

function toText(bytes: Buffer): Uint8Array {
  return Buffer.from(bytes.toString('base64url'), 'latin1')
}

/** Undefined unless it is exactly what `toText` makes: the same State in another spelling would be used twice. */
function fromText(state: Uint8Array): Buffer | undefined {
  const text = asLatin1(state)
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

function asLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

function additionalData(header: Buffer, gateway: string): Buffer {
  return Buffer.concat([header, Buffer.from(gateway)])
}
