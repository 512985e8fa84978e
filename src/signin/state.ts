import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import type { Method } from '../accounts/index.ts'
import type { CredentialName } from './attempt.ts'

/** What the challenge waits for. */
export type StatePurpose = 'code' | 'wait' | 'new-password' | 'repeat-password' | 'relay'

/** What a challenge must know when its answer comes back, on whichever node. */
export type StateContent = {
  readonly signInId: string
  /** Grows by one with every challenge of the sign-in, from 1. */
  readonly step: number
  readonly purpose: StatePurpose
  readonly userKey: string
  /** Milliseconds since 1970; not accepted later. */
  readonly endsMs: number
  /** `wait`: the prompt that is open. */
  readonly promptId?: string
  /** `code`: mark of the code that was sent, through which option, how often, and until when it is good. */
  readonly sent?: {
    readonly mark: string
    readonly option: string
    readonly times: number
    readonly untilMs: number
  }
  /** Wrong tries so far: of codes, or of new passwords. */
  readonly wrong: number
  /** The password was right but has expired: nobody is let in before it is changed. */
  readonly expired?: true
  /** What an upstream server has said is kept for the answer. */
  readonly upstream?: true
  /** A carrier has failed in this sign-in. */
  readonly outage?: true
  /** New passwords, and answers to an upstream server: the second factor that was proven before. */
  readonly method?: Method
  /** How the password was sent at the beginning. */
  readonly credential?: CredentialName
}

/** What opening gives: the key of the user only as a digest, since 253 bytes must do. */
export type OpenedState = Omit<StateContent, 'userKey'> & { belongsTo(userKey: string): boolean }

const version = 1
const purposes: readonly StatePurpose[] = [
  'code',
  'wait',
  'new-password',
  'repeat-password',
  'relay',
]
const headerBytes = 4
const nonceBytes = 12
const tagBytes = 16
const dayMs = 86_400_000

/** Seals and opens State (RFC 2865 5.24): AES-256-GCM under a key of the day, bound to gateway and purpose. */
export type StateSealer = {
  /** At most 253 bytes. */
  seal(content: StateContent, gateway: string, nowMs: number): Uint8Array
  /** Undefined for what is forged, expired or another gateway's: one answer for all of them. */
  open(state: Uint8Array, gateway: string, nowMs: number): OpenedState | undefined
}

/** `master`: 32 bytes; nodes that share it can go on with each other's challenges. */
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
      const header = Buffer.from([version, purposes.indexOf(content.purpose), 0, 0])
      header.writeUInt16BE(day & 0xffff, 2)
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', keyOfDay(day), nonce)
      cipher.setAAD(additionalData(header, gateway))
      const sealed = cipher.update(JSON.stringify(toWire(content)))
      return Buffer.concat([header, nonce, sealed, cipher.final(), cipher.getAuthTag()])
    },

    open(state, gateway, nowMs) {
      const bytes = Buffer.from(state.buffer, state.byteOffset, state.byteLength)
      if (bytes.length < headerBytes + nonceBytes + tagBytes || bytes[0] !== version)
        return undefined
      const purpose = purposes[bytes[1] ?? -1]
      const today = Math.floor(nowMs / dayMs)
      const day = [today, today - 1].find((each) => (each & 0xffff) === bytes.readUInt16BE(2))
      if (purpose === undefined || day === undefined) return undefined
      const nonce = bytes.subarray(headerBytes, headerBytes + nonceBytes)
      const decipher = createDecipheriv('aes-256-gcm', keyOfDay(day), nonce)
      decipher.setAAD(additionalData(bytes.subarray(0, headerBytes), gateway))
      decipher.setAuthTag(bytes.subarray(-tagBytes))
      try {
        const sealed = bytes.subarray(headerBytes + nonceBytes, -tagBytes)
        const text = Buffer.concat([decipher.update(sealed), decipher.final()]).toString()
        const content = fromWire(JSON.parse(text), purpose)
        return content.endsMs > nowMs ? content : undefined
      } catch {
        return undefined
      }
    },
  }
}

/** Names a State without being one. Short and unique: its last 16 bytes are the seal's tag. */
export function stateId(state: Uint8Array): string {
  return createHash('sha256').update(state).digest().subarray(0, 16).toString('base64url')
}

function additionalData(header: Uint8Array, gateway: string): Buffer {
  return Buffer.concat([header, Buffer.from(gateway)])
}

function digestOf(userKey: string): string {
  return createHash('sha256').update(userKey).digest('base64url').slice(0, 22)
}

type WireState = {
  i: string
  n: number
  u: string
  e: number
  p?: string
  s?: readonly [mark: string, option: string, times: number, untilMs: number]
  w: number
  x?: true
  k?: true
  o?: true
  m?: Method
  c?: CredentialName
}

function toWire(content: StateContent): WireState {
  const { credential, expired, method, outage, promptId, sent, upstream } = content
  return {
    i: content.signInId,
    n: content.step,
    u: digestOf(content.userKey),
    e: content.endsMs,
    w: content.wrong,
    ...(promptId === undefined ? {} : { p: promptId }),
    ...(sent === undefined
      ? {}
      : { s: [sent.mark, sent.option, sent.times, sent.untilMs] as const }),
    ...(expired === undefined ? {} : { x: expired }),
    ...(upstream === undefined ? {} : { k: upstream }),
    ...(outage === undefined ? {} : { o: outage }),
    ...(method === undefined ? {} : { m: method }),
    ...(credential === undefined ? {} : { c: credential }),
  }
}

function fromWire(wire: WireState, purpose: StatePurpose): OpenedState {
  return {
    signInId: wire.i,
    step: wire.n,
    purpose,
    endsMs: wire.e,
    wrong: wire.w,
    ...(wire.p === undefined ? {} : { promptId: wire.p }),
    ...(wire.s === undefined
      ? {}
      : { sent: { mark: wire.s[0], option: wire.s[1], times: wire.s[2], untilMs: wire.s[3] } }),
    ...(wire.x === undefined ? {} : { expired: wire.x }),
    ...(wire.k === undefined ? {} : { upstream: wire.k }),
    ...(wire.o === undefined ? {} : { outage: wire.o }),
    ...(wire.m === undefined ? {} : { method: wire.m }),
    ...(wire.c === undefined ? {} : { credential: wire.c }),
    belongsTo: (userKey) => digestOf(userKey) === wire.u,
  }
}
