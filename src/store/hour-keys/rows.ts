import { sql } from 'kysely'
import type { StoreContext } from '../context.ts'
import { StoreError } from '../errors.ts'
import type { Schema } from '../schema.ts'
import type { SealedPlace } from '../sealing/sealing.ts'
import type { Begins } from './choose.ts'

type Row = Begins & { readonly sealed: Uint8Array }

/** Bound to its number: an old key cannot be put in place of a new one. */
export function hourKeyPlace(number: number): SealedPlace {
  return { table: 'hour_key', column: String(number), userKey: '' }
}

/** The newest first, with the time at the database. */
export async function readHourKeys({
  connection,
  queries,
}: StoreContext): Promise<{ readonly nowMs: number; readonly rows: readonly Row[] }> {
  const [[clock], rows] = await connection.atomically([
    sql<{
      now_ms: number
    }>`select cast(extract(epoch from clock_timestamp()) * 1000 as bigint) as now_ms`.compile(
      queries,
    ),
    queries.selectFrom('hour_key').selectAll().orderBy('number', 'desc').compile(),
  ])
  if (clock === undefined) throw new StoreError('store-failed', 'the database tells no time')
  return { nowMs: clock.now_ms, rows: rows.map(toRow) }
}

function toRow({ number, begins_ms: beginsMs, sealed }: Schema['hour_key']): Row {
  return { number, beginsMs, sealed }
}

/** Undefined where it does not open. */
export function openHourKey(
  { sealer, onUnreadable }: StoreContext,
  { number, beginsMs, sealed }: Row,
): (Begins & { readonly key: Uint8Array }) | undefined {
  try {
    return { number, beginsMs, key: sealer.open(hourKeyPlace(number), sealed) }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    onUnreadable(error)
    return undefined
  }
}

/** Where several processes make a key with this number, the first one succeeds. */
export async function addHourKey(
  { connection, queries, sealer }: StoreContext,
  { number, beginsMs }: Begins,
  key: Uint8Array,
): Promise<void> {
  await connection.run(
    queries
      .insertInto('hour_key')
      .values({ number, begins_ms: beginsMs, sealed: sealer.seal(hourKeyPlace(number), key) })
      .onConflict((conflict) => conflict.column('number').doNothing())
      .compile(),
  )
}

/** Removes those before `oldest`. */
export async function removeHourKeys(
  { connection, queries }: StoreContext,
  oldest: number,
): Promise<void> {
  await connection.run(queries.deleteFrom('hour_key').where('number', '<', oldest).compile())
}

/** Seals them with the current master key; gives how many. */
export async function resealHourKeys(context: StoreContext): Promise<number> {
  const { connection, queries, sealer } = context
  const rows = await connection.run(queries.selectFrom('hour_key').selectAll().compile())
  const stale = rows.filter(({ sealed }) => !sealer.isCurrent(sealed))
  for (const { number, sealed } of stale) {
    const place = hourKeyPlace(number)
    const opened = openHourKey(context, { number, beginsMs: 0, sealed })
    if (opened === undefined) continue
    await connection.run(
      queries
        .updateTable('hour_key')
        .set({ sealed: sealer.seal(place, opened.key) })
        .where('number', '=', number)
        .compile(),
    )
  }
  return stale.length
}
