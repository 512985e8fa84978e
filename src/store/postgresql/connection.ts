import { setTimeout as sleep } from 'node:timers/promises'
import type { CompiledQuery } from 'kysely'
import { sql } from 'kysely'
import type { StoreReach, TakeOvers } from '../../accounts/index.ts'
import { type Clock, messageOf } from '../../support/index.ts'
import type { Connection, ConnectionHealth, RowsOf } from '../connection.ts'
import { StoreError, type StoreErrorCode } from '../errors.ts'
import { destroyClient } from './client.ts'
import { isElsewhere, toStoreError } from './failures.ts'
import { createMembership, type NodeSelf } from './membership.ts'
import type { PostgresqlPlace } from './place.ts'
import { createPostgresqlQueries } from './queries.ts'
import { openSeenServer, type SeenServer } from './seen-server.ts'
import { openSession, type Session } from './session.ts'
import { createSpends } from './spends.ts'
import { type Ask, createBoundaries, nameServer, readEnd } from './take-overs.ts'
import { type Outcome, type Row, runTogether } from './transaction.ts'

export type PostgresqlOptions = {
  readonly place: PostgresqlPlace
  readonly clock: Clock
  /** `several`: other processes may have the database open too, and each takes its turn to write. Default: alone. */
  readonly sharing?: 'alone' | 'several'
  /** A process that serves, over which the others watch. Absent for a command. */
  readonly node?: NodeSelf
  /** A commit above this counts as "store failed" (RULES 30). Default 2000. */
  readonly commitTimeoutMs?: number
  /** Requests that may wait. Default 50,000. */
  readonly maxWaiting?: number
  /** What this node knows of the server that it used last. Default: nothing, and it is kept in memory. */
  readonly seen?: SeenServer
  /** Whether a standby that takes over has always heard of everything. Default: it may not have. */
  readonly losesNothing?: boolean
  /** Told when another server has taken over, and how much of what was spent was written to it again. */
  readonly onTakeOver?: (event: TakeOver) => void
  /** Told when the database has fewer rows of the audit than it had acknowledged: a backup was put back, or a standby took over. */
  readonly onRowsLost?: (event: RowsLost) => void
}

export type TakeOver = { readonly timeline: number; readonly spends: number }

/** Rows of one chain of the audit: those that were there, and those that are. */
export type RowsLost = { readonly node: string; readonly before: number; readonly now: number }

/** Connection to a database, which also knows what a take-over has left open. */
export type PostgresqlConnection = Connection & {
  readonly takeOvers: TakeOvers
  readonly reach: StoreReach
  /** To be called once the tables are up to date. */
  noteServer(): Promise<void>
}

type Request = {
  readonly queries: readonly CompiledQuery[]
  readonly timeoutMs: number
  readonly epoch?: number | undefined
  resolve(rows: readonly (readonly Row[])[]): void
  reject(error: StoreError): void
}

type SubmitOptions = { readonly timeoutMs?: number; readonly epoch?: number }

/** Rows of one transaction stay in the server's memory and ours until it ends. */
const requestsAtOnce = 500
const pauseMs = 250
const writeBackMs = 30_000
/** While the database is known to be away, people hear so sooner. */
const awayMs = 1_000
/** A process that was stopped a moment ago may still have the lock. */
const startWaitMs = 3_000
/** Who asks after such an answer need not ask first whether there are any. */
const freshMs = 1_000
/** What it fails with while no server answers, or none that may go on. */
const awayCodes: readonly StoreErrorCode[] = ['database-away', 'store-too-slow']
/** What may be otherwise a moment later. */
const mayPass: readonly StoreErrorCode[] = ['database-away', 'database-in-use']
/** The server ends a statement before we give it up, so that most often we know that nothing was done. */
const serverShare = 0.8

