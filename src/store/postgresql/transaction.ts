import type { CompiledQuery } from 'kysely'
import type { QueryResult } from 'pg'
import { StoreError } from '../errors.ts'
import { isLocked, mayRunAgain, sqlStateOf, toStoreError } from './failures.ts'
import { lockClass, type Session, turnLock } from './session.ts'
import { toValue } from './values.ts'

export type Row = Readonly<Record<string, unknown>>

/** What counts together, or not at all. */
export type Queries = readonly CompiledQuery[]

/** Of one request: the rows of each of its queries, or why nothing of it was done; `isOwn`: by its own statement. */
export type Outcome =
  | { readonly rows: readonly (readonly Row[])[] }
  | { readonly error: unknown; readonly isOwn?: boolean }

export type TransactionOptions = {
  /** Whether other processes write too: then each takes its turn, as the processes of a SQLite file would. */
  readonly takesTurns: boolean
  /** Called for each transaction that writes. Default: none. */
  readonly fence?: (() => Fence | undefined) | undefined
  /** Longer than the session's, for what takes its time. */
  readonly statementTimeoutMs?: number
  /** Of requests that have failed because of a lock: they must not keep the others waiting. */
  readonly lockTimeoutMs?: number | undefined
  /**
   * Told the answers before the commit is sent: from then on, only the answer of the server tells whether they count.
   * `fence`: what the transaction has left in the row of its process. Throws where it must not be sent.
   */
  readonly onCommit?: (outcomes: readonly Outcome[], fence: Fence | undefined) => void
}

/** What goes before a write. */
export type Fence = {
  /** The process that must be alive in the eyes of the others for the write to count. */
  readonly processId: string
  /** Stays in its row where the write counts: another number for each transaction. */
  readonly mark: number
}

const mostTries = 5
const longLockMs = 2_000
/** Once something is known to be locked, what else is locked is found sooner. */
const shortLockMs = 100

/** Divides by zero, and so undoes the transaction, once other processes have declared this one dead (O11). */
const fenceStatement = `with alive as (
    update node set last_write = $2 where process_id = $1 and state in ('serving', 'draining')
    returning 1)
  select 1 / count(*) from alive`
const divisionByZero = '22012'

/**
 * Carries out many requests in their order, in one transaction and one flush of the disk. Where one fails, the others
 * run again without it. Rejects where the connection ends or the server
 * says that a standby was not waited for: then what was done is unknown, if `onCommit` was called.
 */
export async function runTogether(
  session: Session,
  requests: readonly Queries[],
  options: TransactionOptions,
): Promise<readonly Outcome[]> {
  const outcomes = new Map<Queries, Outcome>()
  let { lockTimeoutMs } = options
  for (let tries = 1; ; tries += 1) {
    const left = requests.filter((request) => !outcomes.has(request))
    const withAnswers = (answers: readonly Outcome[]) =>
      requests.map(
        (request) => outcomes.get(request) ?? answers[left.indexOf(request)] ?? { rows: [] },
      )
    const done = await attempt(session, left, {
      ...options,
      ...(lockTimeoutMs === undefined ? {} : { lockTimeoutMs }),
      onCommit: (answers, fence) => options.onCommit?.(withAnswers(answers), fence),
    })
    if ('outcomes' in done) return withAnswers(done.outcomes)
    const { error, failed } = done
    if (mayRunAgain(error) && tries <= mostTries) continue
    if (isLocked(error)) lockTimeoutMs = shortLockMs
    const isOwn = failed !== undefined
    // Of the commit, or of what goes before: it is no one's more than another's.
    for (const request of isOwn ? left.slice(failed, failed + 1) : left) {
      outcomes.set(request, { error, isOwn })
    }
    if (outcomes.size === requests.length) {
      return requests.map((request) => outcomes.get(request) ?? { error })
    }
  }
}

type Attempt =
  | { readonly outcomes: readonly Outcome[] }
  /** Nothing of it has happened. `failed`: which request it was; undefined where it was one of ours. */
  | { readonly error: unknown; readonly failed?: number }

/** One transaction. */
async function attempt(
  session: Session,
  requests: readonly Queries[],
  options: TransactionOptions,
): Promise<Attempt> {
  const before = session.unreplicated()
  const only = requests.length === 1 ? requests[0] : undefined
  const isLong = options.statementTimeoutMs !== undefined || options.lockTimeoutMs !== undefined
  const needsTransaction = only?.length !== 1 || isLong || takesTurn(requests, options)
  const done = needsTransaction
    ? await runTransaction(session, requests, options)
    : await runStatement(session, only, options)
  if (session.unreplicated() > before) {
    throw new StoreError('database-away', 'the commit did not wait for its standby')
  }
  return done
}

