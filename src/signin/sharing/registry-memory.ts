import type { Clock } from '../../support/index.ts'
import type { PromptResult, TimelineEntry } from '../ports/index.ts'
import { createFollowers } from './followers.ts'
import { createMissCounts } from './miss-counts.ts'
import type { PageChallenge, RefusedSignIn } from './page-prompt.ts'
import type {
  OpenPrompt,
  PagePrompt,
  PromptOwner,
  PromptWatcher,
  Settled,
  SignInRegistry,
} from './registry.ts'

type Entry<T> = { readonly value: T; readonly untilMs: number }
/** Never ends before it is settled. `settled` is there once there is a follower, or an outcome. */
type ClaimEntry = {
  settled: PromiseWithResolvers<Settled> | undefined
  untilMs: number
}
type Begun = { readonly prompt: PagePrompt; readonly challenges: readonly PageChallenge[] }
type PromptEntry = {
  readonly prompt: OpenPrompt
  readonly owner: PromptOwner
  watchers: readonly PromptWatcher[]
  /** Only where it is answered on a page: others are many, and each byte counts (RULES 32). */
  onPage?: { refused: readonly RefusedSignIn[]; challenges: readonly PageChallenge[] }
}

const sweepEveryMs = 5_000
/**
 * How long after its time a prompt is still taken as open. A provider needs a moment to hang up, and then says how it
 * ended. Where that is lost, no one could be asked again before the service starts again.
 */
const overdueMs = 60_000
/** How long a report that was begun before the end may arrive after it. */
const reportsKeptMs = 60_000
/** Refused sign-ins that a prompt names. */
const mostOnPage = 4
/** Answers that one browser or phone has begun: a session that begins many pushes out its own. */
const mostBegun = 2
/** A person has ten phones at most. */
const mostBegunInAll = 40

/**
 * The registry of one process. Ended entries are swept while new ones come in; nothing polls. `size` counts what is
 * kept after a sweep, except misses, which have a bound of their own.
 */
