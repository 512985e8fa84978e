import { CompiledQuery } from 'kysely'
import type { Clock } from '../../support/index.ts'
import type { Acknowledged } from './seen-server.ts'
import type { ServerMark } from './session.ts'
import type { Row } from './transaction.ts'

/** Carries out one statement on the connection that was just made, or on the one there is. */
export type Ask = (query: CompiledQuery) => Promise<readonly Row[]>

/**
 * `first`: nothing was forgotten. `taken-over`: this server was a standby before. `rows-lost`: it has fewer rows of the
 * audit than it had acknowledged.
 */
type Cause = 'first' | 'taken-over' | 'rows-lost'

export type Entered = {
  readonly mark: ServerMark
  /** Whether this process, or the one before it, has used another server or another life of this one. */
  readonly isOther: boolean
  /** Up to where the audit was acknowledged, where the server does not have it. */
  readonly lost: Acknowledged | undefined
}

export type Boundaries = {
  /** Learns since when this server goes on by itself. Must be called for each connection, before anything is used. */
  enter(ask: Ask, entered: Entered): Promise<void>
  /** See TakeOvers. */
  isUnsure(usableSinceMs: number): boolean
}

/**
 * Where a standby that had not heard of all takes over, what was used in the last moments could be used again (O3). The
 * first process that enters it writes when that was, by the clock of the database, for all. `losesNothing`: commits
 * wait for a standby, so that only missing rows are a sign.
 */
export function createBoundaries(clock: Clock, losesNothing: boolean): Boundaries {
  const causes: readonly Cause[] = losesNothing ? ['rows-lost'] : ['rows-lost', 'taken-over']
  let known: { readonly name: string; readonly atMs: number } | undefined

  return {
    async enter(ask, { mark, isOther, lost }) {
      const [table] = await ask(raw("select to_regclass('timeline') is not null as found"))
      if (table?.found !== true) return
      await ask(write(nameServer(mark), isOther ? 'taken-over' : 'first'))
      if (lost !== undefined) {
        await ask(write(`${nameServer(mark)} without ${lost.node} ${lost.seq}`, 'rows-lost'))
      }
      const [newest] = await ask(readNewest(causes))
      if (newest === undefined || newest.name === known?.name) return
      // As an age: the clock of this server may be far from that of the one before, and from ours.
      const agoMs = Math.max(0, Number(newest.agoMs))
      known = { name: String(newest.name), atMs: clock.nowMs() - agoMs }
    },
    isUnsure: (usableSinceMs) => known !== undefined && usableSinceMs <= known.atMs,
  }
}

/**
 * A row of this server, unless there is one. It does not wait for a standby, which may be away: if it is lost, another
 * server has taken over again. The first row of all says nothing about what was before.
 */
function write(name: string, cause: Cause): CompiledQuery {
  return raw(
    `insert into timeline (name, cause, at_ms)
      select $1::text,
        case when $2::text = 'first' and exists (select 1 from timeline) then 'taken-over' else $2::text end,
        floor(extract(epoch from clock_timestamp()) * 1000)::bigint
      where set_config('synchronous_commit', 'local', true) <> ''
      on conflict (name) do nothing`,
    [name, cause],
  )
}

function readNewest(causes: readonly Cause[]): CompiledQuery {
  return raw(
    `select name, floor(extract(epoch from clock_timestamp()) * 1000)::bigint - at_ms as "agoMs"
      from timeline where cause = any($1::text[]) order by at_ms desc limit 1`,
    [causes],
  )
}

/** A start of the server stands for its timeline where that cannot be read (O22). */
export function nameServer({ system, timeline, startedAt }: ServerMark): string {
  return timeline === 0 ? `${system} since ${startedAt}` : `${system} ${timeline}`
}

function raw(text: string, values: readonly unknown[] = []): CompiledQuery {
  return CompiledQuery.raw(text, [...values])
}

/** The last row of a chain of the audit that is there, or was purged in order; undefined where there are no tables yet. */
export async function readEnd(ask: Ask, node: string): Promise<number | undefined> {
  const [table] = await ask(raw("select to_regclass('audit_anchor') is not null as found"))
  if (table?.found !== true) return undefined
  const [end] = await ask(
    raw(
      `select greatest(
        coalesce((select max(seq) from audit where node = $1), 0),
        coalesce((select max(seq) from audit_anchor where node = $1), 0)) as seq`,
      [node],
    ),
  )
  return Number(end?.seq ?? 0)
}
