import type { KeptReceipt, ReceiptKind, ReceiptStore } from '../../../accounts/index.ts'
import { dayMs } from '../../../support/index.ts'
import type { StoreContext } from '../../context.ts'
import type { ReceiptRow } from '../../schema.ts'
import type { People } from '../people.ts'

const keptMs = 30 * dayMs

const columns = {
  rang: 'rang_at_ms',
  shown: 'shown_at_ms',
  opened: 'opened_at_ms',
  answered: 'answered_at_ms',
} as const satisfies Readonly<Record<ReceiptKind, keyof ReceiptRow>>

/** What phones have said of prompts. */
export function createReceiptStore(
  { connection, queries }: StoreContext,
  people: Pick<People, 'forget'>,
): ReceiptStore {
  return {
    async note({ promptId, phoneId, userKey }, kind, atMs) {
      const column = columns[kind]
      people.forget(userKey)
      await connection.run(
        queries
          .insertInto('receipt')
          .values({
            ...{ prompt_id: promptId, phone_id: phoneId, user_key: userKey, at_ms: atMs },
            ...{ rang_at_ms: null, shown_at_ms: null, opened_at_ms: null, answered_at_ms: null },
            [column]: atMs,
          })
          .onConflict((conflict) =>
            conflict
              .columns(['prompt_id', 'phone_id'])
              .doUpdateSet({ [column]: atMs })
              .where(`receipt.${column}`, 'is', null),
          )
          .compile(),
      )
    },

    async list(userKey, sinceMs) {
      const rows = await connection.run(
        queries
          .selectFrom('receipt')
          .selectAll()
          .where('user_key', '=', userKey)
          .where('at_ms', '>=', sinceMs)
          .orderBy('at_ms')
          .orderBy('phone_id')
          .compile(),
      )
      return rows.map(fromRow)
    },

    async purge(nowMs, stepRows) {
      let purged = 0
      for (;;) {
        const { length } = await connection.run(
          queries
            .deleteFrom('receipt')
            .where(({ eb, refTuple }) =>
              eb(
                refTuple('prompt_id', 'phone_id'),
                'in',
                queries
                  .selectFrom('receipt')
                  .select(['prompt_id', 'phone_id'])
                  .where('at_ms', '<', nowMs - keptMs)
                  .limit(stepRows)
                  .$asTuple('prompt_id', 'phone_id'),
              ),
            )
            .returning('prompt_id')
            .compile(),
        )
        purged += length
        if (length < stepRows) return purged
      }
    },
  }
}

function fromRow(row: ReceiptRow): KeptReceipt {
  return {
    ...{ promptId: row.prompt_id, phoneId: row.phone_id, userKey: row.user_key },
    ...(row.rang_at_ms === null ? {} : { rangAtMs: row.rang_at_ms }),
    ...(row.shown_at_ms === null ? {} : { shownAtMs: row.shown_at_ms }),
    ...(row.opened_at_ms === null ? {} : { openedAtMs: row.opened_at_ms }),
    ...(row.answered_at_ms === null ? {} : { answeredAtMs: row.answered_at_ms }),
  }
}
