import type { Connection } from '../connection.ts'
import { StoreError } from '../errors.ts'
import type { Queries } from '../queries.ts'

type Place = { readonly connection: Connection; readonly queries: Queries }

const movedKey = 'moved-at-ms'

/** Writes into a store that a copy has taken its place. */
export async function markMoved({ connection, queries }: Place, atMs: number): Promise<void> {
  const value = String(atMs)
  await connection.run(
    queries
      .insertInto('meta')
      .values({ key: movedKey, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .compile(),
  )
}

/**
 * Throws StoreError `store-moved` for a store that was copied elsewhere: codes that were used there could be used
 * again.
 */
export async function refuseMoved({ connection, queries }: Place): Promise<void> {
  const [row] = await connection.run(
    queries.selectFrom('meta').select('value').where('key', '=', movedKey).compile(),
  )
  if (row === undefined) return
  const atMs = Number(row.value)
  throw new StoreError('store-moved', `it was copied at ${new Date(atMs).toISOString()}`)
}
