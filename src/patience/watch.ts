import type { GatewayRules } from '../signin/index.ts'
import { takeOldest } from '../support/index.ts'
import type { FirstPacket, HeldPackets, RequestEnd, RequestWatch } from '../transport/index.ts'
import { estimatePatience, mayHoldOn, median, shortestPatienceMs } from './estimate.ts'
import { noteEnd, noteGone, noteLost, noteResend, noteWaiting } from './learn.ts'
import { type Known, newMemory, type PatienceMemory, startingValue } from './memory.ts'
import {
  addPacket,
  addTry,
  expectedEndMs,
  isNextTry,
  newTiming,
  stoppedMs,
  type Timing,
} from './timing.ts'

/** Learns from the packets of all gateways. Times come with the packets. */
export interface PatienceWatch extends RequestWatch {
  /** Judges what has been quiet long enough. */
  settle(nowMs: number): void
}

export type PatienceWatchOptions = {
  /** What is known of each gateway by its name; the watch adds to it. */
  readonly memories: Map<string, PatienceMemory>
  /** Whether a gateway goes by what is learnt; otherwise it goes by its rules. */
  learns(gateway: string): boolean
  /** Whether other nodes get packets of the same gateways. Default: none does. */
  readonly isShared?: boolean
  /** Sign-ins watched at a time; those beyond are not. Default 1,000. */
  readonly maxSignIns?: number
}

type Gateway = Known & {
  readonly rules: GatewayRules
  /** What its requests go by: one object until the estimate changes, as a hundred thousand may be held. */
  inUse: GatewayRules
  /** Votes at the last estimate. */
  judged: number
  /** The sign-in that is held past the margin, at most one. */
  heldOn: SignIn | undefined
}

/** One sign-in as its packets showed it so far. Times count from the first of them. */
type SignIn = {
  readonly gateway: Gateway
  /** Who signs in from where, at which gateway; undefined where nothing tells. */
  readonly person: string | undefined
  readonly firstMs: number
  readonly timing: Timing
  /** The latest of those with which a request began. */
  packet: FirstPacket
  /** Where the margin was, if it is held past that to watch the resends. */
  readonly heldOnFromMs: number
  /** Whether an earlier try of the same person failed: then that no other follows proves nothing. */
  readonly isSecondTry: boolean
  reply?: { readonly kind: RequestEnd['kind']; readonly afterMs: number }
  /** Whether the person has not got in because of patience. */
  lost: boolean
}

/** The same sign-in within this time after an answer means that the answer was not used. */
const againMs = 20_000
/**
 * Others are remembered this long: a person who was refused may still get in, and a challenge may still be answered.
 */
const rememberedMs = 120_000
const oncePerPersonMs = 3_600_000
/** A request is held on for no longer than this. */
const longestHoldOnMs = 120_000
/** No gateway sends again as soon as this: such packets have waited together, at a process that stood still. */
const shortestIntervalMs = 100

