import { type StartingValue, shortestPatienceMs } from './estimate.ts'
import { createPatienceEstimator, type PatienceEstimator } from './estimator.ts'
import type { PatienceMemory } from './memory.ts'
import type { Observation } from './observation.ts'
import type { SeenEnd, SeenRequest } from './seen.ts'
import { isFollowUp, judgeHeld, newTrack, noteFollowUp, noteResend, type Track } from './track.ts'

/** What a request goes by, from its first packet to its end. */
export type Allowance = { readonly patienceMs: number; readonly marginMs: number }

/** Learns from the packets of all gateways. Called on the way of a packet: quick, never throws, holds no timer. */
export interface PatienceWatch {
  /** A request that begins: how long it may be held. `mayHoldOn`: whether some may be held past the margin to learn. */
  begin(request: SeenRequest, start: StartingValue, mayHoldOn: boolean): Allowance
  resend(attemptId: string, atMs: number): void
  end(end: SeenEnd): void
  /** Judges what has been quiet long enough. */
  settle(nowMs: number): void
  memory(gateway: string): PatienceMemory | undefined
  /** Takes up what an earlier run has learnt, before anything is learnt in this one. */
  restore(gateway: string, memory: PatienceMemory): void
  /** Memories that have changed since the last call, to be stored. */
  takeChanged(): ReadonlyMap<string, PatienceMemory>
}

export type PatienceWatchOptions = {
  /** Sign-ins watched at a time; those beyond are not. Default 1,000. */
  readonly maxTracks?: number
}

/** The same sign-in within this time after an answer means that the answer was not used. */
const againMs = 20_000
/** Others are remembered this long: who was refused may still get in, and a challenge be answered. */
const rememberedMs = 120_000
const oncePerPersonMs = 3_600_000
/** A request is held on for no longer than this. */
const longestHoldOnMs = 120_000