async function runStatement(
  session: Session,
  [query]: Queries,
  { onCommit }: TransactionOptions,
): Promise<Attempt> {
  if (query === undefined) return { outcomes: [{ rows: [] }] }
  // It commits by itself.
  onCommit?.([], undefined)
  try {
    return { outcomes: [{ rows: [(await send(session, query)).rows] }] }
  } catch (error) {
    return { ...onlyIfUndone(error), failed: 0 }
  }
}

/**
 * All that was asked is sent at once. The commit goes when all answers are there: where its own answer is lost, they are
 * known, and need not be asked for again.
 */
async function runTransaction(
  session: Session,
  requests: readonly Queries[],
  options: TransactionOptions,
): Promise<Attempt> {
  const { client } = session
  const { lockTimeoutMs, statementTimeoutMs } = options
  const writes = takesTurn(requests, options)
  const fence = writes ? options.fence?.() : undefined
  const opening = [client.query('begin')]
  if (statementTimeoutMs !== undefined) {
    opening.push(client.query(`set local statement_timeout = ${statementTimeoutMs}`))
    // Whatever asks for a table waits behind a change of it that waits itself.
    opening.push(client.query(`set local lock_timeout = ${longLockMs}`))
  }
  if (writes) {
    // A statement of its own: the snapshot of the next one is taken when the lock is ours.
    const values = [lockClass, turnLock]
    opening.push(client.query('select pg_advisory_xact_lock($1, $2)', values))
  }
  if (lockTimeoutMs !== undefined) {
    opening.push(client.query(`set local lock_timeout = ${lockTimeoutMs}`))
  }
  if (fence !== undefined) {
    // Behind the lock, and so behind a process that has declared us dead.
    opening.push(client.query(fenceStatement, [fence.processId, fence.mark]))
  }
  const asked = requests.map((queries) => queries.map((query) => send(session, query)))
  const answers = await Promise.allSettled([...opening, ...asked.flat()])
  const failed = answers.find((answer) => answer.status === 'rejected')
  if (failed !== undefined) {
    const { error } = onlyIfUndone(failed.reason)
    const index = answers.indexOf(failed)
    if (index === 0) {
      // Without a transaction, each of the statements behind it has counted by itself.
      options.onCommit?.([], undefined)
      throw new StoreError('database-failed', 'no transaction was begun', { cause: error })
    }
    await rollBack(session)
    if (fence !== undefined && isFenceFailure(error, index, opening.length)) {
      return {
        error: new StoreError('node-dead', `process ${fence.processId} may no longer write`),
      }
    }
    return { error, ...whose(requests, index - opening.length) }
  }
  const results = await Promise.all(asked.map((queries) => Promise.all(queries)))
  const outcomes = results.map((result) => ({ rows: result.map(({ rows }) => rows) }))
  options.onCommit?.(outcomes, fence)
  try {
    const { command } = await client.query('commit')
    if (command === 'COMMIT') return { outcomes }
  } catch (error) {
    return onlyIfUndone(error)
  }
  return { error: new StoreError('database-failed', 'rolled back') }
}

async function rollBack({ client }: Session): Promise<void> {
  try {
    await client.query('rollback')
  } catch (error) {
    throw toStoreError(error)
  }
}

/** Whose statement has this place among all; no one's, where it is one of ours. */
function whose(requests: readonly Queries[], place: number): { readonly failed?: number } {
  if (place < 0) return {}
  let end = 0
  const failed = requests.findIndex((queries) => {
    end += queries.length
    return place < end
  })
  return failed < 0 ? {} : { failed }
}

/** The last statement before what was asked. */
function isFenceFailure(error: unknown, index: number, opened: number): boolean {
  return index === opened - 1 && sqlStateOf(error) === divisionByZero
}

/** An error with a code of PostgreSQL undoes what failed; any other leaves open what has happened. */
function onlyIfUndone(error: unknown): { readonly error: unknown } {
  const state = sqlStateOf(error)
  if (state === undefined || state.startsWith('57P') || state.startsWith('08')) {
    throw toStoreError(error)
  }
  return { error }
}

function send({ client }: Session, { sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
  return client.query<Row>({ text: sql, values: parameters.map(toValue) })
}

function takesTurn(requests: readonly Queries[], { takesTurns }: TransactionOptions): boolean {
  return takesTurns && !requests.every(isReadOnly)
}

/** Whether nothing of a request changes anything. */
export function isReadOnly(queries: Queries): boolean {
  return queries.every(({ query }) => isSelect(query))
}

function isSelect(query: CompiledQuery['query']): boolean {
  return query.kind === 'SelectQueryNode'
}