export function createPatienceWatch(options: PatienceWatchOptions): PatienceWatch {
  const { memories, learns, isShared = false, maxSignIns = 1_000 } = options
  const gateways = new Map<string, Gateway>()
  /** By attempt, oldest first. */
  const signIns = new Map<string, SignIn>()
  const latest = new Map<string, SignIn>()
  /** When a person last counted as gone; oldest first. */
  const countedMs = new Map<string, number>()

  function gatewayOf(rules: GatewayRules): Gateway {
    const { name } = rules
    const known = gateways.get(name)
    if (known?.rules === rules) return known
    const configured = { rules, start: startingValue(rules), inUse: rules, judged: -1 }
    if (known !== undefined) return Object.assign(known, configured)
    const memory = memories.get(name) ?? newMemory()
    memories.set(name, memory)
    const gateway: Gateway = { ...configured, memory, heldOn: undefined }
    gateways.set(name, gateway)
    return gateway
  }

  /** The rules with what was learnt. */
  function judge(gateway: Gateway): GatewayRules {
    const { rules, inUse, memory, judged } = gateway
    if (judged === memory.observations) return inUse
    gateway.judged = memory.observations
    const { patienceMs, marginMs } = estimatePatience(gateway)
    if (inUse.patienceMs !== patienceMs || inUse.marginMs !== marginMs) {
      gateway.inUse = { ...rules, patienceMs, marginMs }
    }
    return gateway.inUse
  }

  function begin(packet: FirstPacket): GatewayRules {
    settle(packet.atMs)
    const gateway = gatewayOf(packet.rules)
    const { name } = gateway.rules
    const rules = learns(name) ? judge(gateway) : gateway.rules
    const person = packet.person === undefined ? undefined : `${name}|${packet.person}`
    const earlier = person === undefined ? undefined : latest.get(person)
    if (earlier !== undefined) {
      if (goesOn(earlier, packet)) return rules
      judgeNext(earlier, packet)
    }
    if (signIns.size >= maxSignIns) return rules
    const { atMs, answersChallenge, ownDevice } = packet
    // A person whose next try is not known again would be refused it while the first is held on.
    const isFit = ownDevice && !answersChallenge && gateway.heldOn === undefined
    const holdsOn = isFit && learns(name) && mayHoldOn(gateway)
    const { patienceMs, marginMs } = rules
    const signIn: SignIn = {
      gateway,
      person,
      firstMs: atMs,
      timing: newTiming(),
      packet,
      heldOnFromMs: holdsOn ? patienceMs - marginMs : Number.POSITIVE_INFINITY,
      isSecondTry: earlier !== undefined && earlier.reply?.kind !== 'accept' && !answersChallenge,
      lost: earlier?.lost ?? false,
    }
    signIns.set(packet.attemptId, signIn)
    if (person !== undefined) latest.set(person, signIn)
    if (!answersChallenge) gateway.memory.signIns += 1
    if (!holdsOn) return rules
    gateway.heldOn = signIn
    return { ...rules, patienceMs: Math.min(3 * patienceMs + 10_000, longestHoldOnMs) }
  }

  /** Whether it is still the same request: from another port of a NAT, or the gateway's next try. */
  function goesOn(signIn: SignIn, packet: FirstPacket): boolean {
    const { gateway, timing, packet: last, reply } = signIn
    const afterMs = packet.atMs - signIn.firstMs
    if (reply !== undefined) return false
    if (last.authenticator === packet.authenticator) addResend(signIn, afterMs)
    else if (isNextTry(timing, afterMs)) {
      const other = last.port === packet.port ? 'identifier' : 'port'
      const changed = last.socketId === packet.socketId ? other : 'server'
      gateway.memory.followed[changed] += 1
      addTry(timing, afterMs)
      noteWaiting(gateway, afterMs, 'follow-up')
      noteEnd(gateway, expectedEndMs(timing) ?? afterMs, timing.packets)
    } else return false
    signIns.delete(last.attemptId)
    signIns.set(packet.attemptId, signIn)
    signIn.packet = packet
    return true
  }

  function addResend({ gateway, timing }: SignIn, afterMs: number): void {
    addPacket(timing, afterMs)
    noteResend(gateway, timing.intervalMs)
  }

  /** The same person again, with another packet: what that says about the earlier one. */
  function judgeNext(earlier: SignIn, { atMs, answersChallenge }: FirstPacket): void {
    const { gateway, reply } = earlier
    const afterMs = atMs - earlier.firstMs
    if (reply === undefined) {
      // Whether another node has it as well is known once it ends; it is judged then.
      if (isShared) return
      judgeHeld(earlier, afterMs)
      if (countsAsGone(earlier, atMs)) noteGone(gateway, afterMs, 'again-held')
    } else if (answersChallenge) {
      if (reply.kind === 'challenge') gateway.memory.challenges.answered += 1
      else if (reply.kind !== 'step') return
      noteWaiting(gateway, reply.afterMs, 'challenge-answered')
    } else if (reply.kind === 'accept' || reply.kind === 'challenge') {
      const isSoon = afterMs - reply.afterMs < againMs
      if (isSoon && countsAsGone(earlier, atMs)) noteGone(gateway, reply.afterMs, 'again-answered')
    }
    forget(earlier)
  }

  /** One person is counted once an hour, however impatient. */
  function countsAsGone(signIn: SignIn, atMs: number): boolean {
    const { person = '' } = signIn
    signIn.lost = true
    const lastMs = countedMs.get(person)
    if (lastMs !== undefined && atMs - lastMs < oncePerPersonMs) return false
    countedMs.delete(person)
    countedMs.set(person, atMs)
    if (countedMs.size > maxSignIns) takeOldest(countedMs, 1)
    return true
  }

  /** What there is to learn of a request that was held so long. */
  function judgeHeld({ gateway, timing, heldOnFromMs }: SignIn, afterMs: number, atMargin = false) {
    const { margin } = gateway.memory
    const { packets, lastMs } = timing
    const endMs = expectedEndMs(timing)
    if (packets > 1) noteWaiting(gateway, lastMs, 'resend')
    if (endMs !== undefined && afterMs >= stoppedMs(timing)) {
      noteEnd(gateway, endMs, packets)
      noteGone(gateway, stoppedMs(timing), 'silence')
    }
    const heldOn = afterMs > heldOnFromMs
    if (heldOn || atMargin) margin.reached += 1
    if (heldOn) margin.heldOn += 1
  }

  function resend(attemptId: string, atMs: number): void {
    const signIn = signIns.get(attemptId)
    if (signIn === undefined) return
    if (signIn.reply === undefined) addResend(signIn, atMs - signIn.firstMs)
    else signIn.gateway.memory.lateResends += 1
  }

  function end({ attemptId, kind, patienceEnded, atMs }: RequestEnd): void {
    const signIn = signIns.get(attemptId)
    if (signIn === undefined || signIn.reply !== undefined) return
    const { gateway } = signIn
    const afterMs = atMs - signIn.firstMs
    // There are many of them in each sign-in, and that a gateway waits so long is nothing new.
    if (kind === 'step' && afterMs < shortestPatienceMs) {
      forget(signIn)
      return
    }
    judgeHeld(signIn, afterMs, patienceEnded)
    if (kind === 'challenge') gateway.memory.challenges.sent += 1
    signIn.reply = { kind, afterMs }
    signIn.lost = kind !== 'accept' && (patienceEnded || signIn.lost)
    if (gateway.heldOn === signIn) gateway.heldOn = undefined
  }

  function settle(nowMs: number): void {
    for (const signIn of signIns.values()) {
      const { gateway, reply, lost, firstMs, timing } = signIn
      const quietMs = nowMs - firstMs - (reply?.afterMs ?? timing.lastMs)
      const isShort = !lost && (reply?.kind === 'accept' || reply?.kind === 'reject')
      if (quietMs < (isShort ? againMs : rememberedMs)) return
      if (reply?.kind === 'accept' && !signIn.isSecondTry) {
        noteWaiting(gateway, reply.afterMs, 'not-again')
      }
      if (lost) noteLost(gateway, nowMs)
      forget(signIn)
    }
  }

  function forget(signIn: SignIn): void {
    const { gateway, person, packet } = signIn
    signIns.delete(packet.attemptId)
    if (person !== undefined && latest.get(person) === signIn) latest.delete(person)
    if (gateway.heldOn === signIn) gateway.heldOn = undefined
  }

  /** Its packets here are a part of all, which shows no end that the gateway has (O41). */
  function wasElsewhere(attemptId: string, how: 'came' | 'left'): void {
    const signIn = signIns.get(attemptId)
    if (signIn === undefined) return
    // Counted once: the other node hears `left`.
    if (how === 'came') signIn.gateway.memory.followed.server += 1
    forget(signIn)
  }

  /** Of a gateway that has never sent anything again, nothing is overdue. */
  function isStillAsked({ afterMs, gateway, packets }: HeldPackets): boolean {
    const seen = memories.get(gateway)?.intervalsMs ?? []
    const intervalMs = median(seen.filter((ms) => ms >= shortestIntervalMs))
    return intervalMs === undefined || afterMs <= packets * intervalMs
  }

  return { begin, resend, end, settle, wasElsewhere, isStillAsked }
}
