import type { AuthenticatorStore } from '../../../accounts/index.ts'
import type { StoreContext } from '../../context.ts'
import { type Named, prepare, type Queries } from '../../queries.ts'
import type { People } from '../people.ts'

type PhoneStore = Pick<AuthenticatorStore, 'findPhone' | 'usePhone'>

/** What is particular to phones: one names itself before anyone knows whose it is. */
export function createPhoneStore(
  { connection, queries }: StoreContext,
  people: People,
): PhoneStore {
  const query = prepareQueries(queries)

  return {
    async findPhone(id) {
      const [row] = await connection.run(query.find({ id }))
      if (row === undefined) return undefined
      const { authenticators } = await people.load(row.user_key)
      for (const each of authenticators) if (each.method === 'push' && each.id === id) return each
      return undefined
    },

    async usePhone(id, atMs) {
      const [used] = await connection.run(query.use({ id, atMs }))
      if (used === undefined) return false
      people.forget(used.user_key)
      return true
    },
  }
}

function prepareQueries(queries: Queries) {
  return {
    find: prepare((value: Named<{ id: string }>) =>
      queries
        .selectFrom('authenticator')
        .select('user_key')
        .where('id', '=', value('id'))
        .where('method', '=', 'push'),
    ),
    use: prepare((value: Named<{ id: string; atMs: number }>) =>
      queries
        .updateTable('authenticator')
        .set({ last_used_at_ms: value('atMs') })
        .where('id', '=', value('id'))
        .where('method', '=', 'push')
        .returning('user_key'),
    ),
  }
}
