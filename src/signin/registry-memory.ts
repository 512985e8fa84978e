import type { Clock } from '../support/index.ts'
import type { PromptResult, TimelineEntry } from './ports.ts'
import type { OpenPrompt, Settled, SignInRegistry } from './registry.ts'

type Entry<T> = { readonly value: T; readonly untilMs: number }
type Waiting<T> = { readonly promise: Promise<T>; resolve(value: T): void }
type ClaimEntry = { waiting: Waiting<Settled> | undefined; settled?: Entry<Settled> }

const sweepEveryMs = 5_000

/**
 * The registry of one process. Ended entries are swept while new ones come in; nothing polls.
 * `size` counts what is kept after a sweep.
 */
export function createMemoryRegistry(clock: Clock): SignInRegistry & { size(): number } {
  const claims = new Map<string, ClaimEntry>()
  const spent = new Map<string, number>()
  const openPrompts = new Map<string, OpenPrompt>()
  const promptsById = new Map<
    string,
    { prompt: OpenPrompt; cancel(): void; waiting: Waiting<PromptResult> }
  >()
  const results = new Map<string, Entry<PromptResult>>()
  const late = new Map<string, { key: string; promptId: string; untilMs: number }>()
  const interrupted = new Map<string, number>()
  const timelines = new Map<string, Entry<readonly TimelineEntry[]> & { onTaken(): void }>()
  let sweptAtMs = clock.nowMs()

  function sweepSometimes(): void {
    const nowMs = clock.nowMs()
    if (nowMs - sweptAtMs >= sweepEveryMs) sweep(nowMs)
  }

  function sweep(nowMs: number): void {
    sweptAtMs = nowMs
    for (const [key, claim] of claims) {
      if (claim.settled !== undefined && claim.settled.untilMs <= nowMs) claims.delete(key)
    }
    for (const map of [spent, interrupted]) {
      for (const [key, untilMs] of map) if (untilMs <= nowMs) map.delete(key)
    }
    for (const map of [results, late, timelines]) {
      for (const [key, entry] of map) if (entry.untilMs <= nowMs) map.delete(key)
    }
  }

  return {
    async claim(key) {
      sweepSometimes()
      const known = claims.get(key)
      if (known?.settled !== undefined && known.settled.untilMs > clock.nowMs()) {
        return { role: 'follower', settled: Promise.resolve(known.settled.value) }
      }
      if (known !== undefined && known.settled === undefined) {
        known.waiting ??= createWaiting()
        return { role: 'follower', settled: known.waiting.promise }
      }
      claims.set(key, { waiting: undefined })
      return { role: 'owner' }
    },

    async settle(key, settled, keepMs) {
      const claim = claims.get(key)
      if (claim === undefined) return
      claim.waiting?.resolve(settled)
      claim.waiting = undefined
      if (keepMs <= 0) claims.delete(key)
      else claim.settled = { value: settled, untilMs: clock.nowMs() + keepMs }
    },

    async spend(kind, id, untilMs) {
      sweepSometimes()
      const key = `${kind}:${id}`
      if ((spent.get(key) ?? 0) > clock.nowMs()) return false
      spent.set(key, untilMs)
      return true
    },

    async openPrompt(prompt, cancel) {
      const open = openPrompts.get(prompt.userKey)
      if (open !== undefined) return open
      openPrompts.set(prompt.userKey, prompt)
      promptsById.set(prompt.id, { prompt, cancel, waiting: createWaiting() })
      return undefined
    },

    async endPrompt(id, result, keepMs) {
      sweepSometimes()
      const open = promptsById.get(id)
      if (open === undefined) return
      promptsById.delete(id)
      openPrompts.delete(open.prompt.userKey)
      if (keepMs > 0) results.set(id, { value: result, untilMs: clock.nowMs() + keepMs })
      open.waiting.resolve(result)
    },

    async cancelPrompt(id) {
      promptsById.get(id)?.cancel()
    },

    async promptState(id) {
      const open = promptsById.get(id)
      if (open !== undefined) return { kind: 'open', result: open.waiting.promise }
      const ended = results.get(id)
      if (ended === undefined || ended.untilMs <= clock.nowMs()) return { kind: 'unknown' }
      return { kind: 'ended', result: ended.value }
    },

    async keepLate(userKey, entry) {
      late.set(userKey, entry)
    },

    async findLate(userKey, key) {
      const kept = late.get(userKey)
      const counts = kept !== undefined && kept.untilMs > clock.nowMs() && kept.key === key
      return counts ? kept.promptId : undefined
    },

    async forgetLate(userKey) {
      late.delete(userKey)
    },

    async noteInterrupted(userKey, untilMs) {
      interrupted.set(userKey, Math.max(untilMs, interrupted.get(userKey) ?? 0))
    },

    async isInterrupted(userKey) {
      return (interrupted.get(userKey) ?? 0) > clock.nowMs()
    },

    async saveTimeline(stateId, entries, untilMs, onTaken) {
      sweepSometimes()
      timelines.set(stateId, { value: entries, untilMs, onTaken })
    },

    async takeTimeline(stateId) {
      const kept = timelines.get(stateId)
      timelines.delete(stateId)
      kept?.onTaken()
      return kept !== undefined && kept.untilMs > clock.nowMs() ? kept.value : undefined
    },

    size() {
      sweep(clock.nowMs())
      const maps = [claims, spent, openPrompts, promptsById, results, late, interrupted, timelines]
      return maps.reduce((sum, map) => sum + map.size, 0)
    },
  }
}

function createWaiting<T>(): Waiting<T> {
  const { promise, resolve } = Promise.withResolvers<T>()
  return { promise, resolve }
}