export function createMemoryRegistry(clock: Clock): SignInRegistry & { size(): number } {
  const claims = new Map<string, ClaimEntry>()
  const spent = new Map<string, number>()
  const openPrompts = new Map<string, OpenPrompt>()
  const promptsById = new Map<string, PromptEntry>()
  const results = new Map<string, Entry<PromptResult>>()
  /** A report "this was not me", begun while the prompt was open. */
  const reports = new Map<string, Entry<Begun>>()
  const late = new Map<string, { key: string; promptId: string; untilMs: number }>()
  const interrupted = new Map<string, number>()
  const timelines = new Map<string, Entry<readonly TimelineEntry[]> & { onTaken(): void }>()
  const sealed = new Map<string, Entry<Uint8Array>>()
  const misses = createMissCounts(clock)
  const followers = createFollowers()
  let sweptAtMs = clock.nowMs()

  function sweepSometimes(): void {
    const nowMs = clock.nowMs()
    if (nowMs - sweptAtMs >= sweepEveryMs) sweep(nowMs)
  }

  function sweep(nowMs: number): void {
    sweptAtMs = nowMs
    for (const map of [spent, interrupted]) {
      for (const [key, untilMs] of map) if (untilMs <= nowMs) map.delete(key)
    }
    for (const map of [claims, results, reports, late, timelines, sealed]) {
      for (const [key, entry] of map) if (entry.untilMs <= nowMs) map.delete(key)
    }
    for (const { prompt } of promptsById.values()) {
      if (isOverdue(prompt, nowMs)) endPrompt(prompt.id, { kind: 'timeout' }, 0)
    }
  }

  function endPrompt(id: string, result: PromptResult, keepMs: number): boolean {
    const open = promptsById.get(id)
    if (open === undefined) return false
    promptsById.delete(id)
    openPrompts.delete(open.prompt.userKey)
    if (open.onPage !== undefined) followers.tell(open.prompt.userKey)
    keepReports(open)
    if (keepMs > 0) results.set(id, { value: result, untilMs: clock.nowMs() + keepMs })
    for (const watcher of open.watchers) watcher.ended(result)
    return true
  }

  function keepReports(entry: PromptEntry): void {
    const prompt = onPageOf(entry)
    const challenges = entry.onPage?.challenges.filter(({ answer }) => answer === 'report') ?? []
    if (prompt === undefined || challenges.length === 0) return
    const untilMs = clock.nowMs() + reportsKeptMs
    reports.set(prompt.id, { value: { prompt, challenges }, untilMs })
  }

  /** A report that was begun in time, of a prompt that has ended since. */
  function takeReport(
    id: string,
    challenge: string,
  ): { prompt: PagePrompt; kept: PageChallenge } | undefined {
    const ended = reports.get(id)
    const kept = ended?.value.challenges.find((each) => each.challenge === challenge)
    if (ended === undefined || kept === undefined || ended.untilMs <= clock.nowMs())
      return undefined
    // Reports of others stay: this one is not judged yet, and a stranger with a session may have begun it.
    const { challenges, prompt } = ended.value
    const others = challenges.filter((each) => each !== kept)
    reports.set(id, { ...ended, value: { prompt, challenges: others } })
    return { prompt, kept }
  }

  return {
    isShared: false,

    async claim(keys, hereForMs = 0) {
      const cameAtMs = clock.nowMs() - hereForMs
      for (const key of keys) {
        const known = claims.get(key)
        if (known === undefined || known.untilMs <= cameAtMs) continue
        known.settled ??= Promise.withResolvers()
        return { role: 'follower', settled: known.settled.promise }
      }
      sweepSometimes()
      const [own = ''] = keys
      claims.set(own, { settled: undefined, untilMs: Number.POSITIVE_INFINITY })
      return { role: 'owner' }
    },

    async settle(key, settled, keepMs) {
      const claim = claims.get(key)
      if (claim === undefined) return false
      if (keepMs <= 0) claims.delete(key)
      claim.untilMs = clock.nowMs() + keepMs
      claim.settled ??= Promise.withResolvers()
      claim.settled.resolve(settled)
      return false
    },

    async shorten(keys, keepMs) {
      const untilMs = clock.nowMs() + keepMs
      for (const key of keys) {
        const claim = claims.get(key)
        // One that is not settled counts without end.
        if (claim !== undefined && Number.isFinite(claim.untilMs)) {
          claim.untilMs = Math.min(claim.untilMs, untilMs)
        }
      }
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
      if (open !== undefined && !isOverdue(open, clock.nowMs())) return open
      if (open !== undefined) endPrompt(open.id, { kind: 'timeout' }, 0)
      openPrompts.set(prompt.userKey, prompt)
      const entry: PromptEntry = { prompt, owner, watchers: [] }
      if (prompt.page !== undefined) entry.onPage = { refused: [], challenges: [] }
      promptsById.set(prompt.id, entry)
      if (prompt.page !== undefined) followers.tell(prompt.userKey)
      return undefined
    },

    async endPrompt(id, result, keepMs) {
      sweepSometimes()
      return endPrompt(id, result, keepMs)
    },

    async cancelPrompt(id) {
      promptsById.get(id)?.owner.cancel()
    },

    async noteGatewayRefused(id) {
      promptsById.get(id)?.owner.gatewayRefused?.()
    },

    // The owner of a prompt knows how far it is, and there is no other process.
    saveProgress: async () => true,
    findKept: async () => undefined,
    findByToken: async () => undefined,
    findEqual: async () => undefined,

    async promptState(id) {
      if (promptsById.has(id)) return { kind: 'open' }
      const ended = results.get(id)
      if (ended === undefined || ended.untilMs <= clock.nowMs()) return { kind: 'unknown' }
      return { kind: 'ended', result: ended.value }
    },

    async promptOnPage(userKey) {
      const open = openPrompts.get(userKey)
      return open && onPageOf(promptsById.get(open.id))
    },

    followPage: (userKey, changed) => followers.follow(userKey, changed),

    async noteRefused(id, refused) {
      const open = promptsById.get(id)
      if (open?.onPage === undefined) return
      open.onPage.refused = [...open.onPage.refused, refused].slice(-mostOnPage)
      followers.tell(open.prompt.userKey)
    },

    async keepChallenge(id, challenge) {
      const onPage = promptsById.get(id)?.onPage
      if (onPage === undefined) return false
      onPage.challenges = withChallenge(onPage.challenges, challenge)
      return true
    },

    async takeChallenge(id, challenge) {
      const entry = promptsById.get(id)
      if (entry === undefined) return takeReport(id, challenge)
      const prompt = onPageOf(entry)
      const kept = entry.onPage?.challenges.find((each) => each.challenge === challenge)
      if (entry.onPage === undefined || prompt === undefined || kept === undefined) return undefined
      entry.onPage.challenges = entry.onPage.challenges.filter((each) => each !== kept)
      return { prompt, kept }
    },

    async answerPrompt(id, result) {
      return (await promptsById.get(id)?.owner.answer?.(result)) ?? 'over'
    },

    async watchPrompt(id, watcher) {
      const open = promptsById.get(id)
      if (open !== undefined) {
        open.watchers = [...open.watchers, watcher]
        return
      }
      const state = await this.promptState(id)
      watcher.ended(state.kind === 'ended' ? state.result : { kind: 'timeout' })
    },

    async keepLate(userKey, entry) {
      late.set(userKey, entry)
    },

    async findLate(userKey, keys) {
      const kept = late.get(userKey)
      const counts = kept !== undefined && kept.untilMs > clock.nowMs() && keys.includes(kept.key)
      return counts ? kept.promptId : undefined
    },

    async forgetLate(userKey) {
      late.delete(userKey)
    },

    async noteMiss(userKey, passwordKey, enough) {
      misses.note(userKey, passwordKey, enough)
    },

    async countMisses(passwordKeys) {
      return passwordKeys.reduce((sum, key) => sum + misses.count(key), 0)
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
      const sizes = [claims, spent, openPrompts, promptsById, results, reports, late, interrupted]
      return [...sizes, timelines, sealed].reduce((sum, map) => sum + map.size, 0)
    },
  }
}

function withChallenge(
  kept: readonly PageChallenge[],
  challenge: PageChallenge,
): readonly PageChallenge[] {
  const own = kept.filter(({ by }) => by === challenge.by)
  const [oldest] = own.length < mostBegun ? [] : own
  return [...kept.filter((each) => each !== oldest), challenge].slice(-mostBegunInAll)
}

function onPageOf(entry: PromptEntry | undefined): PagePrompt | undefined {
  if (entry?.onPage === undefined || entry.prompt.page === undefined) return undefined
  return { ...entry.prompt, page: entry.prompt.page, refused: entry.onPage.refused }
}

function isOverdue({ endsMs }: OpenPrompt, nowMs: number): boolean {
  return endsMs + overdueMs <= nowMs
}
