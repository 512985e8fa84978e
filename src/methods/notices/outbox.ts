import type { SendResult } from '../../signin/index.ts'
import type { Clock, Timer } from '../../support/index.ts'
import type { Way } from './ways.ts'
import { isGrave, type Message, type Told } from './wording.ts'

/** What becomes of a notice, for the log and the counts. `to` is masked by the code that logs it. */
export type NoticeFate = {
  readonly role: Addressee['role']
  /** `waits`: there were too many, so it is told later with others. `retried`: the provider failed. `lost`: given up. */
  readonly fate: 'sent' | 'waits' | 'retried' | 'lost'
  readonly way: Way
  readonly userName: string
  readonly detail?: string
}

/** The addressee, whose messages go one after the other. */
export type Addressee = {
  /** The person it is about, their manager, or those who look after security. */
  readonly role: 'person' | 'manager' | 'security'
  readonly userKey: string
  readonly userName: string
  /** What the message calls the person; absent: `userName`. */
  readonly shownName?: string
  readonly language: string | undefined
  readonly way: Way
}

export type OutboxParts = {
  readonly clock: Clock
  /** Whether one more message may go out now; counts it. */
  maySend(addressee: Addressee, grave: boolean): Promise<boolean>
  /** Never rejects. */
  send(addressee: Addressee, message: Message, signal: AbortSignal): Promise<SendResult>
  onFate(fate: NoticeFate): void
}

/** Messages that wait, and their sending. */
export type Outbox = {
  add(addressee: Addressee, told: Told): void
  /** Gives messages that are being sent a moment to end; what waits is lost, and logged. */
  stop(): Promise<void>
}

/** Addressees with something to be sent. */
const maxOpen = 10_000
const maxSending = 4
/** Changes that one message names; more are counted. */
const maxNamed = 20
const sendMs = 30_000
const stopMs = 3_000
const retryAfterMs = [30_000, 300_000, 1_800_000] as const
/** How soon it looks again whether a limit has room, and how often. */
const limitMs = 600_000
const limitTries = 144

type Open = {
  readonly addressee: Addressee
  told: Told[]
  unnamed: number
  failures: number
  waits: number
  timer: Timer | undefined
}

/**
 * Sends messages, those of one addressee one after the other. What cannot go out at once, because of a limit or a
 * provider that fails, gathers, and goes out as one message: nothing that was changed is hidden by what was changed
 * before it.
 */
export function createOutbox({ clock, maySend, send, onFate }: OutboxParts): Outbox {
  const open = new Map<string, Open>()
  const ready: Open[] = []
  const sending = new Set<Promise<void>>()
  const ended = new AbortController()

  function add(addressee: Addressee, told: Told): void {
    const key = keyOf(addressee)
    const found = open.get(key)
    if (found !== undefined) {
      gather(found, told)
      return
    }
    if (open.size >= maxOpen || ended.signal.aborted) {
      tell(addressee, 'lost', 'too many notices wait')
      return
    }
    const added = { addressee, told: [told], unnamed: 0, failures: 0, waits: 0, timer: undefined }
    open.set(key, added)
    ready.push(added)
    sendNext()
  }

  function gather(found: Open, told: Told): void {
    found.told.push(told)
    if (found.told.length <= maxNamed) return
    // What has less weight goes first: a flood of it cannot hide the rest.
    const minor = found.told.findIndex(({ change }) => !isGrave(change))
    found.told.splice(Math.max(0, minor), 1)
    found.unnamed += 1
  }

  function sendNext(): void {
    while (sending.size < maxSending && !ended.signal.aborted) {
      const next = ready.shift()
      if (next === undefined) return
      const sent = run(next).finally(() => {
        sending.delete(sent)
        sendNext()
      })
      sending.add(sent)
    }
  }

  async function run(entry: Open): Promise<void> {
    const { addressee } = entry
    const grave = entry.told.some(({ change }) => isGrave(change))
    if (entry.failures === 0 && !(await mayBeSent(addressee, grave))) {
      entry.waits += 1
      if (entry.waits > limitTries) return giveUp(entry, 'the limit of notices was reached')
      if (entry.waits === 1) tell(addressee, 'waits')
      return later(entry, limitMs)
    }
    const message = { told: entry.told, unnamed: entry.unnamed }
    entry.told = []
    entry.unnamed = 0
    const result = await sendInTime(addressee, message)
    if (result.kind === 'sent') {
      tell(addressee, 'sent')
      entry.failures = 0
      entry.waits = 0
      if (entry.told.length > 0) ready.push(entry)
      else open.delete(keyOf(addressee))
      return
    }
    // What came meanwhile goes after it.
    const newer = entry.told
    entry.told = [...message.told]
    entry.unnamed += message.unnamed
    for (const told of newer) gather(entry, told)
    const afterMs = retryAfterMs[entry.failures]
    if (afterMs === undefined || ended.signal.aborted) return giveUp(entry, result.detail)
    entry.failures += 1
    tell(addressee, 'retried', result.detail)
    later(entry, afterMs)
  }

  async function mayBeSent(addressee: Addressee, grave: boolean): Promise<boolean> {
    try {
      return await maySend(addressee, grave)
    } catch {
      // The store fails and reports that itself: try later.
      return false
    }
  }

  async function sendInTime(addressee: Addressee, message: Message): Promise<SendResult> {
    const cancel = new AbortController()
    const stop = () => cancel.abort()
    const timer = clock.after(sendMs, stop)
    ended.signal.addEventListener('abort', stop, { once: true })
    try {
      return await send(addressee, message, cancel.signal)
    } finally {
      timer.cancel()
      ended.signal.removeEventListener('abort', stop)
    }
  }

  function later(entry: Open, afterMs: number): void {
    if (ended.signal.aborted) {
      giveUp(entry, 'the service stops')
      return
    }
    entry.timer = clock.after(afterMs, () => {
      entry.timer = undefined
      ready.push(entry)
      sendNext()
    })
  }

  function giveUp(entry: Open, detail: string): void {
    entry.timer?.cancel()
    open.delete(keyOf(entry.addressee))
    tell(entry.addressee, 'lost', detail)
  }

  function tell(
    { role, way, userName }: Addressee,
    fate: NoticeFate['fate'],
    detail?: string,
  ): void {
    onFate({ fate, role, way, userName, ...(detail === undefined ? {} : { detail }) })
  }

  return {
    add,
    async stop() {
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = clock.after(stopMs, resolve)
      await Promise.race([whenNoneIsSent(), promise])
      timer.cancel()
      ended.abort()
      await Promise.all(sending)
      for (const entry of [...open.values()]) giveUp(entry, 'the service stops')
    },
  }

  async function whenNoneIsSent(): Promise<void> {
    while (sending.size > 0) await Promise.all(sending)
  }
}

function keyOf({ role, userKey, way }: Addressee): string {
  return `${role} ${userKey} ${way.by} ${way.to}`
}
