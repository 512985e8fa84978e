import { type Clock, type Timer, type TimerWheel, takeOldest } from '../support/index.ts'
import type { EapAnswer } from '../transport/index.ts'
import type { AnyConversation } from './relayed-conversation.ts'

/** A conversation and what was said last, in case the peer did not receive it. */
export type Entry = {
  readonly id: string
  readonly conversation: AnyConversation
  /** Name of the gateway. */
  readonly gateway: string
  /** Calling-Station-Id, if there is one that tells devices apart. */
  readonly device: string | undefined
  /** Gateway, device and name that it belongs to. */
  readonly boundTo: string
  /** Bytes of an EAP packet of ours at most. */
  readonly packetSize: number
  /** Which round the next request must be of. */
  round: number
  /** What answered the round before it, and a digest of what that was the answer to. */
  last: { readonly digest: string; readonly answer: EapAnswer } | undefined
  /** A digest of what is being worked on, and its future result. */
  working: { readonly digest: string; readonly answer: Promise<EapAnswer> } | undefined
  timer: Timer | undefined
}

/** What is left of a conversation that is over: its last answer, in case the peer did not receive it. */
export type Ended = Pick<Entry, 'boundTo' | 'round' | 'last'>

export type NewConversation = Pick<
  Entry,
  'id' | 'conversation' | 'gateway' | 'device' | 'boundTo' | 'packetSize'
>

export type ConversationLimits = {
  /** In all. */
  readonly maxOpen: number
  /** Of those whose handshake is not done. */
  readonly maxHalfOpen: number
}

/** How long the next response may take: of a device, and of a person who types. */
const halfOpenMs = 30_000
const runningMs = 120_000
/** Longer than any gateway is patient: a sign-in without an outcome by then never gets one. */
const workingMs = 900_000
/** How long the end of a conversation is repeated for a peer that did not receive it (RULES 10). */
const endedMs = 10_000
/** Part of `maxOpen` that makes room together. */
const endedAtOnce = 0.01

/**
 * The conversations that are open. Half-open ones, which anyone in radio range can begin, have a bound of their own and
 * make room for each other, the oldest first; those that have come further stay, and while someone signs in they always
 * stay.
 */
export type OpenConversations = {
  /** Undefined where there is no room. */
  add(begun: NewConversation): Entry | undefined
  find(id: string): Entry | undefined
  findEnded(id: string): Ended | undefined
  /** A response has come and is being worked on, for as long as it takes. */
  works(entry: Entry): void
  /** Someone signs in: it is worth keeping. */
  signsIn(entry: Entry): void
  /** A request has left: the response may take its time. */
  waits(entry: Entry): void
  /** It is over; only its last answer stays for a moment. */
  ends(entry: Entry): void
  close(): void
  readonly stats: { readonly halfOpen: number; readonly running: number }
}

/** `onLapse` gets a conversation whose peer went silent. */
export function createOpenConversations(
  clock: Clock,
  wheel: Pick<TimerWheel, 'at'>,
  { maxOpen, maxHalfOpen }: ConversationLimits,
  onLapse: (entry: Entry) => void,
): OpenConversations {
  // In the order they came.
  const halfOpen = new Map<string, Entry>()
  const running = new Map<string, Entry>()
  const ended = new Map<string, Ended & { readonly timer: Timer }>()

  /** Whether there is room now. */
  function makeRoom(): boolean {
    const open = halfOpen.size + running.size
    if (open < maxOpen && halfOpen.size < maxHalfOpen) {
      // What is over never is in the way.
      if (open + ended.size >= maxOpen) forgetOldestEnded()
      return true
    }
    for (const entries of [halfOpen, running]) {
      for (const entry of entries.values()) {
        // Someone may be holding the phone.
        if (entries === running && entry.working !== undefined) continue
        forget(entry)
        return true
      }
    }
    return false
  }

  function forget(entry: Entry): void {
    entry.timer?.cancel()
    entry.conversation.close()
    for (const entries of [halfOpen, running]) entries.delete(entry.id)
  }

  function forgetOldestEnded(): void {
    const count = Math.max(1, Math.floor(maxOpen * endedAtOnce))
    for (const { timer } of takeOldest(ended, count)) timer.cancel()
  }

  function forgetEnded(id: string): void {
    ended.delete(id)
  }

  function promote(entry: Entry): void {
    if (halfOpen.delete(entry.id)) running.set(entry.id, entry)
  }

  function lapse(entry: Entry): void {
    forget(entry)
    onLapse(entry)
  }

  return {
    add(begun) {
      if (!makeRoom()) return undefined
      const entry: Entry = {
        ...begun,
        round: 0,
        last: undefined,
        working: undefined,
        timer: undefined,
      }
      halfOpen.set(entry.id, entry)
      return entry
    },
    find: (id) => running.get(id) ?? halfOpen.get(id),
    findEnded: (id) => ended.get(id),
    works(entry) {
      entry.timer?.cancel()
      entry.timer = wheel.at(clock.nowMs() + workingMs, forget, entry)
    },
    signsIn: promote,
    waits(entry) {
      entry.timer?.cancel()
      const isRunning = entry.conversation.stage === 'running'
      if (isRunning) promote(entry)
      entry.timer = wheel.at(clock.nowMs() + (isRunning ? runningMs : halfOpenMs), lapse, entry)
    },
    ends(entry) {
      forget(entry)
      const { id, boundTo, round, last } = entry
      const timer = wheel.at(clock.nowMs() + endedMs, forgetEnded, id)
      ended.set(id, { boundTo, round, last, timer })
    },
    close() {
      for (const entries of [halfOpen, running]) {
        for (const entry of entries.values()) forget(entry)
      }
      while (ended.size > 0) forgetOldestEnded()
    },
    get stats() {
      return { halfOpen: halfOpen.size, running: running.size }
    },
  }
}
