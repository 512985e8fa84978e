import type { SharedSecret } from '../radius/index.ts'
import type { Clock, Timer, TimerWheel } from '../support/index.ts'

export type ReplyCacheLimits = {
  /** How long a reply is kept for resends. RFC 5080 2.2.2 asks for 5 to 30 s. */
  readonly keepMs: number
  /** Bytes of replies and of what is kept beside them; the oldest go first. */
  readonly maxBytes: number
}

/** What was answered, and to what exactly. */
export type SentReply = {
  readonly bytes: Uint8Array
  /** Request Authenticator as 16 Latin-1 characters: a fifth of the memory of a Uint8Array. */
  readonly authenticator: string
  readonly attemptId: string
  /** The secret the request was verified with. */
  readonly secret: SharedSecret
}

/** Replies of the last seconds, so that a resend gets the same bytes (RFC 5080 2.2.2). */
export interface ReplyCache {
  find(key: string): SentReply | undefined
  remember(key: string, reply: SentReply): void
  forget(key: string): void
  /** Forgets everything. */
  clear(): void
  readonly stats: ReplyCacheStats
}

export type ReplyCacheStats = {
  readonly entries: number
  readonly bytes: number
  /** Replies that had to go before their time because the cache was full. */
  readonly evicted: number
}

/** Entries form a list by age beside the map: taking the first key of a large Map again and again is slow. */
type Entry = SentReply & {
  readonly key: string
  readonly untilMs: number
  older: Entry | undefined
  newer: Entry | undefined
}

/** What an entry costs beside its bytes: map, key, objects. */
const entryOverhead = 400

/** Creates an empty cache. Ended replies leave within about a second, by `wheel`. */
export function createReplyCache(
  clock: Clock,
  wheel: TimerWheel,
  limits: ReplyCacheLimits,
): ReplyCache {
  const entries = new Map<string, Entry>()
  let oldest: Entry | undefined
  let newest: Entry | undefined
  let bytes = 0
  let evicted = 0
  let sweep: Timer | undefined

  function remember(key: string, reply: SentReply): void {
    forget(key)
    const untilMs = clock.nowMs() + limits.keepMs
    const entry: Entry = { ...reply, key, untilMs, older: newest, newer: undefined }
    if (newest === undefined) oldest = entry
    else newest.newer = entry
    newest = entry
    entries.set(key, entry)
    bytes += sizeOf(entry)
    while (oldest !== undefined && bytes > limits.maxBytes) {
      remove(oldest)
      evicted += 1
    }
    sweep ??= wheel.at(untilMs, forgetEnded)
  }

  function forget(key: string): void {
    const entry = entries.get(key)
    if (entry !== undefined) remove(entry)
  }

  function remove(entry: Entry): void {
    entries.delete(entry.key)
    bytes -= sizeOf(entry)
    if (entry.older === undefined) oldest = entry.newer
    else entry.older.newer = entry.newer
    if (entry.newer === undefined) newest = entry.older
    else entry.newer.older = entry.older
  }

  function forgetEnded(): void {
    const nowMs = clock.nowMs()
    while (oldest !== undefined && !isKept(oldest, nowMs)) remove(oldest)
    // At most one look a second, however closely the replies followed each other.
    sweep = oldest && wheel.at(Math.max(oldest.untilMs, nowMs + 1_000), forgetEnded)
  }

  /** One that ends too far away was remembered before the clock was set back. */
  function isKept(entry: Entry, nowMs: number): boolean {
    return nowMs < entry.untilMs && entry.untilMs - nowMs <= limits.keepMs
  }

  return {
    find(key) {
      const entry = entries.get(key)
      return entry !== undefined && isKept(entry, clock.nowMs()) ? entry : undefined
    },
    remember,
    forget,
    clear() {
      entries.clear()
      oldest = undefined
      newest = undefined
      bytes = 0
      sweep?.cancel()
      sweep = undefined
    },
    get stats() {
      return { entries: entries.size, bytes, evicted }
    },
  }
}

function sizeOf(entry: Entry): number {
  return entry.bytes.length + entryOverhead
}