/**
 * PostgreSQL through one connection: while it commits one transaction, requests gather for the next, as with SQLite.
 * Resolves when the database could be entered; rejects with StoreError `database-…`. A connection that is lost is
 * made again when something is asked, at the host that is the primary then.
 */
export async function connectPostgresql(options: PostgresqlOptions): Promise<PostgresqlConnection> {
  const { place, clock, sharing = 'alone', commitTimeoutMs = 2000, maxWaiting = 50_000 } = options
  const { onTakeOver = () => undefined, onRowsLost = () => undefined } = options
  const { seen = await openSeenServer(undefined, clock) } = options
  const boundaries = createBoundaries(clock, options.losesNothing ?? false)
  const membership = createMembership(options.node, clock)
  const ping = sql`select 1`.compile(createPostgresqlQueries())
  const spends = createSpends(clock)
  let epoch = 0
  let session: Session | undefined
  let entering: Promise<Session> | undefined
  const queue: Request[] = []
  let waitingOutside = 0
  let isWorking = false
  let idle: (() => void) | undefined
  let closing: Promise<void> | undefined
  let failureCode: string | undefined
  let lastCommitMs = 0
  let answeredAtMs = clock.nowMs()
  let awaySinceMs: number | undefined

  session = await enterOnce(startWaitMs)

  async function enterOnce(lockWaitMs: number): Promise<Session> {
    const statementTimeoutMs = Math.round(commitTimeoutMs * serverShare)
    const found = await openSession(place, {
      ...{ sharing, statementTimeoutMs, lockWaitMs, seen: seen.mark() },
      ...{ processId: membership.processId(), isNode: options.node !== undefined },
    })
    const timer = clock.after(writeBackMs, () => destroyClient(found.client))
    try {
      await enterBoundary(found)
      if (epoch > 0) await writeBack(found)
      await seen.use(found.mark)
      await enterTable(found)
    } catch (error) {
      destroyClient(found.client)
      throw error
    } finally {
      timer.cancel()
    }
    epoch += 1
    return found
  }

  async function enterBoundary({ client, mark }: Session): Promise<void> {
    const ask: Ask = async ({ sql: text, parameters }) =>
      (await client.query<Row>({ text, values: [...parameters] })).rows
    const before = seen.mark()
    const known = seen.acknowledged()
    const now = known && (await readEnd(ask, known.node))
    const lost = known !== undefined && now !== undefined && now < known.seq ? known : undefined
    const isOther = before !== undefined && nameServer(before) !== nameServer(mark)
    await boundaries.enter(ask, { mark, isOther, lost })
    if (lost === undefined || now === undefined) return
    seen.acknowledge({ node: lost.node, seq: now })
    onRowsLost({ node: lost.node, before: lost.seq, now })
  }

  /** A standby that copies with a delay has not heard of the last codes that were used: they would count again (O3). */
  async function writeBack(found: Session): Promise<void> {
    const { timeline } = found.mark
    if (timeline !== 0 && timeline === seen.mark()?.timeline) return
    const spent = spends.list()
    for (let at = 0; at < spent.length; at += requestsAtOnce) {
      const some = spent.slice(at, at + requestsAtOnce).map((query) => [query])
      for (const outcome of await runTogether(found, some, { takesTurns: sharing === 'several' })) {
        if ('error' in outcome) throw outcome.error
      }
    }
    onTakeOver({ timeline, spends: spent.length })
  }

  /** A new process is a new row. One that was taken out never comes back under its id. */
  async function enterTable(found: Session): Promise<void> {
    const entry = membership.entry()
    if (entry === undefined) return
    const [outcome] = await runTogether(found, [[entry]], { takesTurns: true })
    if (outcome !== undefined && 'error' in outcome) throw outcome.error
    membership.entered()
  }

  /** The open session, or a new one; tries again and again while `goesOn`. */
  async function enter(goesOn: () => boolean, note: (error: StoreError) => void): Promise<Session> {
    for (;;) {
      if (session?.isOpen() === true) return session
      session = undefined
      try {
        entering ??= enterOnce(pauseMs).finally(() => {
          entering = undefined
        })
        session = await entering
        return session
      } catch (cause) {
        const error = toStoreError(cause)
        note(error)
        if (!goesOn() || !mayPass.includes(error.code)) throw error
        await sleep(pauseMs)
        if (!goesOn()) throw error
      }
    }
  }

  function leave(): void {
    if (session !== undefined) destroyClient(session.client)
    session = undefined
  }

  async function work(): Promise<void> {
    // Behind the promise callbacks of the answers just given: what they ask next shares one commit.
    await new Promise((resolve) => setImmediate(resolve))
    while (queue.length > 0) {
      const batch = queue.splice(0, requestsAtOnce)
      waitingOutside = batch.length
      await carryOut(batch)
      waitingOutside = 0
    }
    isWorking = false
    idle?.()
  }

  function startWork(): void {
    if (isWorking || queue.length === 0) return
    isWorking = true
    void work()
  }

  async function carryOut(batch: readonly Request[]): Promise<void> {
    const askedMs = batch.reduce((most, request) => Math.max(most, request.timeoutMs), 0)
    const isAway = failureCode !== undefined && session?.isOpen() !== true
    const timeoutMs = isAway ? Math.min(askedMs, awayMs) : askedMs
    const startedAtMs = clock.nowMs()
    let isOver = false
    let seen: StoreError | undefined
    const { promise: expired, reject: expire } = Promise.withResolvers<never>()
    const timer = clock.after(timeoutMs, () => {
      isOver = true
      expire(seen ?? new StoreError('store-too-slow', `no commit within ${timeoutMs} ms`))
    })
    const goesOn = () => !isOver
    const note = (error: StoreError) => {
      seen = error
    }
    try {
      const done = runBatch(batch, askedMs, goesOn, note)
      done.catch(() => undefined)
      const outcomes = await Promise.race([done, expired])
      timer.cancel()
      settle(batch, outcomes)
    } catch (cause) {
      timer.cancel()
      isOver = true
      // Whatever it still does for us, no later request waits behind it.
      leave()
      const error = toStoreError(cause)
      failureCode = error.code
      answeredAtMs = Number.NEGATIVE_INFINITY
      awaySinceMs ??= clock.nowMs()
      for (const request of batch) request.reject(error)
      // They would come to the same, one time-out after the other.
      for (const request of queue.splice(0)) request.reject(error)
    }
    lastCommitMs = clock.nowMs() - startedAtMs
  }

  async function runBatch(
    batch: readonly Request[],
    timeoutMs: number,
    goesOn: () => boolean,
    note: (error: StoreError) => void,
  ): Promise<readonly Outcome[]> {
    const anew = {
      error: new StoreError('database-away', 'the connection to the database was lost meanwhile'),
    }
    for (;;) {
      const open = await enter(goesOn, note)
      // The caller was told that it failed, so it must not happen later.
      if (!goesOn()) throw new StoreError('store-too-slow', 'given up before it was carried out')
      const counts = (request: Request) => request.epoch === undefined || request.epoch === epoch
      const requests = batch.filter(counts).map(({ queries }) => queries)
      const done = await runTogether(open, requests, {
        takesTurns: sharing === 'several',
        fence: membership.fence(),
        ...(timeoutMs > commitTimeoutMs ? { statementTimeoutMs: timeoutMs } : {}),
      })
      let next = 0
      const outcomes = batch.map((request) => {
        if (!counts(request)) return anew
        next += 1
        return done[next - 1] ?? anew
      })
      if (done.some(isOfDead)) {
        // What was asked was asked of another process. What is asked next finds a new one.
        leave()
        membership.renew()
      }
      // A primary that became a standby: nothing was written, and another host takes it.
      const isMoved = outcomes.some((outcome) => 'error' in outcome && isElsewhere(outcome.error))
      if (!isMoved || !goesOn()) return outcomes
      leave()
    }
  }

  function settle(batch: readonly Request[], outcomes: readonly Outcome[]): void {
    failureCode = undefined
    answeredAtMs = clock.nowMs()
    awaySinceMs = undefined
    batch.forEach((request, index) => {
      const outcome = outcomes[index] ?? { error: undefined }
      if ('rows' in outcome) request.resolve(outcome.rows)
      else request.reject(toStoreError(outcome.error))
    })
  }

  function submit(
    queries: readonly CompiledQuery[],
    { timeoutMs = commitTimeoutMs, epoch: expected }: SubmitOptions = {},
  ): Promise<readonly (readonly Row[])[]> {
    const refusal = refuse()
    if (refusal !== undefined) return Promise.reject(refusal)
    return new Promise((resolve, reject) => {
      queue.push({ queries, timeoutMs, epoch: expected, resolve, reject })
      startWork()
    })
  }

  function refuse(): StoreError | undefined {
    if (closing !== undefined) return new StoreError('store-closed', 'no request is taken')
    if (queue.length >= maxWaiting) return new StoreError('store-busy', `${queue.length} wait`)
    return undefined
  }

  async function shutDown(): Promise<void> {
    if (isWorking) {
      await new Promise<void>((resolve) => {
        idle = resolve
      })
    }
    // One that is on its way would stay open.
    const ending = session ?? (await entering?.catch(() => undefined))
    session = undefined
    await seen.close()
    if (ending?.isOpen() !== true) return
    // A network that is silent must not keep the process.
    const timer = clock.after(commitTimeoutMs, () => destroyClient(ending.client))
    await ending.client.end().catch(() => undefined)
    timer.cancel()
  }

  return {
    async run<R>(query: CompiledQuery<R>) {
      const [rows] = await submit([query])
      return rows as unknown as R[]
    },
    async atomically<const Queries extends readonly CompiledQuery[]>(
      queries: Queries,
      more: SubmitOptions = {},
    ) {
      return (await submit(queries, more)) as unknown as RowsOf<Queries>
    },
    processId: membership.processId,
    async join(onRenewed) {
      membership.join(onRenewed)
      const entry = membership.entry()
      if (entry === undefined) return
      await submit([entry])
      membership.entered()
    },
    epoch: () => epoch,
    noteSpent: spends.note,
    noteAudit: (node, seq) => seen.acknowledge({ node, seq }),
    takeOvers: { isUnsure: boundaries.isUnsure },
    reach: {
      mayBeAway: () => clock.nowMs() - answeredAtMs >= freshMs,
      awayForMs: () => (awaySinceMs === undefined ? 0 : clock.nowMs() - awaySinceMs),
      async ask() {
        await submit([ping])
      },
      isAway: (error) => error instanceof StoreError && awayCodes.includes(error.code),
    },
    async noteServer() {
      const mark = seen.mark()
      if (mark === undefined) return
      const ask: Ask = async (query) => (await submit([query]))[0] ?? []
      await boundaries.enter(ask, { mark, isOther: false, lost: undefined })
    },
    copyTo: () => Promise.reject(new StoreError('database-backup', 'PostgreSQL keeps this store')),
    async look() {
      if (closing !== undefined) return undefined
      try {
        await submit([ping])
        return undefined
      } catch (error) {
        return messageOf(error)
      }
    },
    health(): ConnectionHealth {
      const health = {
        ok: failureCode === undefined,
        waiting: queue.length + waitingOutside,
        lastCommitMs,
      }
      return failureCode === undefined ? health : { ...health, code: failureCode }
    },
    close() {
      closing ??= shutDown()
      return closing
    },
  }
}

function isOfDead(outcome: Outcome): boolean {
  return (
    'error' in outcome && outcome.error instanceof StoreError && outcome.error.code === 'node-dead'
  )
}
