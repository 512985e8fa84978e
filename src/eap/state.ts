import { createHash, randomUUID } from 'node:crypto'

/** Tells these from the States of challenges, which begin otherwise. */
const prefix = 'E'
const nodeBytes = 4
const idBytes = 16
const bodyBytes = nodeBytes + idBytes + 1
/** Of base64url, since gateways may keep State as a C string, which ends at the first NUL. */
const stateLength = 1 + (bodyBytes * 4) / 3

/** What a State of EAP says (RFC 2865 5.24): a conversation lives in one process, so it names the node (RULES 16). */
export type EapState = {
  readonly isOurs: boolean
  /** Of the conversation, 32 hex digits. */
  readonly id: string
  /** Of the conversation, from 0, modulo 256. */
  readonly round: number
}

export type EapStates = {
  /** A new name for a conversation: 16 bytes as hex digits, 122 bits of them random. */
  newId(): string
  /** 29 characters. */
  encode(id: string, round: number): Uint8Array
  /** `cut`: the beginning of one. Undefined for what is not a State of EAP. */
  decode(state: Uint8Array): EapState | 'cut' | undefined
}

/** `nodeName`: no other process that gateways ask has the same. */
export function createEapStates(nodeName: string): EapStates {
  const node = createHash('sha256').update(nodeName).digest().subarray(0, nodeBytes)
  return {
    // Drawn many at a time, since a call of OpenSSL for only 16 bytes is expensive.
    newId: () => randomUUID().replaceAll('-', ''),
    encode(id, round) {
      const body = Buffer.alloc(bodyBytes)
      body.set(node)
      body.write(id, nodeBytes, 'hex')
      body[bodyBytes - 1] = round
      return Buffer.from(prefix + body.toString('base64url'), 'latin1')
    },
    decode(state) {
      const text = Buffer.from(state.buffer, state.byteOffset, state.byteLength).toString('latin1')
      if (!/^E[\w-]*$/.test(text) || text.length > stateLength) return undefined
      if (text.length < stateLength) return 'cut'
      const body = Buffer.from(text.slice(prefix.length), 'base64url')
      return {
        isOurs: body.subarray(0, nodeBytes).equals(node),
        id: body.toString('hex', nodeBytes, bodyBytes - 1),
        round: body.readUInt8(bodyBytes - 1),
      }
    },
  }
}
