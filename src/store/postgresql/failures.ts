import { messageOf } from '../../support/index.ts'
import { StoreError, type StoreErrorCode } from '../errors.ts'

// Codes of PostgreSQL: https://www.postgresql.org/docs/current/errcodes-appendix.html

/** What each class or code means to the administrator; the longest that fits is used. */
const meanings: Readonly<Record<string, StoreErrorCode>> = {
  '08': 'database-away',
  '25006': 'database-away',
  // It was idle in a transaction for too long: this process stood still.
  '25P03': 'database-away',
  '57P': 'database-away',
  '53300': 'database-away',
  '28': 'database-refuses',
  '3D': 'database-refuses',
  '42501': 'database-refuses',
  '53100': 'store-full',
  '57014': 'store-too-slow',
  '55P03': 'store-too-slow',
  XX001: 'store-damaged',
  XX002: 'store-damaged',
}

/** Another transaction was in the way, and nothing of this one happened: it may run again. */
const again: readonly string[] = ['40001', '40P01']

/**
 * The code of PostgreSQL in an error; undefined where it comes from elsewhere, such as the network, whose `EPIPE` looks
 * like one. Only what the server says has a severity.
 */
export function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return undefined
  const { code } = error
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}

export function mayRunAgain(error: unknown): boolean {
  return again.includes(sqlStateOf(error) ?? '')
}

/** Whether something is locked by another transaction, for longer than it was waited for. */
export function isLocked(error: unknown): boolean {
  return sqlStateOf(error) === '55P03'
}

/** What may be otherwise a moment later. */
const passing: readonly StoreErrorCode[] = ['database-away', 'database-in-use', 'store-too-slow']

/** Whether another try may do. What has happened is another question. */
export function mayPass(error: StoreError): boolean {
  return passing.includes(error.code) || mayRunAgain(error.cause)
}

/** Whether the server is not a primary any more, or ends the connection: another host may be the primary now. */
export function isElsewhere(error: unknown): boolean {
  const state = sqlStateOf(error)
  return state === '25006' || state?.startsWith('57P') === true || state?.startsWith('08') === true
}

/** What went wrong, as the error callers know. The text holds no values of a row: PostgreSQL puts those into `detail`. */
export function toStoreError(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause
  const state = sqlStateOf(cause)
  const code = state === undefined ? codeOfOther(cause) : meaningOf(state)
  const message = messageOf(cause)
  return new StoreError(code, state === undefined ? message : `${message} (${state})`, {
    cause,
    ...(state === undefined ? {} : { details: { sqlState: state } }),
  })
}

function meaningOf(state: string): StoreErrorCode {
  const fitting = [state, state.slice(0, 3), state.slice(0, 2)].find((key) =>
    Object.hasOwn(meanings, key),
  )
  return fitting === undefined ? 'database-failed' : (meanings[fitting] ?? 'database-failed')
}

/** Of the network, of TLS or of the driver. */
function codeOfOther(cause: unknown): StoreErrorCode {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const text = messageOf(cause)
  const isTls =
    /CERT|SSL|TLS|ALTNAME|SIGNATURE|UNABLE_TO/.test(code) || /SSL|certificate/.test(text)
  const isPassword = /SASL|password/i.test(text)
  return isTls || isPassword ? 'database-refuses' : 'database-away'
}
