import { createHash, randomUUID } from 'node:crypto'

/** Tells these from the States of challenges, which begin with their version. */
const mark = 0x45
const nodeLength = 4
const idLength = 16
const stateLength = 1 + nodeLength + idLength + 1

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
  /** 22 bytes. */
  encode(id: string, round: number): Uint8Array
  /** Undefined for what is no State of EAP. */
  decode(state: Uint8Array): EapState | undefined
}

/** `nodeName`: no other process that gateways ask has it. */
export function createEapStates(nodeName: string): EapStates {
  const node = createHash('sha256').update(nodeName).digest().subarray(0, nodeLength)
  return {
    // Drawn many at a time, where 16 bytes alone cost a call of OpenSSL.
    newId: () => randomUUID().replaceAll('-', ''),
    encode(id, round) {
      const state = Buffer.alloc(stateLength)
      state[0] = mark
      state.set(node, 1)
      state.write(id, 1 + nodeLength, 'hex')
      state[stateLength - 1] = round
      return state
    },
    decode(state) {
      const bytes = Buffer.from(state.buffer, state.byteOffset, state.byteLength)
      if (bytes.length !== stateLength || bytes[0] !== mark) return undefined
      return {
        isOurs: bytes.subarray(1, 1 + nodeLength).equals(node),
        id: bytes.toString('hex', 1 + nodeLength, stateLength - 1),
        round: bytes.readUInt8(stateLength - 1),
      }
    },
  }
}
