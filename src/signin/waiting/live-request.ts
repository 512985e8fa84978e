import { Stop } from './stop.ts'

/**
 * The live part of a request. The sign-in gets it beside the `Attempt`, as a `fetch` gets a signal: the attempt says
 * what was sent and never changes, this changes until there is an outcome. RADIUS, EAP or the portal owns it.
 */
export type LiveRequest = {
  /** Says when no one waits for the outcome any more. */
  readonly stop: Stop
  /** How often the packet has come again so far. */
  resends(): number
  /**
   * Whether the gateway still waits for the answer to this very packet, as far as its packets tell: false once one is overdue,
   * as then it asks its next server.
   */
  isStillAsked(): boolean
  /** Where no one is let in who has not shown that the tunnel is their own: settles once they have (RULES 28). */
  readonly bound?: Promise<void>
  /**
   * Its gateway has sent the same sign-in to another node: `came` from there, or `left` for it. What this node sees of its
   * packets says nothing about how long the gateway waits (O41).
   */
  wasElsewhere(how: 'came' | 'left'): void
}

/** A request that comes once, such as one of a browser. */
export function singleRequest(stop: Stop = new Stop()): LiveRequest {
  return {
    ...{ stop, resends: () => 0 },
    ...{ wasElsewhere: () => undefined, isStillAsked: () => true },
  }
}
