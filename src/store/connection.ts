import type { CompiledQuery } from 'kysely'

/** The rows of each query, in the order of the queries. */
export type RowsOf<Queries extends readonly CompiledQuery[]> = {
  [Index in keyof Queries]: Queries[Index] extends CompiledQuery<infer Row> ? Row[] : never
}

/**
 * Where compiled queries go. Queries are handed over at once, in the order of the calls, and are carried out in that
 * order; a promise resolves when what it did is durable. Every method rejects with StoreError. There is no open
 * transaction across an `await`: what must be committed together is one `atomically`, what must be decided on the way
 * is a condition in the statement.
 */
export interface Connection {
  run<Row>(query: CompiledQuery<Row>): Promise<Row[]>
  /** All queries are committed, or none. `timeoutMs`: what may take longer than a commit, such as a new index. */
  atomically<const Queries extends readonly CompiledQuery[]>(
    queries: Queries,
    options?: {
      readonly timeoutMs?: number
      /** Refused without being carried out once the database was entered again. */
      readonly epoch?: number
    },
  ): Promise<RowsOf<Queries>>
  /**
   * The same for what a sign-in asks: what fails for a reason that passes is tried again, for as long as a gateway waits.
   * Each request is carried out once, also where the answer to its commit was lost. Absent for a file.
   */
  patiently?(): Connection
  /** The process ends: from now on nothing is tried again. */
  hurry?(): void
  /** Of this process, where others may have the database open too; absent for a file. */
  processId?(): string
  /**
   * Makes this process one that the others watch over. Its writes fail once they have declared it dead; it then has a
   * new id, and `onRenewed` gets the old one.
   */
  join?(onRenewed: (before: string) => void): Promise<void>
  /** Another number each time the database was entered again: what was read before may be gone since. */
  epoch(): number
  /**
   * A statement that has spent something, and whose repetition changes nothing. It is carried out again where a
   * standby took over that had not heard of it.
   */
  noteSpent(query: CompiledQuery): void
  /** Up to where a chain of the audit is durable: a database that has less of it later has lost something. */
  noteAudit(node: string, seq: number): void
  /** Copies the whole database to a new file while others go on. The file must not exist. */
  copyTo(file: string): Promise<void>
  /** Whether the files are still those that were opened, without a write. Gives what is wrong; `health` tells it too. */
  look(): Promise<string | undefined>
  health(): ConnectionHealth
  /** What was handed over before is still carried out. Safe to call twice. */
  close(): Promise<void>
}

export type ConnectionHealth = {
  /** False from a failure until the next commit that works. */
  readonly ok: boolean
  /** Code of the last failure while not ok. */
  readonly code?: string
  /** Requests that were handed over and are not answered yet. */
  readonly waiting: number
  /** How long the last commit took, from hand-over to answer; 0 before the first. */
  readonly lastCommitMs: number
}
