import { sql } from 'kysely'
import type { LimitedUse, LimitStore, Taken } from '../../accounts/index.ts'
import type { StoreContext } from '../context.ts'

type CountedUse = LimitedUse & { readonly amount: number }

/** Parts of a window that are told apart where the limit is higher than this. */
const parts = 200

/**
 * Uses are rows until their window has passed, so the windows slide and every count is exact. Below `parts` every use
 * has its own moment; above, those of one part of the window share a row, or each of many uses would cost the sum of
 * all before it. They then count a part longer, never shorter.
 */
export function createLimitStore({ connection, queries }: StoreContext): LimitStore {
  return {
    async take(uses, nowMs) {
      const counted = countEqual(uses)
      if (counted.length === 0) return { ok: true }
      const wanted = asTable(counted, nowMs)
      const [, stopped] = await connection.atomically([
        queries.deleteFrom('limit_use').where('expires_at_ms', '<=', nowMs).compile(),
        firstFull(wanted).compile(queries),
        sql`with ${wanted} insert into limit_use (key, window_ms, at_ms, expires_at_ms, amount)
          select wanted.key, wanted.window_ms, wanted.at_ms, wanted.at_ms + wanted.window_ms,
            wanted.amount
          from wanted where not exists (${full})
          on conflict (key, window_ms, at_ms)
          do update set amount = limit_use.amount + excluded.amount`.compile(queries),
      ])
      return toTaken(stopped)
    },

    async look(uses, nowMs) {
      const counted = countEqual(uses)
      if (counted.length === 0) return { ok: true }
      return toTaken(await connection.run(firstFull(asTable(counted, nowMs)).compile(queries)))
    },

    async release(keys) {
      if (keys.length === 0) return
      await connection.run(queries.deleteFrom('limit_use').where('key', 'in', keys).compile())
    },
  }
}

const full = sql`select wanted.key from wanted where wanted.amount > wanted.allowed - (
  select coalesce(sum(limit_use.amount), 0) from limit_use
  where limit_use.key = wanted.key and limit_use.window_ms = wanted.window_ms
    and limit_use.at_ms > wanted.since_ms)`

function firstFull(wanted: ReturnType<typeof asTable>) {
  return sql<{ key: string }>`with ${wanted} ${full} order by wanted.place limit 1`
}

function toTaken([first]: readonly { readonly key: string }[]): Taken {
  return first === undefined ? { ok: true } : { ok: false, key: first.key }
}

function asTable(uses: readonly CountedUse[], nowMs: number) {
  const rows = uses.map(
    ({ key, windowMs, limit, amount }, place) =>
      sql`(${whole(place)}, ${key}, ${whole(windowMs)}, ${whole(countedAtMs(limit, windowMs, nowMs))},
        ${whole(nowMs - windowMs)}, ${whole(limit)}, ${whole(amount)})`,
  )
  return sql`wanted (place, key, window_ms, at_ms, since_ms, allowed, amount) as (
    values ${sql.join(rows)})`
}

/** PostgreSQL takes a value for a text where nothing says what it is. */
function whole(value: number) {
  return sql`cast(${value} as bigint)`
}

function countedAtMs(limit: number, windowMs: number, nowMs: number): number {
  if (limit <= parts) return nowMs
  const partMs = Math.ceil(windowMs / parts)
  return Math.ceil(nowMs / partMs) * partMs
}

/** The same key in the same window twice is one use of two, held to the lower limit. */
function countEqual(uses: readonly LimitedUse[]): readonly CountedUse[] {
  const counted = new Map<string, CountedUse>()
  for (const use of uses) {
    const name = `${use.windowMs} ${use.key}`
    const before = counted.get(name)
    counted.set(name, {
      ...use,
      limit: Math.min(use.limit, before?.limit ?? use.limit),
      amount: (before?.amount ?? 0) + 1,
    })
  }
  return [...counted.values()]
}