export function createPatienceWatch(options: PatienceWatchOptions = {}): PatienceWatch {
  const { maxTracks = 1_000 } = options
  const memories = new Map<string, PatienceMemory>()
  const estimators = new Map<string, { start: StartingValue; estimator: PatienceEstimator }>()
  const changed = new Set<string>()
  /** Oldest first. */
  const tracks = new Map<string, Track>()
  const latest = new Map<string, Track>()
  /** By gateway, at most one each. */
  const heldOn = new Map<string, Track>()
  const goneVoters = createPacer(oncePerPersonMs, maxTracks)

  function estimatorOf(gateway: string, start?: StartingValue): PatienceEstimator | undefined {
    const known = estimators.get(gateway)
    if (start === undefined || (known !== undefined && isSame(known.start, start))) {
      return known?.estimator
    }
    const memory = known?.estimator.memory ?? memories.get(gateway)
    const estimator = createPatienceEstimator({ start, ...(memory && { memory }) })
    estimators.set(gateway, { start, estimator })
    return estimator
  }

  function observe(gateway: string, ...observations: readonly Observation[]): void {
    const estimator = estimatorOf(gateway)
    if (estimator === undefined) return
    for (const observation of observations) estimator.observe(observation)
    changed.add(gateway)
  }

  function begin(request: SeenRequest, start: StartingValue, mayHoldOn: boolean): Allowance {
    const { gateway, atMs } = request
    settle(atMs)
    const estimator = estimatorOf(gateway, start)
    const { patienceMs, marginMs } = estimator?.estimate() ?? start
    const allowance = { patienceMs, marginMs }
    const person = personOf(request)
    const earlier = person === undefined ? undefined : latest.get(person)
    if (earlier !== undefined && goesOn(earlier, request)) return allowance
    if (earlier !== undefined) judgeNext(earlier, request)
    if (tracks.size >= maxTracks) return allowance
    const holdsOn =
      mayHoldOn && !heldOn.has(gateway) && !request.answersChallenge && estimator?.mayHoldOn()
    const track = newTrack(request, {
      person,
      lost: earlier?.lost ?? false,
      isSecondTry: isSecondTry(earlier, request),
      heldOnFromMs: holdsOn === true ? patienceMs - marginMs : undefined,
    })
    tracks.set(request.attemptId, track)
    if (person !== undefined) latest.set(person, track)
    if (!request.answersChallenge) observe(gateway, { kind: 'sign-in' })
    if (track.heldOnFromMs === undefined) return allowance
    heldOn.set(gateway, track)
    return { marginMs, patienceMs: Math.min(3 * patienceMs + 10_000, longestHoldOnMs) }
  }

  /** Whether it is still the same request: from another port of a NAT, or the gateway's next try. */
  function goesOn(track: Track, request: SeenRequest): boolean {
    const { gateway, attemptId, port, server, authenticator, atMs } = request
    const afterMs = atMs - track.firstMs
    if (track.reply !== undefined) return false
    if (track.authenticator === authenticator) observe(gateway, noteResend(track, afterMs))
    else if (isFollowUp(track, afterMs)) {
      const other = port === track.port ? 'identifier' : 'port'
      observe(gateway, { kind: 'followed', by: server === track.server ? other : 'server' })
      observe(gateway, ...noteFollowUp(track, afterMs))
    } else return false
    tracks.delete(track.attemptId)
    tracks.set(attemptId, track)
    Object.assign(track, { attemptId, port, server, authenticator })
    return true
  }

  /** The same person again, with another packet: what that says about the earlier one. */
  function judgeNext(earlier: Track, request: SeenRequest): void {
    const afterMs = request.atMs - earlier.firstMs
    const { reply, gateway } = earlier
    if (reply === undefined) {
      observe(gateway, ...judgeHeld(earlier, afterMs))
      observeGone(earlier, request, { afterMs, by: 'again-held' })
    } else if (request.answersChallenge) {
      if (reply.kind === 'challenge') observe(gateway, { kind: 'challenge', event: 'answered' })
      else if (reply.kind !== 'step') return
      observe(gateway, { kind: 'waiting', afterMs: reply.afterMs, by: 'challenge-answered' })
    } else if (isUseful(reply.kind) && afterMs - reply.afterMs < againMs) {
      observeGone(earlier, request, { afterMs: reply.afterMs, by: 'again-answered' })
    }
    forgetTrack(earlier)
  }

  /** One person counts once an hour, however impatient. */
  function observeGone(
    earlier: Track,
    { atMs }: SeenRequest,
    gone: { readonly afterMs: number; readonly by: 'again-held' | 'again-answered' },
  ): void {
    earlier.lost = true
    if (goneVoters.admit(earlier.person ?? '', atMs)) {
      observe(earlier.gateway, { kind: 'gone', ...gone })
    }
  }

  function resend(attemptId: string, atMs: number): void {
    const track = tracks.get(attemptId)
    if (track === undefined) return
    if (track.reply === undefined) observe(track.gateway, noteResend(track, atMs - track.firstMs))
    else observe(track.gateway, { kind: 'late-resend' })
  }

  function end({ attemptId, kind, atMargin, atMs }: SeenEnd): void {
    const track = tracks.get(attemptId)
    if (track === undefined || track.reply !== undefined) return
    const afterMs = atMs - track.firstMs
    // There are many of them in each sign-in, and that a gateway waits so long is nothing new.
    if (kind === 'step' && afterMs < shortestPatienceMs) {
      forgetTrack(track)
      return
    }
    const learnt = judgeHeld(track, afterMs)
    observe(track.gateway, ...learnt)
    if (kind === 'challenge') observe(track.gateway, { kind: 'challenge', event: 'sent' })
    if (atMargin && !learnt.some(({ kind }) => kind === 'margin'))
      observe(track.gateway, { kind: 'margin', heldOn: false })
    track.reply = { kind, afterMs }
    track.lost = kind !== 'accept' && (atMargin || track.lost)
    if (heldOn.get(track.gateway) === track) heldOn.delete(track.gateway)
  }

  function settle(nowMs: number): void {
    for (const track of tracks.values()) {
      const { reply, lost } = track
      const quietMs = nowMs - track.firstMs - (reply?.afterMs ?? track.lastPacketMs)
      const isShort = !lost && (reply?.kind === 'accept' || reply?.kind === 'reject')
      if (quietMs < (isShort ? againMs : rememberedMs)) return
      if (reply?.kind === 'accept' && !track.isSecondTry) {
        observe(track.gateway, { kind: 'waiting', afterMs: reply.afterMs, by: 'nobody-again' })
      }
      if (lost) observe(track.gateway, { kind: 'lost', atMs: nowMs })
      forgetTrack(track)
    }
  }

  function forgetTrack(track: Track): void {
    tracks.delete(track.attemptId)
    const { person } = track
    if (person !== undefined && latest.get(person) === track) latest.delete(person)
    if (heldOn.get(track.gateway) === track) heldOn.delete(track.gateway)
  }

  return {
    begin,
    resend,
    end,
    settle,
    memory: memoryOf,
    restore: (gateway, memory) => void memories.set(gateway, memory),
    takeChanged() {
      const taken = new Map<string, PatienceMemory>()
      for (const gateway of changed) {
        const memory = memoryOf(gateway)
        if (memory !== undefined) taken.set(gateway, memory)
      }
      changed.clear()
      return taken
    },
  }

  function memoryOf(gateway: string): PatienceMemory | undefined {
    return estimators.get(gateway)?.estimator.memory ?? memories.get(gateway)
  }
}

function personOf({ gateway, person }: SeenRequest): string | undefined {
  return person === undefined ? undefined : `${gateway}|${person}`
}

/** Whether the person is at it again after a failure, as far as is known. */
function isSecondTry(earlier: Track | undefined, { answersChallenge }: SeenRequest): boolean {
  return earlier !== undefined && earlier.reply?.kind !== 'accept' && !answersChallenge
}

function isUseful(kind: SeenEnd['kind']): boolean {
  return kind === 'accept' || kind === 'challenge'
}

function isSame(left: StartingValue, right: StartingValue): boolean {
  return (
    left.patienceMs === right.patienceMs &&
    left.marginMs === right.marginMs &&
    left.challenges === right.challenges
  )
}

/** Lets each key through once in `everyMs`; forgets the oldest of more than `most`. */
function createPacer(everyMs: number, most: number) {
  const admitted = new Map<string, number>()
  return {
    admit(key: string, nowMs: number): boolean {
      const lastMs = admitted.get(key)
      if (lastMs !== undefined && nowMs - lastMs < everyMs) return false
      admitted.delete(key)
      admitted.set(key, nowMs)
      const [oldest] = admitted.keys()
      if (admitted.size > most && oldest !== undefined) admitted.delete(oldest)
      return true
    },
  }
}
