import { createHash } from 'node:crypto'
import type { AuthenticatorStore } from '../../../accounts/index.ts'
import type { StoreContext } from '../../context.ts'
import { sealSubscription } from '../authenticator-rows.ts'
import type { People } from '../people.ts'

type SubscriptionStore = Pick<AuthenticatorStore, 'subscribePhone' | 'endSubscription'>

const none = { subscription: null, endpoint_hash: null } as const

/** Where phones get their notifications. */
export function createSubscriptionStore(
  { connection, queries, sealer }: StoreContext,
  people: People,
): SubscriptionStore {
  const findPhone = (id: string) =>
    queries
      .selectFrom('authenticator')
      .select(['user_key', 'endpoint_hash'])
      .where('id', '=', id)
      .where('method', '=', 'push')
      .compile()

  return {
    async subscribePhone(id, subscription) {
      const [phone] = await connection.run(findPhone(id))
      if (phone === undefined) return 'gone'
      const { user_key: userKey } = phone
      people.forget(userKey)
      const update = queries.updateTable('authenticator').where('method', '=', 'push')
      if (subscription === undefined) {
        const taken = update.set(none).where('id', '=', id).returning('id')
        return (await connection.run(taken.compile())).length > 0 ? 'kept' : 'gone'
      }
      const hash = hashOf(subscription.endpoint)
      const values = {
        subscription: sealSubscription(userKey, id, subscription, sealer),
        endpoint_hash: hash,
        unsubscribed_at_ms: null,
      }
      const [, kept] = await connection.atomically([
        // A browser that was paired again is a new phone with the endpoint of the old one.
        update
          .set(none)
          .where('endpoint_hash', '=', hash)
          .where('user_key', '=', userKey)
          .where('id', '!=', id)
          .compile(),
        update
          .set(values)
          .where('id', '=', id)
          .where(({ not, exists }) =>
            not(
              exists(
                queries
                  .selectFrom('authenticator as other')
                  .select('other.id')
                  .where('other.endpoint_hash', '=', hash)
                  .where('other.user_key', '!=', userKey),
              ),
            ),
          )
          .returning('id')
          .compile(),
      ])
      if (kept.length > 0) return 'kept'
      const [left] = await connection.run(findPhone(id))
      return left === undefined ? 'gone' : 'taken'
    },

    async endSubscription(id, endpoint, atMs) {
      const [ended] = await connection.run(
        queries
          .updateTable('authenticator')
          .set({ ...none, unsubscribed_at_ms: atMs })
          .where('id', '=', id)
          .where('endpoint_hash', '=', hashOf(endpoint))
          .returning('user_key')
          .compile(),
      )
      if (ended !== undefined) people.forget(ended.user_key)
    },
  }
}

function hashOf(endpoint: string): Uint8Array {
  return createHash('sha256').update(endpoint).digest()
}
