import type { Observation } from './observation.ts'
import type { SeenEnd, SeenRequest } from './seen.ts'

/** One sign-in as its packets showed it so far. Offsets count from its first packet. */
export type Track = {
  readonly gateway: string
  attemptId: string
  /** Who signs in from where, at which gateway; undefined where nothing tells. */
  readonly person: string | undefined
  authenticator: string
  port: number
  server: string
  readonly firstMs: number
  /** Whether it is held past the margin to watch the resends, and where the margin was. */
  readonly heldOnFromMs: number | undefined
  packets: number
  lastPacketMs: number
  /** The two latest intervals between packets. */
  intervalMs: number
  earlierIntervalMs: number
  reply: { readonly kind: SeenEnd['kind']; readonly afterMs: number } | undefined
  /** Where the present try began, and how long the one before it was, if there was one. */
  tryFromMs: number
  tryMs: number | undefined
  /** Whether the person has not got in because of patience. */
  lost: boolean
  /** Whether an earlier try of the same person failed: then nobody asking again proves nothing. */
  readonly isSecondTry: boolean
}

/** No resend for this many intervals: they have stopped. */
const stoppedIntervals = 1.3
/** Intervals that grow by less than this are scatter. */
const growing = 1.15

export function newTrack(
  { gateway, attemptId, authenticator, port, server, atMs }: SeenRequest,
  known: Pick<Track, 'person' | 'heldOnFromMs' | 'lost' | 'isSecondTry'>,
): Track {
  const { person, heldOnFromMs, lost, isSecondTry } = known
  return {
    gateway,
    attemptId,
    person,
    authenticator,
    port,
    server,
    heldOnFromMs,
    lost,
    isSecondTry,
    firstMs: atMs,
    packets: 1,
    lastPacketMs: 0,
    intervalMs: 0,
    earlierIntervalMs: 0,
    tryFromMs: 0,
    tryMs: undefined,
    reply: undefined,
  }
}

/** Whether it was held longer than it would have been without watching. */
function isHeldOn({ heldOnFromMs }: Track, afterMs: number): boolean {
  return heldOnFromMs !== undefined && afterMs > heldOnFromMs
}

/** A resend, seen `afterMs` after the first packet. */
export function noteResend(track: Track, afterMs: number): Observation {
  const intervalMs = afterMs - track.lastPacketMs
  track.packets += 1
  track.lastPacketMs = afterMs
  track.earlierIntervalMs = track.intervalMs
  track.intervalMs = intervalMs
  return { kind: 'interval', ms: intervalMs }
}

/**
 * Whether a packet at `afterMs` is what the gateway itself sends when a try has ended, and no person:
 * it comes when the try was expected to end.
 */
export function isFollowUp(track: Track, afterMs: number): boolean {
  const endMs = predictedEndMs(track)
  if (endMs === undefined) return false
  const scatterMs = Math.max(250, (endMs - track.lastPacketMs) * 0.1)
  return Math.abs(afterMs - endMs) <= scatterMs
}

/** The gateway tries anew, with another packet. The next try is expected to last as long as this one. */
export function noteFollowUp(track: Track, afterMs: number): Observation[] {
  track.tryMs = afterMs - track.tryFromMs
  track.tryFromMs = afterMs
  track.packets += 1
  track.lastPacketMs = afterMs
  return [
    { kind: 'waiting', afterMs, by: 'follow-up' },
    { kind: 'gave-up', afterMs: afterMs + track.tryMs, packets: track.packets },
  ]
}

/** What there is to learn of a request that was held until `afterMs`. */
export function judgeHeld(track: Track, afterMs: number): Observation[] {
  const { lastPacketMs, packets } = track
  const observations: Observation[] = []
  if (packets > 1) observations.push({ kind: 'waiting', afterMs: lastPacketMs, by: 'resend' })
  const endMs = predictedEndMs(track)
  const goneMs = lastPacketMs + longestIntervalMs(track) * stoppedIntervals
  if (endMs !== undefined && afterMs >= goneMs) {
    observations.push({ kind: 'gave-up', afterMs: endMs, packets })
    observations.push({ kind: 'gone', afterMs: goneMs, by: 'silence' })
  }
  if (isHeldOn(track, afterMs)) observations.push({ kind: 'margin', heldOn: true })
  return observations
}

/** When the gateway gives up if it sends nothing more: as long after its last packet as it waits for each. */
function predictedEndMs(track: Track): number | undefined {
  const { packets, lastPacketMs, intervalMs, earlierIntervalMs } = track
  if (track.tryMs !== undefined) return track.tryFromMs + track.tryMs
  if (packets < 2) return undefined
  const grows = packets > 2 && intervalMs > earlierIntervalMs * growing
  return lastPacketMs + intervalMs + (grows ? intervalMs - earlierIntervalMs : 0)
}

/** The next packet comes within this, if one comes. A single interval tells nothing of how they grow. */
function longestIntervalMs({ packets, intervalMs, earlierIntervalMs }: Track): number {
  if (packets <= 2 || earlierIntervalMs === 0) return intervalMs * 1.7
  return intervalMs * Math.min(Math.max(intervalMs / earlierIntervalMs, 1), 2)
}
