import type { CompiledQuery } from 'kysely'
import type { QueryResult } from 'pg'
import { StoreError } from '../errors.ts'
import { mayRunAgain, sqlStateOf, toStoreError } from './failures.ts'
import { lockClass, type Session, turnLock } from './session.ts'
import { toValue } from './values.ts'

export type Row = Readonly<Record<string, unknown>>

/** What counts together, or not at all. */
export type Queries = readonly CompiledQuery[]

/** Of one request: the rows of each of its queries, or why nothing of it was done. */
export type Outcome = { readonly rows: readonly (readonly Row[])[] } | { readonly error: unknown }

export type TransactionOptions = {
  /** Whether other processes write too: then each takes its turn, as the processes of a SQLite file would. */
  readonly takesTurns: boolean
  /** The process that must be alive in the eyes of the others for a write to count. Default: none. */
  readonly fence?: string | undefined
  /** Longer than the session's, for what takes its time. */
  readonly statementTimeoutMs?: number
}

const mostTries = 5
const longLockMs = 2_000

/** Divides by zero, and so undoes the transaction, once other processes have declared this one dead (O11). */
const fenceStatement = `select 1 / count(*) from node
  where process_id = $1 and state in ('serving', 'draining')`
const divisionByZero = '22012'

/**
 * Carries out many requests in their order, in one transaction and one flush of the disk. Where one fails, the others
 * run again without it. Rejects where the connection ends or the server
 * says that a standby was not waited for: then what was done is unknown.
 */
export async function runTogether(
  session: Session,
  requests: readonly Queries[],
  options: TransactionOptions,
): Promise<readonly Outcome[]> {
  const outcomes = new Map<Queries, Outcome>()
  for (let tries = 1; ; tries += 1) {
    const left = requests.filter((request) => !outcomes.has(request))
    const done = await attempt(session, left, options)
    if ('outcomes' in done) {
      left.forEach((request, index) => {
        outcomes.set(request, done.outcomes[index] ?? { rows: [] })
      })
      return requests.map((request) => outcomes.get(request) ?? { rows: [] })
    }
    const { error, failed } = done
    if (mayRunAgain(error) && tries <= mostTries) continue
    const guilty = left[failed ?? 0]
    // Of the commit alone: it is no one's more than another's.
    for (const request of failed === undefined ? left : [guilty]) {
      if (request !== undefined) outcomes.set(request, { error })
    }
    if (outcomes.size === requests.length) {
      return requests.map((request) => outcomes.get(request) ?? { error })
    }
  }
}

type Attempt =
  | { readonly outcomes: readonly Outcome[] }
  /** Nothing of it has happened. `failed`: which request it was; undefined where it was the commit. */
  | { readonly error: unknown; readonly failed?: number }

/** One transaction. */
async function attempt(
  session: Session,
  requests: readonly Queries[],
  options: TransactionOptions,
): Promise<Attempt> {
  const before = session.unreplicated()
  const only = requests.length === 1 ? requests[0] : undefined
  const needsTransaction =
    only?.length !== 1 || options.statementTimeoutMs !== undefined || takesTurn(requests, options)
  const done = needsTransaction
    ? await runTransaction(session, requests, options)
    : await runStatement(session, only)
  if (session.unreplicated() > before) {
    throw new StoreError('database-away', 'the commit did not wait for its standby')
  }
  return done
}

async function runStatement(session: Session, [query]: Queries): Promise<Attempt> {
  if (query === undefined) return { outcomes: [{ rows: [] }] }
  try {
    return { outcomes: [{ rows: [(await send(session, query)).rows] }] }
  } catch (error) {
    return { ...onlyIfUndone(error), failed: 0 }
  }
}

/** All is sent at once, the commit too, so that no lock waits for us. After an error the server takes no more of it, and answers the commit with a rollback. */
async function runTransaction(
  session: Session,
  requests: readonly Queries[],
  options: TransactionOptions,
): Promise<Attempt> {
  const { client } = session
  const { statementTimeoutMs } = options
  const opening = [client.query('begin')]
  if (statementTimeoutMs !== undefined) {
    opening.push(client.query(`set local statement_timeout = ${statementTimeoutMs}`))
    // Whatever asks for a table waits behind a change of it that waits itself.
    opening.push(client.query(`set local lock_timeout = ${longLockMs}`))
  }
  if (takesTurn(requests, options)) {
    // A statement of its own: the snapshot of the next one is taken when the lock is ours.
    const values = [lockClass, turnLock]
    opening.push(client.query('select pg_advisory_xact_lock($1, $2)', values))
    // Behind the lock, and so behind whoever has declared us dead.
    if (options.fence !== undefined) opening.push(client.query(fenceStatement, [options.fence]))
  }
  const asked = requests.map((queries) => queries.map((query) => send(session, query)))
  const commit = client.query('commit')
  const answers = await Promise.allSettled([...opening, ...asked.flat(), commit])
  const failed = answers.find((answer) => answer.status === 'rejected')
  if (failed !== undefined) {
    const last = answers.at(-1)
    // Only the server's own word on the commit tells that nothing has happened.
    if (last?.status === 'rejected') return onlyIfUndone(last.reason)
    if (isFenceFailure(failed.reason, answers.indexOf(failed), opening.length)) {
      return { error: new StoreError('node-dead', `process ${options.fence} may no longer write`) }
    }
    const place = answers.indexOf(failed) - opening.length
    let end = 0
    const index = requests.findIndex((queries) => {
      end += queries.length
      return place < end
    })
    return place < 0 || index < 0
      ? { error: failed.reason }
      : { error: failed.reason, failed: index }
  }
  const { command } = await commit
  if (command !== 'COMMIT') return { error: new StoreError('database-failed', 'rolled back') }
  const results = await Promise.all(asked.map((queries) => Promise.all(queries)))
  return { outcomes: results.map((result) => ({ rows: result.map(({ rows }) => rows) })) }
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
  return takesTurns && requests.some((queries) => queries.some(({ query }) => !isSelect(query)))
}

function isSelect(query: CompiledQuery['query']): boolean {
  return query.kind === 'SelectQueryNode'
}
