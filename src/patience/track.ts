import type { Observation } from './observation.ts'
import type { SeenEnd, SeenRequest } from './seen.ts'

/** One sign-in as its packets showed it so far. Offsets count from its first packet. */
export type Track = {
  readonly gateway: string
  attemptId: string
  /** Who signs in from where, at which gateway; undefined where nothing tells. */
  readonly person: string | undefined
  readonly authenticator: string
  port: number
  readonly server: string
  readonly firstMs: number
  /** Whether it is held past the margin to watch the resends, and where the margin was. */
  readonly heldOnFromMs: number | undefined
  packets: number
  lastPacketMs: number
  /** The two latest intervals between packets. */
  intervalMs: number
  earlierIntervalMs: number
  reply: { readonly kind: SeenEnd['kind']; readonly afterMs: number } | undefined
  /** Whether the person has not got in because of patience. */
  lost: boolean
}

/** No resend for this many intervals: they have stopped. */
const stoppedIntervals = 1.3
/** Intervals that grow by less than this are scatter. */
const growing = 1.15

export function newTrack(
  { gateway, attemptId, authenticator, port, server, atMs }: SeenRequest,
  known: Pick<Track, 'person' | 'heldOnFromMs' | 'lost'>,
): Track {
  return {
    gateway,
    attemptId,
    authenticator,
    port,
    server,
    ...known,
    firstMs: atMs,
    packets: 1,
    lastPacketMs: 0,
    intervalMs: 0,
    earlierIntervalMs: 0,
    reply: undefined,
  }
}

/** The same packet from another port, while it is held. */
export function isSamePacket(track: Track, { authenticator, port }: SeenRequest): boolean {
  return track.reply === undefined && track.authenticator === authenticator && track.port !== port
}

/** Whether it was held longer than it would have been without watching. */
export function isHeldOn({ heldOnFromMs }: Track, afterMs: number): boolean {
  return heldOnFromMs !== undefined && afterMs > heldOnFromMs
}

/** What there is to learn of a request that was held until `afterMs`. */
export function judgeHeld(track: Track, afterMs: number): Observation[] {
  const silence = judgeSilence(track, afterMs)
  return isHeldOn(track, afterMs) ? [...silence, { kind: 'margin', heldOn: true }] : silence
}

/** A resend, seen `afterMs` after the first packet. */
export function noteResend(track: Track, afterMs: number): Observation[] {
  const intervalMs = afterMs - track.lastPacketMs
  track.packets += 1
  track.lastPacketMs = afterMs
  track.earlierIntervalMs = track.intervalMs
  track.intervalMs = intervalMs
  return [
    { kind: 'waiting', afterMs, by: 'resend' },
    { kind: 'interval', ms: intervalMs },
  ]
}

/** When the gateway gives up if it sends nothing more: as long after its last packet as it waits for each. */
function predictedEndMs(track: Track): number | undefined {
  const { packets, lastPacketMs, intervalMs, earlierIntervalMs } = track
  if (packets < 2) return undefined
  const grows = packets > 2 && intervalMs > earlierIntervalMs * growing
  return lastPacketMs + intervalMs + (grows ? intervalMs - earlierIntervalMs : 0)
}

/** What the silence since the last resend says, when the request was held until `afterMs`. */
function judgeSilence(track: Track, afterMs: number): Observation[] {
  const endMs = predictedEndMs(track)
  if (endMs === undefined) return []
  const goneMs = track.lastPacketMs + (endMs - track.lastPacketMs) * stoppedIntervals
  if (afterMs < goneMs) return []
  return [
    { kind: 'gave-up', afterMs: endMs, packets: track.packets },
    { kind: 'gone', afterMs: goneMs, by: 'silence' },
  ]
}

/** Whether a packet at `afterMs` is what the gateway itself sends when a try has ended, and no person. */
export function isFollowUp(track: Track, afterMs: number): boolean {
  const endMs = predictedEndMs(track)
  if (endMs === undefined) return false
  const scatterMs = Math.max(250, (endMs - track.lastPacketMs) * 0.1)
  return Math.abs(afterMs - endMs) <= scatterMs
}
