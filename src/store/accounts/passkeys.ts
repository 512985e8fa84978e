import type { AuthenticatorStore } from '../../accounts/index.ts'
import type { StoreContext } from '../context.ts'
import { type Named, prepare, type Queries } from '../queries.ts'
import type { People } from './people.ts'

type PasskeyStore = Pick<AuthenticatorStore, 'findPasskey' | 'usePasskey' | 'removePasskeys'>

/** What is particular to passkeys: a browser names one before anyone knows whose it is. */
export function createPasskeyStore(
  { connection, queries }: StoreContext,
  people: People,
): PasskeyStore {
  const query = prepareQueries(queries)

  return {
    async findPasskey(credentialId) {
      const [row] = await connection.run(query.find({ credentialId }))
      if (row === undefined) return undefined
      const { authenticators } = await people.load(row.user_key)
      for (const each of authenticators) {
        if (each.method === 'passkey' && each.credentialId === credentialId) return each
      }
      return undefined
    },

    async usePasskey(id, { signCount, isBackedUp, atMs }) {
      const backedUp = isBackedUp ? 1 : 0
      const use = query.use({ id, signCount, backedUp, atMs })
      const [used] = await connection.run(use)
      if (used === undefined) return false
      connection.noteSpent(use)
      people.forget(used.user_key)
      return true
    },

    async removePasskeys() {
      const rows = await connection.run(query.removeAll({}))
      for (const { user_key } of rows) people.forget(user_key)
      return rows.length
    },
  }
}

function prepareQueries(queries: Queries) {
  type Use = { id: string; signCount: number; backedUp: number; atMs: number }
  return {
    find: prepare((value: Named<{ credentialId: string }>) =>
      queries
        .selectFrom('authenticator')
        .select('user_key')
        .where('credential_id', '=', value('credentialId')),
    ),
    // In one statement, so that of two signatures with the same count one is refused (WebAuthn 6.1.1).
    use: prepare((value: Named<Use>) =>
      queries
        .updateTable('authenticator')
        .set({
          sign_count: value('signCount'),
          backed_up: value('backedUp'),
          last_used_at_ms: value('atMs'),
        })
        .where('id', '=', value('id'))
        .where('method', '=', 'passkey')
        .where(({ eb, or, and, val }) =>
          or([
            eb('sign_count', '<', value('signCount')),
            and([eb('sign_count', '=', 0), eb(val(value('signCount')), '=', 0)]),
          ]),
        )
        .returning('user_key'),
    ),
    removeAll: prepare(() =>
      queries.deleteFrom('authenticator').where('method', '=', 'passkey').returning('user_key'),
    ),
  }
}
