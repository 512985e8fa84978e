import { Stop } from './stop.ts'

/**
 * What is alive about a request while its attempt is judged, as the signal is beside a `fetch`. An `Attempt` says what was
 * sent and never changes; this can change until the outcome is there. Whoever brings the attempt owns it.
 */
export type LiveRequest = {
  /** Says when no one waits for the outcome any more. */
  readonly stop: Stop
  /** How often the packet has come again so far. */
  resends(): number
  /** Where no one is let in who has not shown that the tunnel is their own: settles once they have (RULES 28). */
  readonly bound?: Promise<void>
}

/** A request that comes once, such as one of a browser. */
export function singleRequest(stop: Stop = new Stop()): LiveRequest {
  return { stop, resends: () => 0 }
}
