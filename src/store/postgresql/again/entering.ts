import { setTimeout as sleep } from 'node:timers/promises'
import type { CompiledQuery } from 'kysely'
import type { Clock } from '../../../support/index.ts'
import type { StoreError, StoreErrorCode } from '../../errors.ts'
import { destroyClient } from '../client.ts'
import { toStoreError } from '../failures.ts'
import type { Membership } from '../membership.ts'
import type { PostgresqlPlace } from '../place.ts'
import type { SeenServer } from '../seen-server.ts'
import { openSession, type Session } from '../session.ts'
import type { Spends } from '../spends.ts'
import { type Ask, type Boundaries, nameServer, readEnd } from '../take-overs.ts'
import { type Row, runTogether } from '../transaction.ts'
import type { Unsure } from './unsure.ts'

export type TakeOver = { readonly timeline: number; readonly spends: number }

/** Rows of one chain of the audit: those that were there, and those that are. */
export type RowsLost = { readonly node: string; readonly before: number; readonly now: number }

export type EnteringOptions = {
  readonly place: PostgresqlPlace
  readonly clock: Clock
  readonly sharing: 'alone' | 'several'
  readonly commitTimeoutMs: number
  readonly isNode: boolean
  readonly seen: SeenServer
  readonly boundaries: Boundaries
  readonly membership: Membership
  readonly spends: Spends
  readonly unsure: Unsure
  readonly onTakeOver: (event: TakeOver) => void
  readonly onRowsLost: (event: RowsLost) => void
}

/** The way into the database: one session at a time, and what has to be known before it is used. */
export type Entering = {
  /** The open session, or a new one; tries again and again while `goesOn`. `note` hears why it does. */
  enter(goesOn: () => boolean, note: (error: StoreError) => void): Promise<Session>
  /** Ends the session at once. */
  leave(): void
  isOpen(): boolean
  /** Another number each time the database was entered. */
  epoch(): number
  /** The session there is, or the one that is on its way; from now on there is none. */
  giveUp(): Promise<Session | undefined>
}

/** Statements at once when what was spent is written again. */
const spendsAtOnce = 500
const pauseMs = 250
const writeBackMs = 30_000
/** A process that was stopped a moment ago may still have the lock. */
const startWaitMs = 3_000
/** The server ends a statement before we give it up, so that most often we know that nothing was done. */
const serverShare = 0.8
/** What may be otherwise a moment later. */
const mayEnterLater: readonly StoreErrorCode[] = ['database-away', 'database-in-use']

/** Enters for the first time. Rejects with StoreError `database-…`. */
export async function openEntering(options: EnteringOptions): Promise<Entering> {
  const { place, clock, sharing, commitTimeoutMs, isNode } = options
  const { boundaries, membership, seen, spends, unsure, onRowsLost, onTakeOver } = options
  let epoch = 0
  let entering: Promise<Session> | undefined
  let session: Session | undefined = await enterOnce(startWaitMs)

  async function enterOnce(lockWaitMs: number): Promise<Session> {
    const statementTimeoutMs = Math.round(commitTimeoutMs * serverShare)
    const found = await openSession(place, {
      ...{ sharing, statementTimeoutMs, lockWaitMs, seen: seen.mark() },
      ...{ processId: membership.processId(), isNode },
    })
    const timer = clock.after(writeBackMs, () => destroyClient(found.client))
    try {
      await enterBoundary(found)
      if (epoch > 0) await writeBack(found)
      await seen.use(found.mark)
      await enterTable(found)
      await unsure.settle((query) => writeAlone(found, query))
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

  /**
   * A standby that copies with a delay has not heard of the last codes that were used: they could be used again (O3).
   */
  async function writeBack(found: Session): Promise<void> {
    const { timeline } = found.mark
    if (timeline !== 0 && timeline === seen.mark()?.timeline) return
    const spent = spends.list()
    for (let at = 0; at < spent.length; at += spendsAtOnce) {
      const some = spent.slice(at, at + spendsAtOnce).map((query) => [query])
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
    await writeAlone(found, entry)
    membership.entered()
  }

  async function writeAlone(found: Session, query: CompiledQuery): Promise<readonly Row[]> {
    const [outcome] = await runTogether(found, [[query]], { takesTurns: true })
    if (outcome !== undefined && 'error' in outcome) throw outcome.error
    return outcome?.rows[0] ?? []
  }

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
        if (!goesOn() || !mayEnterLater.includes(error.code)) throw error
        await sleep(pauseMs)
        if (!goesOn()) throw error
      }
    }
  }

  function leave(): void {
    if (session !== undefined) destroyClient(session.client)
    session = undefined
  }

  return {
    enter,
    leave,
    isOpen: () => session?.isOpen() === true,
    epoch: () => epoch,
    async giveUp() {
      const last = session ?? (await entering?.catch(() => undefined))
      session = undefined
      return last
    },
  }
}
