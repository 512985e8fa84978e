import { StoreError, type StoreErrorCode } from '../errors.ts'
import type { WireFailure } from './messages.ts'

// Primary result codes: https://sqlite.org/rescode.html
const codes: Readonly<Record<number, StoreErrorCode>> = {
  5: 'store-in-use',
  6: 'store-in-use',
  11: 'store-damaged',
  13: 'store-full',
  26: 'store-damaged',
}

/** What the worker said, as the error callers know. The text holds no values of a row. */
export function toStoreError(failure: WireFailure): StoreError {
  const { message, sqliteCode, code: found } = failure
  if (found !== undefined) return new StoreError(found, message)
  if (sqliteCode === undefined) return new StoreError('store-failed', message)
  const code = codes[sqliteCode & 0xff] ?? 'store-failed'
  return new StoreError(code, message, { details: { sqliteCode } })
}
