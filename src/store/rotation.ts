import { authenticatorPlace, sealedColumns } from './accounts/authenticator-rows.ts'
import type { StoreContext } from './context.ts'
import { StoreError } from './errors.ts'
import { resealHourKeys } from './hour-keys/rows.ts'
import type { AuthenticatorRow } from './schema.ts'
import { insertCheck, secretPlace } from './sealing/secrets.ts'
import { resealSteps } from './web/reseal-steps.ts'

export type RotationResult = {
  /** Values sealed again. */
  readonly resealed: number
  /** Ids of authenticators whose value did not open and was left as it is. */
  readonly unreadable: readonly string[]
}

/** Rows read and sealed again in one step; others are served in between. */
const rowsAStep = 50

/**
 * Seals every value with `master` (32 bytes) while the service goes on. The new key must already be where the next
 * start finds it, beside the old one: if the process ends half-way, both are needed, and the next rotation goes on.
 * Throws StoreError when the store fails.
 */
export async function rotateKeys(
  context: StoreContext,
  master: Uint8Array,
): Promise<RotationResult> {
  const { connection, queries, sealer } = context
  sealer.keyring.promote(master)
  // First: from here on a start with the old key alone is refused.
  await connection.run(insertCheck(queries, sealer))

  // Each lasts some minutes: a person who adds a phone now asks for another code, and one who waits goes on all the
  // same.
  await connection.atomically(
    (['pairing', 'web_wait'] as const).map((table) => context.queries.deleteFrom(table).compile()),
  )

  let resealed =
    (await resealSecrets(context)) + (await resealSteps(context)) + (await resealHourKeys(context))
  const unreadable: string[] = []
  let after = ''
  for (;;) {
    const rows = await connection.run(
      queries
        .selectFrom('authenticator')
        .select(['id', 'user_key', ...sealedColumns])
        .where('id', '>', after)
        .orderBy('id')
        .limit(rowsAStep)
        .compile(),
    )
    const last = rows.at(-1)
    if (last === undefined) break
    after = last.id
    for (const row of rows) {
      try {
        resealed += await resealRow(context, row)
      } catch (error) {
        if (!(error instanceof StoreError) || error.code !== 'sealed-value-invalid') throw error
        context.onUnreadable(error)
        unreadable.push(row.id)
      }
    }
  }

  // Last: nothing that can be opened needs the old keys.
  await connection.run(
    queries.deleteFrom('key_check').where('key_id', '!=', sealer.keyring.current.id).compile(),
  )
  return { resealed, unreadable }
}

async function resealRow(
  { connection, queries, sealer }: StoreContext,
  row: Pick<AuthenticatorRow, 'id' | 'user_key' | (typeof sealedColumns)[number]>,
): Promise<number> {
  let resealed = 0
  for (const column of sealedColumns) {
    const sealed = row[column]
    if (sealed === null || sealer.isCurrent(sealed)) continue
    const place = authenticatorPlace(row.user_key, column)
    const fresh = sealer.seal(place, sealer.open(place, sealed))
    const changed = await connection.run(
      queries
        .updateTable('authenticator')
        .set({ [column]: fresh })
        .where('id', '=', row.id)
        .where(column, '=', sealed)
        .returning('id')
        .compile(),
    )
    resealed += changed.length
  }
  return resealed
}

async function resealSecrets({ connection, queries, sealer }: StoreContext): Promise<number> {
  const rows = await connection.run(queries.selectFrom('secret').selectAll().compile())
  const stale = rows.filter((row) => !sealer.isCurrent(row.sealed))
  for (const { name, sealed } of stale) {
    const place = { ...secretPlace, column: name }
    await connection.run(
      queries
        .updateTable('secret')
        .set({ sealed: sealer.seal(place, sealer.open(place, sealed)) })
        .where('name', '=', name)
        .compile(),
    )
  }
  return stale.length
}
