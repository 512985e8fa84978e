import type { Method } from '../../accounts/index.ts'
import type { Outcome, Reason } from '../outcome.ts'

/** One thing that happened, for the time line of the audit. No secrets. */
export type TimelineEntry = {
  readonly atMs: number
  readonly what: string
  readonly detail?: Readonly<Record<string, string | number | boolean>>
}

/** One row a sign-in. */
export type SignInRecord = {
  readonly signInId: string
  readonly attemptId: string
  /** Of what was refused or got no answer: the short name that `holdfast why` finds it by. */
  readonly reference?: string
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly gateway: string
  readonly sourceAddress: string
  /** Canonical name; for a name no one has, the first two characters and `…`. */
  readonly userName: string
  readonly userKey?: string
  readonly method?: Method
  /** Name of the policy rule that decided; absent where none matched. */
  readonly rule?: string
  readonly outcome: Outcome['kind']
  readonly reason: Reason
  readonly device?: string
  readonly timeline: readonly TimelineEntry[]
}

/** Where records of sign-ins and alerts go. Implemented by `store/` (durable). */
export interface AuditSink {
  /** Resolves when the row is durable; rejects when the store failed. */
  record(record: SignInRecord): Promise<void>
  /** Something a security officer must see, such as a fraud report. */
  alert(event: {
    atMs: number
    kind: string
    userKey?: string
    userName?: string
    detail: Readonly<Record<string, string>>
  }): Promise<void>
}
