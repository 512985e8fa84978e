import type { StoreErrorCode } from '../errors.ts'
import type { FileIdentity } from './file-watch.ts'

/** A value SQLite takes and gives. */
export type SqlValue = null | number | bigint | string | Uint8Array

/** One statement: the place of its SQL in the batch's `texts`, then its parameters in the order of the `?`. */
export type WireStatement = readonly [text: number, ...parameters: readonly SqlValue[]]

/** One row, by the names of its columns. */
export type Row = Readonly<Record<string, SqlValue>>

/** The same on its way: its values in the order of the columns. */
export type WireRow = readonly SqlValue[]

/** Plain words about a failure; an Error would lose its code on the way between threads. */
export type WireFailure = {
  readonly message: string
  /** SQLite's extended result code, where it was SQLite that failed. */
  readonly sqliteCode?: number
  /** What we found ourselves. */
  readonly code?: StoreErrorCode
}

/**
 * One transaction of many requests; each request is a list of statements that count together or not
 * at all. Messages between threads are copied name by name and text by text, which costs more than
 * anything else here does; so a text is sent once a batch, and values have places, not names.
 */
export type Batch = {
  readonly kind: 'batch'
  readonly texts: readonly string[]
  readonly requests: readonly (readonly WireStatement[])[]
}

/** What the worker is asked. */
export type WorkerTask =
  | Batch
  | { readonly kind: 'copy'; readonly file: string }
  | { readonly kind: 'look' }
  | { readonly kind: 'close' }

export type WorkerQuestion = { readonly id: number; readonly task: WorkerTask }

/** Of a request that worked: the rows of each of its statements. */
export type RequestResult = readonly (readonly WireRow[])[] | { readonly failure: WireFailure }

export type BatchResult = {
  /** Names of the columns each of `texts` gives. */
  readonly columns: readonly (readonly string[])[]
  readonly requests: readonly RequestResult[]
}

export type WorkerAnswer =
  | { readonly id: number; readonly result: BatchResult | undefined }
  | { readonly id: number; readonly failure: WireFailure }
  | { readonly opened: FileIdentity }

export type WorkerOptions = {
  /** Path of the database file. */
  readonly file: string
  /** Whether a file that is not there is made. Default: make. */
  readonly whenMissing?: 'make' | 'refuse'
  /** For tests: how long a commit is made to last, in milliseconds; one shared Int32 that may change at any time. */
  readonly commitDelayMs?: Int32Array
}

/** `opened`: the file that an earlier thread had open; no other one may take its place. */
export type WorkerData = WorkerOptions & { readonly opened?: FileIdentity }
