import type { CompiledQuery } from 'kysely'
import { sql } from 'kysely'
import type { StoreReach, TakeOvers } from '../../accounts/index.ts'
import { type Clock, messageOf } from '../../support/index.ts'
import type { Connection, ConnectionHealth, RowsOf } from '../connection.ts'
import { StoreError, type StoreErrorCode } from '../errors.ts'
import { openEntering, type RowsLost, type TakeOver } from './again/entering.ts'
import { Request } from './again/request.ts'
import { createRest } from './again/rest.ts'
import { createUnsure } from './again/unsure.ts'
import { destroyClient } from './client.ts'
import { isElsewhere, isLocked, mayPass, sqlStateOf, toStoreError } from './failures.ts'
import { createMembership, type NodeSelf } from './membership.ts'
import type { PostgresqlPlace } from './place.ts'
import { createPostgresqlQueries } from './queries.ts'
import { openSeenServer, type SeenServer } from './seen-server.ts'
import { createSpends } from './spends.ts'
import { type Ask, createBoundaries } from './take-overs.ts'
import { type Fence, type Outcome, type Row, runTogether } from './transaction.ts'

export type PostgresqlOptions = {
  readonly place: PostgresqlPlace
  readonly clock: Clock
  /** `several`: other processes may have the database open too, and each takes its turn to write. Default: alone. */
  readonly sharing?: 'alone' | 'several'
  /** A process that serves, over which the others watch. Absent for a command. */
  readonly node?: NodeSelf
  /** A commit above this counts as "store failed" (RULES 30). Default 2000. */
  readonly commitTimeoutMs?: number
  /** How long what `patiently` asks is tried again. Default 0. */
  readonly patienceMs?: number
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

/** Connection to a database, which also knows what a take-over has left open. */
export type PostgresqlConnection = Connection & {
  readonly takeOvers: TakeOvers
  readonly reach: StoreReach
  /** To be called once the tables are up to date. */
  noteServer(): Promise<void>
}

type SubmitOptions = {
  readonly timeoutMs?: number
  readonly epoch?: number
  readonly patienceMs?: number
}

/** Rows of one transaction stay in the server's memory and ours until it ends. */
const requestsAtOnce = 500
const fewestAtOnce = 10
/** While the database is known to be away, people hear so sooner. */
const awayMs = 1_000
/** Who asks after such an answer need not ask first whether there are any. */
const freshMs = 1_000
/** What it fails with while no server answers, or none that may go on. */
const awayCodes: readonly StoreErrorCode[] = ['database-away', 'store-too-slow']
/** How long a lock is waited for that has stopped a request before. */
const blockedLockMs = 100
/** A statement that takes too long may be what it asks for, and not the moment. */
const mostCancelled = 3

/**
 * PostgreSQL through one connection: while it commits one transaction, requests gather for the next, as with SQLite.
 * Resolves when the database could be entered; rejects with StoreError `database-…`. A connection that is lost is
 * made again when something is asked, at the host that is the primary then.
 */
export async function connectPostgresql(options: PostgresqlOptions): Promise<PostgresqlConnection> {
  const { place, clock, sharing = 'alone', commitTimeoutMs = 2000, maxWaiting = 50_000 } = options
  const { patienceMs = 0 } = options
  const { onTakeOver = () => undefined, onRowsLost = () => undefined } = options
  const { seen = await openSeenServer(undefined, clock) } = options
  const boundaries = createBoundaries(clock, options.losesNothing ?? false)
  const membership = createMembership(options.node, clock)
  const queries = createPostgresqlQueries()
  const ping = sql`select 1`.compile(queries)
  const unsure = createUnsure(queries)
  const spends = createSpends(clock)
  const queue: Request[] = []
  const rest = createRest((requests) => {
    // What is blocked lets others go first.
    queue.unshift(...requests.filter(({ isBlocked }) => !isBlocked))
    queue.push(...requests.filter(({ isBlocked }) => isBlocked))
    startWork()
  })
  let writes = 0
  const anew = {
    error: new StoreError('database-anew', 'the connection to the database was lost meanwhile'),
  }
  let together = requestsAtOnce
  let waitingOutside = 0
  let isWorking = false
  let idle: (() => void) | undefined
  let isHurried = false
  let closing: Promise<void> | undefined
  let failureCode: string | undefined
  let lastCommitMs = 0
  let answeredAtMs = clock.nowMs()
  let awaySinceMs: number | undefined

  const entering = await openEntering({
    ...{ place, clock, sharing, commitTimeoutMs, isNode: options.node !== undefined },
    ...{ boundaries, membership, seen, spends, unsure, onRowsLost, onTakeOver },
  })
  const { enter, epoch, leave } = entering

  function nextFence(): Fence | undefined {
    const processId = membership.fence()
    if (processId === undefined) return undefined
    writes += 1
    return { processId, mark: writes }
  }

  async function work(): Promise<void> {
    // Behind the promise callbacks of the answers just given: what they ask next shares one commit.
    await new Promise((resolve) => setImmediate(resolve))
    while (queue.length > 0) {
      const batch = queue.splice(0, countTogether())
      waitingOutside = batch.length
      await carryOut(batch)
      waitingOutside = 0
    }
    isWorking = false
    idle?.()
  }

  /** What is blocked goes by itself. */
  function countTogether(): number {
    const end = queue.findIndex(({ isBlocked }) => isBlocked)
    return end < 0 ? together : Math.min(together, Math.max(1, end))
  }

  function startWork(): void {
    if (isWorking || queue.length === 0) return
    isWorking = true
    void work()
  }

  async function carryOut(batch: readonly Request[]): Promise<void> {
    const askedMs = batch.reduce((most, request) => Math.max(most, request.timeoutMs), 0)
    const isAway = failureCode !== undefined && !entering.isOpen()
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
      // What is too much for one transaction would be too much the next time.
      together = Math.max(fewestAtOnce, Math.floor(Math.min(together, batch.length) / 2))
      answeredAtMs = Number.NEGATIVE_INFINITY
      awaySinceMs ??= clock.nowMs()
      // Those that wait would come to the same, one time-out after the other.
      endTry(new Map([...batch, ...queue.splice(0)].map((request) => [request, error])))
    }
    lastCommitMs = clock.nowMs() - startedAtMs
  }

  async function runBatch(
    batch: readonly Request[],
    timeoutMs: number,
    goesOn: () => boolean,
    note: (error: StoreError) => void,
  ): Promise<readonly Outcome[]> {
    for (;;) {
      const open = await enter(goesOn, note)
      // The caller was told that it failed, so it must not happen later.
      if (!goesOn()) throw new StoreError('store-too-slow', 'given up before it was carried out')
      const asked = batch.filter(
        (request) => request.known === undefined && !request.isOutdated(epoch()),
      )
      const outcomeOf = (answers: readonly Outcome[]) =>
        new Map(asked.map((request, index) => [request, answers[index] ?? anew]))
      const done = await runTogether(
        open,
        asked.map((request) => request.queries),
        {
          takesTurns: sharing === 'several',
          fence: nextFence,
          lockTimeoutMs: batch[0]?.isBlocked === true ? blockedLockMs : undefined,
          ...(timeoutMs > commitTimeoutMs ? { statementTimeoutMs: timeoutMs } : {}),
          onCommit(answers, fence) {
            if (!goesOn()) throw new StoreError('store-too-slow', 'given up before its commit')
            unsure.begin(outcomeOf(answers), fence)
          },
        },
      )
      // The caller that gave it up has been told that it is unknown.
      if (!goesOn()) throw new StoreError('store-too-slow', 'given up before it was answered')
      unsure.end()
      const found = outcomeOf(done)
      const outcomes = batch.map((request) => request.known ?? found.get(request) ?? anew)
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

  /** One try has failed: there is another, or that is the answer. */
  function endTry(failed: ReadonlyMap<Request, StoreError>): void {
    const left: Request[] = []
    for (const [request, error] of failed) {
      request.tries += 1
      if (mayTryAgain(request, error)) left.push(request)
      else request.reject(request.isOutdated(epoch()) ? anew.error : error)
    }
    // Together, so that they stay in their order.
    rest.add(left)
  }

  function mayTryAgain(request: Request, error: StoreError): boolean {
    if (isHurried || !request.isPatient || request.isOutdated(epoch())) return false
    if (unsure.isLost(request)) return false
    return mayPass(error) && !isCancelledOften(request, error)
  }

  function isCancelledOften({ tries }: Request, { cause }: StoreError): boolean {
    return sqlStateOf(cause) === '57014' && tries >= mostCancelled
  }

  function settle(batch: readonly Request[], outcomes: readonly Outcome[]): void {
    failureCode = undefined
    answeredAtMs = clock.nowMs()
    awaySinceMs = undefined
    together = Math.min(requestsAtOnce, together * 2)
    const failed = new Map<Request, StoreError>()
    batch.forEach((request, index) => {
      const outcome: Outcome = outcomes[index] ?? { error: undefined }
      if ('rows' in outcome) {
        request.resolve(outcome.rows)
        // Most often it was one lock that stopped them all, and it is gone.
        if (request.isBlocked) for (const other of queue) other.isBlocked = false
        return
      }
      request.isBlocked ||= outcome.isOwn === true && isLocked(outcome.error)
      failed.set(request, toStoreError(outcome.error))
    })
    endTry(failed)
  }

  function submit(
    wanted: readonly CompiledQuery[],
    { timeoutMs = commitTimeoutMs, epoch: expected, patienceMs: triedMs = 0 }: SubmitOptions = {},
  ): Promise<readonly (readonly Row[])[]> {
    const refusal = refuse()
    if (refusal !== undefined) return Promise.reject(refusal)
    return new Promise((resolve, reject) => {
      const asked = { queries: wanted, timeoutMs, epoch: expected, patienceMs: triedMs }
      queue.push(new Request({ ...asked, resolve, reject }))
      startWork()
    })
  }

  function refuse(): StoreError | undefined {
    if (closing !== undefined) return new StoreError('store-closed', 'no request is taken')
    const waiting = queue.length + rest.size
    if (waiting >= maxWaiting) return new StoreError('store-busy', `${waiting} wait`)
    return undefined
  }

  function hurry(): void {
    isHurried = true
    queue.unshift(...rest.takeAll())
    startWork()
  }

  async function shutDown(): Promise<void> {
    hurry()
    if (isWorking) {
      await new Promise<void>((resolve) => {
        idle = resolve
      })
    }
    // One that is on its way would stay open.
    const ending = await entering.giveUp()
    await seen.close()
    if (ending?.isOpen() !== true) return
    // A network that is silent must not keep the process.
    const timer = clock.after(commitTimeoutMs, () => destroyClient(ending.client))
    await ending.client.end().catch(() => undefined)
    timer.cancel()
  }

  const asking = (triedMs: number): Pick<Connection, 'run' | 'atomically'> => ({
    async run<R>(query: CompiledQuery<R>) {
      const [rows] = await submit([query], { patienceMs: triedMs })
      return rows as unknown as R[]
    },
    async atomically<const Queries extends readonly CompiledQuery[]>(
      wanted: Queries,
      more: Omit<SubmitOptions, 'patienceMs'> = {},
    ) {
      return (await submit(wanted, { ...more, patienceMs: triedMs })) as unknown as RowsOf<Queries>
    },
  })

  const connection: PostgresqlConnection = {
    ...asking(0),
    patiently: () => ({ ...connection, ...asking(patienceMs) }),
    hurry,
    processId: membership.processId,
    async join(onRenewed) {
      membership.join(onRenewed)
      const entry = membership.entry()
      if (entry === undefined) return
      await submit([entry])
      membership.entered()
    },
    epoch,
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
        waiting: queue.length + rest.size + waitingOutside,
        lastCommitMs,
      }
      return failureCode === undefined ? health : { ...health, code: failureCode }
    },
    close() {
      closing ??= shutDown()
      return closing
    },
  }
  return connection
}

function isOfDead(outcome: Outcome): boolean {
  return (
    'error' in outcome && outcome.error instanceof StoreError && outcome.error.code === 'node-dead'
  )
}
