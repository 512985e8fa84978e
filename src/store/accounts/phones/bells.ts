import type { BellStore } from '../../../accounts/index.ts'
import { dayMs } from '../../../support/index.ts'
import type { StoreContext } from '../../context.ts'

const keptMs = 30 * dayMs

/** Which notifications went to phones, for those who ask why one did not ring. */
export function createBellStore({ connection, queries }: StoreContext): BellStore {
  return {
    async note({ promptId, phoneId, userKey, service, atMs, answer }) {
      const said = { service, at_ms: atMs, answer }
      await connection.run(
        queries
          .insertInto('bell')
          .values({ prompt_id: promptId, phone_id: phoneId, user_key: userKey, ...said })
          .onConflict((conflict) => conflict.columns(['prompt_id', 'phone_id']).doUpdateSet(said))
          .compile(),
      )
    },

    async list(userKey, fromMs, untilMs) {
      const rows = await connection.run(
        queries
          .selectFrom('bell')
          .selectAll()
          .where('user_key', '=', userKey)
          .where('at_ms', '>=', fromMs)
          .where('at_ms', '<', untilMs)
          .orderBy('at_ms')
          .orderBy('phone_id')
          .compile(),
      )
      return rows.map(({ prompt_id, phone_id, user_key, service, at_ms, answer }) => ({
        ...{ promptId: prompt_id, phoneId: phone_id, userKey: user_key },
        ...{ service, atMs: at_ms, answer },
      }))
    },

    async count(sinceMs) {
      return await connection.run(
        queries
          .selectFrom('bell')
          .select(({ fn }) => ['service', 'answer', fn.countAll<number>().as('times')])
          .where('at_ms', '>=', sinceMs)
          .groupBy(['service', 'answer'])
          .orderBy('service')
          .orderBy('answer')
          .compile(),
      )
    },

    async countPhones() {
      const [counted] = await connection.run(
        queries
          .selectFrom('authenticator')
          .select(({ fn }) => [
            fn.count<number>('id').as('phones'),
            fn.count<number>('endpoint_hash').as('subscribed'),
            fn.count<number>('unsubscribed_at_ms').as('lost'),
          ])
          .where('method', '=', 'push')
          .compile(),
      )
      return counted ?? { phones: 0, subscribed: 0, lost: 0 }
    },

    async purge(nowMs, stepRows) {
      let purged = 0
      for (;;) {
        const { length } = await connection.run(
          queries
            .deleteFrom('bell')
            .where(({ eb, refTuple }) =>
              eb(
                refTuple('prompt_id', 'phone_id'),
                'in',
                queries
                  .selectFrom('bell')
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
