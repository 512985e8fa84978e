import type { CompiledQuery } from 'kysely'
import type { StoreError } from '../../errors.ts'
import { isReadOnly, type Outcome, type Row } from '../transaction.ts'

/** What was asked of the database and is not answered yet. */
export class Request {
  readonly queries: readonly CompiledQuery[]
  /** How long one try may take. */
  readonly timeoutMs: number
  /** Refused once the database was entered again; undefined: that does not matter. */
  readonly epoch: number | undefined
  /** A commit whose answer was lost has counted, and this is what it had found. */
  known: Outcome | undefined = undefined
  /** Something is locked that it needs: it must not keep others waiting. */
  isBlocked = false
  tries = 0
  readonly resolve: (rows: readonly (readonly Row[])[]) => void
  readonly reject: (error: StoreError) => void
  /** By the monotonic clock. */
  readonly #untilMs: number

  constructor(
    asked: Pick<Request, 'queries' | 'timeoutMs' | 'epoch' | 'resolve' | 'reject'> & {
      /** How long it is tried again; 0: not at all. */
      readonly patienceMs: number
    },
  ) {
    this.queries = asked.queries
    this.timeoutMs = asked.timeoutMs
    this.epoch = asked.epoch
    this.resolve = asked.resolve
    this.reject = asked.reject
    this.#untilMs = asked.patienceMs === 0 ? 0 : performance.now() + asked.patienceMs
  }

  get isPatient(): boolean {
    return performance.now() < this.#untilMs
  }

  /** Whether it was asked of another session than this one. */
  isOutdated(epoch: number): boolean {
    return this.epoch !== undefined && this.epoch !== epoch
  }

  get isReadOnly(): boolean {
    return isReadOnly(this.queries)
  }
}
