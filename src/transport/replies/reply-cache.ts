import type { Clock, Timer, TimerWheel } from '../../support/index.ts'
import { entryBytes, ReplyChunk, type SentReply } from './reply-chunk.ts'

export type ReplyCacheLimits = {
  /** How long a reply is kept for resends. RFC 5080 2.2.2 asks for 5 to 30 s. */
  readonly keepMs: number
  /** Memory for replies, 16 kB to 1 GB; the oldest go first. */
  readonly maxBytes: number
}

/** Replies of the last seconds, so that a resend gets the same bytes (RFC 5080 2.2.2). */
export interface ReplyCache {
  find(key: string): SentReply | undefined
  remember(key: string, reply: SentReply): void
  /** Forgets everything. */
  clear(): void
  readonly stats: ReplyCacheStats
}

export type ReplyCacheStats = {
  readonly entries: number
  /** Taken from the system, used or not. */
  readonly bytes: number
  /** Replies that had to go before their time because the cache was full. */
  readonly evicted: number
}

/** The cache is divided into so many chunks at most. When it is full, it forgets the oldest chunk. */
const chunksAtMost = 256
/** Chunks that are forgotten without a pause, in which requests are answered: some thousand replies, a millisecond. */
const forgottenAtOnce = 2
const chunkBytesAtLeast = 16 * 1024
/** Chunk numbers come again in positions after so many; of those that exist no two are equal. */
const numbers = 2 * chunksAtMost
const none = 0xffff_ffff

/** Creates an empty cache. Ended replies leave within about a second of the last one beside them, by `wheel`. */
export function createReplyCache(
  clock: Clock,
  wheel: TimerWheel,
  limits: ReplyCacheLimits,
): ReplyCache {
  const chunkBytes = Math.max(chunkBytesAtLeast, Math.floor(limits.maxBytes / chunksAtMost))
  const maxChunks = Math.max(1, Math.floor(limits.maxBytes / chunkBytes))
  /** The position of the newest entry with this hash; each knows the one before it. */
  const newest = new Map<number, number>()
  /** Oldest first. */
  let chunks: ReplyChunk[] = []
  let spare: Buffer | undefined
  let nextNumber = 0
  let evicted = 0
  let sweep: Timer | undefined

  /** Undefined where the chunk of that position is gone. */
  function locate(
    position: number,
  ): { readonly chunk: ReplyChunk; readonly at: number } | undefined {
    const first = chunks[0]
    if (first === undefined || position === none) return undefined
    const number = Math.floor(position / chunkBytes)
    const chunk = chunks[(number - (first.number % numbers) + numbers) % numbers]
    return chunk && { chunk, at: position % chunkBytes }
  }

  function positionOf(chunk: ReplyChunk, at: number): number {
    return (chunk.number % numbers) * chunkBytes + at
  }

  function findEntry(key: string, hash: number) {
    let found = locate(newest.get(hash) ?? none)
    while (found !== undefined && !found.chunk.isOf(found.at, key)) {
      found = locate(found.chunk.olderOf(found.at))
    }
    return found
  }

  function remember(key: string, reply: SentReply): void {
    const hash = hashOf(key)
    const replaced = findEntry(key, hash)
    if (replaced !== undefined) replaced.chunk.replace(replaced.at)
    const untilMs = clock.nowMs() + limits.keepMs
    const chunk = chunkWithRoom(entryBytes(key, reply))
    const older = newest.get(hash) ?? none
    newest.set(hash, positionOf(chunk, chunk.append({ key, hash, older, untilMs, reply })))
    sweep ??= wheel.at(untilMs, forgetEnded)
  }

  function chunkWithRoom(bytes: number): ReplyChunk {
    const last = chunks.at(-1)
    if (last !== undefined && last.used + bytes <= chunkBytes) return last
    if (chunks.length >= maxChunks) evicted += dropOldest()
    const chunk = new ReplyChunk(nextNumber, spare ?? Buffer.allocUnsafeSlow(chunkBytes))
    spare = undefined
    nextNumber += 1
    chunks.push(chunk)
    return chunk
  }

  /** Gives how many replies went with it. */
  function dropOldest(): number {
    const [chunk, ...left] = chunks
    if (chunk === undefined) return 0
    for (const at of chunk.entries()) {
      const hash = chunk.hashOf(at)
      if (newest.get(hash) === positionOf(chunk, at)) newest.delete(hash)
    }
    chunks = left
    spare = chunks.length === 0 ? undefined : chunk.bytes
    return chunk.live
  }

  function forgetEnded(): void {
    const nowMs = clock.nowMs()
    const hasEnded = () => chunks[0] !== undefined && !isKept(chunks[0].untilMs, nowMs)
    for (let count = 0; count < forgottenAtOnce && hasEnded(); count += 1) dropOldest()
    const [oldest] = chunks
    // At most one look a second, however closely the replies followed each other.
    const nextMs = hasEnded() ? nowMs : Math.max(oldest?.untilMs ?? 0, nowMs + 1_000)
    sweep = oldest && wheel.at(nextMs, forgetEnded)
  }

  /** One that ends too far away was remembered before the clock was set back. */
  function isKept(untilMs: number, nowMs: number): boolean {
    return nowMs < untilMs && untilMs - nowMs <= limits.keepMs
  }

  return {
    find(key) {
      const found = findEntry(key, hashOf(key))
      if (found === undefined) return undefined
      const { chunk, at } = found
      return isKept(chunk.untilOf(at), clock.nowMs()) ? chunk.read(at) : undefined
    },
    remember,
    clear() {
      newest.clear()
      chunks = []
      spare = undefined
      sweep?.cancel()
      sweep = undefined
    },
    get stats() {
      const entries = chunks.reduce((sum, { live }) => sum + live, 0)
      return { entries, bytes: chunks.length * chunkBytes, evicted }
    },
  }
}

/** 30 bits, so that it is not an object (FNV-1a). */
function hashOf(key: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  }
  return hash & 0x3fff_ffff
}
