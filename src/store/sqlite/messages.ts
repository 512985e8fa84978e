/** A value SQLite takes and gives. */
export type SqlValue = null | number | bigint | string | Uint8Array

/** One statement with its parameters, in the order of the `?`. */
export type WireStatement = { readonly sql: string; readonly parameters: readonly SqlValue[] }

export type Row = Readonly<Record<string, SqlValue>>

/** Plain words about a failure; an Error would lose its code on the way between threads. */
export type WireFailure = {
  readonly message: string
  /** SQLite's extended result code, where it was SQLite that failed. */
  readonly sqliteCode?: number
}

/**
 * What the worker is asked. A `batch` is one transaction of many requests; each request is a list
 * of statements that count together or not at all.
 */
export type WorkerTask =
  | { readonly kind: 'batch'; readonly requests: readonly (readonly WireStatement[])[] }
  | { readonly kind: 'copy'; readonly file: string }
  | { readonly kind: 'close' }

export type WorkerQuestion = { readonly id: number; readonly task: WorkerTask }

/** Of a request that worked: the rows of each of its statements. */
export type RequestResult =
  | { readonly rows: readonly (readonly Row[])[] }
  | { readonly failure: WireFailure }

export type WorkerAnswer =
  | { readonly id: number; readonly results: readonly RequestResult[] }
  | { readonly id: number; readonly failure: WireFailure }

export type WorkerOptions = {
  /** Path of the database file. */
  readonly file: string
  /** For tests: how long a commit is made to last, in milliseconds; one shared Int32 that may change at any time. */
  readonly commitDelayMs?: Int32Array
}
