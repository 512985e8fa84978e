import type { Clock } from '../../support/index.ts'
import type { PromptResult, TimelineEntry } from '../ports/index.ts'
import { createMissCounts } from './miss-counts.ts'
import type { OpenPrompt, PromptOwner, PromptWatcher, Settled, SignInRegistry } from './registry.ts'

type Entry<T> = { readonly value: T; readonly untilMs: number }
type Followers = { readonly promise: Promise<Settled>; resolve(settled: Settled): void }
/** `open`: nobody follows yet, as is the case for nearly all (RULES 32). */
type ClaimEntry = 'open' | Followers | Entry<Settled>
/** One object for what is known and who is told (RULES 32). */
type PromptEntry = OpenPrompt & {
  readonly owner: PromptOwner
  /** Nearly always there is one: a list for each would be a tenth of what a held request may cost (RULES 32). */
  watchers: PromptWatcher | readonly PromptWatcher[]
}

const sweepEveryMs = 5_000
const nobody: readonly PromptWatcher[] = []

/**
 * The registry of one process. Ended entries are swept while new ones come in; nothing polls.
 * `size` counts what is kept after a sweep, but for misses, which have a bound of their own.
 */
export function createMemoryRegistry(clock: Clock): SignInRegistry & { size(): number } {
  const claims = new Map<string, ClaimEntry>()
  const spent = new Map<string, number>()
  const openPrompts = new Map<string, OpenPrompt>()
  const promptsById = new Map<string, PromptEntry>()
  const results = new Map<string, Entry<PromptResult>>()
  const late = new Map<string, { key: string; promptId: string; untilMs: number }>()
  const interrupted = new Map<string, number>()
  const timelines = new Map<string, Entry<readonly TimelineEntry[]> & { onTaken(): void }>()
  const sealed = new Map<string, Entry<Uint8Array>>()
  const misses = createMissCounts(clock)
  let sweptAtMs = clock.nowMs()

  function sweepSometimes(): void {
    const nowMs = clock.nowMs()
    if (nowMs - sweptAtMs >= sweepEveryMs) sweep(nowMs)
  }

  function sweep(nowMs: number): void {
    sweptAtMs = nowMs
    for (const [key, claim] of claims) {
      if (isSettled(claim) && claim.untilMs <= nowMs) claims.delete(key)
    }
    for (const map of [spent, interrupted]) {
      for (const [key, untilMs] of map) if (untilMs <= nowMs) map.delete(key)
    }
    for (const map of [results, late, timelines, sealed]) {
      for (const [key, entry] of map) if (entry.untilMs <= nowMs) map.delete(key)
    }
  }

  return {
    async claim(key) {
      sweepSometimes()
      const known = claims.get(key)
      if (known === undefined || (isSettled(known) && known.untilMs <= clock.nowMs())) {
        claims.set(key, 'open')
        return { role: 'owner' }
      }
      if (isSettled(known)) return { role: 'follower', settled: Promise.resolve(known.value) }
      const followers = known === 'open' ? Promise.withResolvers<Settled>() : known
      claims.set(key, followers)
      return { role: 'follower', settled: followers.promise }
    },

    async settle(key, settled, keepMs) {
      const claim = claims.get(key)
      if (claim === undefined) return
      if (keepMs <= 0) claims.delete(key)
      else claims.set(key, { value: settled, untilMs: clock.nowMs() + keepMs })
      if (claim !== 'open' && !isSettled(claim)) claim.resolve(settled)
    },

    async spend(kind, id, untilMs) {
      sweepSometimes()
      const key = `${kind}:${id}`
      if ((spent.get(key) ?? 0) > clock.nowMs()) return false
      spent.set(key, untilMs)
      return true
    },

    async openPrompt(prompt, owner) {
      const open = openPrompts.get(prompt.userKey)
      if (open !== undefined) return open
      const { id, userKey, signInId, group, evidence, endsMs, sent } = prompt
      const entry = {
        id,
        userKey,
        signInId,
        group,
        evidence,
        endsMs,
        sent,
        owner,
        watchers: nobody,
      }
      openPrompts.set(userKey, entry)
      promptsById.set(id, entry)
      return undefined
    },

    async endPrompt(id, result, keepMs) {
      sweepSometimes()
      const open = promptsById.get(id)
      if (open === undefined) return
      promptsById.delete(id)
      openPrompts.delete(open.userKey)
      if (keepMs > 0) results.set(id, { value: result, untilMs: clock.nowMs() + keepMs })
      for (const watcher of listOf(open.watchers)) watcher.ended(result)
    },

    async cancelPrompt(id) {
      promptsById.get(id)?.owner.cancel()
    },

    async promptState(id) {
      if (promptsById.has(id)) return { kind: 'open' }
      const ended = results.get(id)
      if (ended === undefined || ended.untilMs <= clock.nowMs()) return { kind: 'unknown' }
      return { kind: 'ended', result: ended.value }
    },

    async watchPrompt(id, watcher) {
      const open = promptsById.get(id)
      if (open === undefined) {
        const state = await this.promptState(id)
        watcher.ended(state.kind === 'ended' ? state.result : { kind: 'timeout' })
      } else if (open.watchers === nobody) open.watchers = watcher
      else open.watchers = [...listOf(open.watchers), watcher]
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

    async noteMiss(userKey, mark, enough) {
      misses.note(userKey, mark, enough)
    },

    async countMisses(mark) {
      return misses.count(mark)
    },

    async forgetMisses(userKey) {
      misses.forget(userKey)
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

    async keepSealed(stateId, value, untilMs) {
      sealed.set(stateId, { value, untilMs })
    },

    async takeSealed(stateId) {
      const kept = sealed.get(stateId)
      sealed.delete(stateId)
      return kept !== undefined && kept.untilMs > clock.nowMs() ? kept.value : undefined
    },

    size() {
      sweep(clock.nowMs())
      const sizes = [claims, spent, openPrompts, promptsById, results, late, interrupted]
      return [...sizes, timelines, sealed].reduce((sum, map) => sum + map.size, 0)
    },
  }
}

function listOf(watchers: PromptEntry['watchers']): readonly PromptWatcher[] {
  return 'ended' in watchers ? [watchers] : watchers
}

function isSettled(claim: ClaimEntry): claim is Entry<Settled> {
  return claim !== 'open' && 'untilMs' in claim
}
