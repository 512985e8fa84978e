import type { DropReason, Outcome, Reason } from '../../signin/index.ts'

/** A packet, or a sign-in, that gets no answer. */
export type Drop = {
  readonly reason: DropReason
  /** Without port; IPv4-mapped addresses as IPv4. */
  readonly source: string
  readonly sourcePort: number
  /** Known once the source is. */
  readonly gateway?: string
  /** Known once a sign-in was begun. */
  readonly attemptId?: string
  /** What exactly was wrong, for the log. */
  readonly detail?: string
  /** What was thrown, for `internal-error`. */
  readonly error?: unknown
  /** Whether a log line is due: the first of each reason and source in a minute. Count all of them. */
  readonly log: boolean
  /** How many of the same went without a log line since the last one; 0 unless `log`. */
  readonly suppressed: number
}

/** An answer to an Access-Request. */
export type Answer = {
  readonly gateway: string
  readonly attemptId: string
  readonly kind: Exclude<Outcome['kind'], 'drop'>
  readonly reason: Reason
  /** From the first packet to the answer. */
  readonly tookMs: number
  /** Resends that joined while it was held. */
  readonly resends: number
}

/**
 * What the listener tells about itself. `ops/` logs and counts it. Called on the way of a packet:
 * implementations are quick and never throw.
 */
export interface TransportObserver {
  onDrop(drop: Drop): void
  onAnswer(answer: Answer): void
  /** A resend: it joined the request that is held, or got the same bytes again. */
  onResend(gateway: string, how: 'joined' | 'answered'): void
  onStatus(gateway: string): void
  /** An Accounting-Request that was answered: it was stored, or it had been already. */
  onAccounting(gateway: string, result: 'recorded' | 'repeated'): void
  /**
   * An Access-Request that was verified, and whether it carried Message-Authenticator. Those with EAP
   * are not told of: they carried it before CVE-2024-3596 too.
   */
  onVerified(gateway: string, messageAuthenticator: 'valid' | 'absent'): void
  /** A `learn` gateway has shown that it sends Message-Authenticator: remember it, from now on it must. */
  onLearnt(gateway: string): void
  /** The system did not take a reply. */
  onSendError(error: Error): void
  /** A socket came, went, could not be bound or reported an error. */
  onSocket(event: 'bound' | 'closed' | 'failed', address: string, port: number, error?: Error): void
}
