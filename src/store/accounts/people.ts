import type { AccountState, Authenticator } from '../../accounts/index.ts'
import type { StoreContext } from '../context.ts'
import { StoreError } from '../errors.ts'
import { type Named, prepare, type Queries } from '../queries.ts'
import type { AuthenticatorRow, ReceiptRow } from '../schema.ts'
import { unansweredOf } from '../sign-ins/pauses.ts'
import { freshState, toState } from './account-rows.ts'
import { fromRow } from './authenticator-rows.ts'
import { ringsRead } from './phones/silence.ts'
import { createUserCache } from './user-cache.ts'

/** All a sign-in needs to know of one person. */
export type StoredPerson = {
  readonly state: AccountState
  readonly authenticators: readonly Authenticator[]
  /** What went to phones of theirs, the newest first; absent where nothing did. */
  readonly rings?: readonly ReceiptRow[]
  /** How they are called; undefined before that was noted. */
  readonly name: string | undefined
}

/** People as the store knows them, read in one go and kept while nothing changes. */
export interface People {
  load(userKey: string): Promise<StoredPerson>
  /** What is kept, if anything; asks no one. */
  peek(userKey: string): StoredPerson | undefined
  /** Must be called when a change is handed to the connection, before it is carried out. */
  forget(userKey: string): void
  /** Applies a change that is durable to what is kept. */
  update(userKey: string, change: (person: StoredPerson) => StoredPerson): void
}

export function createPeople(context: StoreContext): People {
  const { connection, sealer } = context
  const query = prepareQueries(context.queries)
  const cache = createUserCache<StoredPerson>(context.cacheUsers)

  async function load(userKey: string): Promise<StoredPerson> {
    const [[state], [user], rows, codes, [chosen], rings, unanswered] = await connection.atomically(
      [
        query.state({ userKey }),
        query.name({ userKey }),
        query.authenticators({ userKey }),
        query.codes({ userKey }),
        query.language({ userKey }),
        query.rings({ userKey }),
        query.unanswered({ userKey }),
      ],
    )
    return {
      state: {
        ...(state === undefined ? freshState(userKey) : toState(state)),
        ...languageIn(chosen),
        ...(unanswered.length === 0 ? {} : { unanswered: unanswered.map(unansweredOf) }),
      },
      authenticators: rows.flatMap((row) => {
        const mine = codes.filter((code) => code.authenticator_id === row.id)
        return openRow(row, {
          codeHashes: mine.filter((code) => code.spent_by === null).map(hashOf),
          usedHashes: mine.filter((code) => code.spent_by !== null).map(hashOf),
          ...lastUseOf(mine),
        })
      }),
      name: user?.name,
      ...(rings.length === 0 ? {} : { rings }),
    }
  }

  // One row that was swapped or damaged must not make the person's other authenticators unusable.
  function openRow(row: AuthenticatorRow, codes: Parameters<typeof fromRow>[1]): Authenticator[] {
    try {
      return [fromRow(row, codes, sealer)]
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      context.onUnreadable(error)
      return []
    }
  }

  return {
    load: (userKey) => cache.get(userKey, () => load(userKey)),
    peek: (userKey) => cache.peek(userKey),
    forget: (userKey) => cache.forget(userKey),
    update: (userKey, change) => cache.update(userKey, change),
  }
}

function languageIn(row: { readonly language: string | null } | undefined) {
  const { language = null } = row ?? {}
  return language === null ? {} : { language }
}

function lastUseOf(codes: readonly { readonly spent_at_ms: number | null }[]) {
  const lastUsedMs = Math.max(...codes.map(({ spent_at_ms }) => spent_at_ms ?? 0))
  return lastUsedMs > 0 ? { lastUsedMs } : {}
}

function hashOf({ code_hash }: { readonly code_hash: Uint8Array }): Uint8Array {
  return code_hash
}

function prepareQueries(queries: Queries) {
  type User = { readonly userKey: string }
  return {
    state: prepare((value: Named<User>) =>
      queries.selectFrom('account_state').selectAll().where('user_key', '=', value('userKey')),
    ),
    name: prepare((value: Named<User>) =>
      queries.selectFrom('user').select('name').where('user_key', '=', value('userKey')),
    ),
    authenticators: prepare((value: Named<User>) =>
      queries
        .selectFrom('authenticator')
        .selectAll()
        .where('user_key', '=', value('userKey'))
        .orderBy('created_at_ms')
        .orderBy('id'),
    ),
    language: prepare((value: Named<User>) =>
      queries.selectFrom('person').select('language').where('user_key', '=', value('userKey')),
    ),
    rings: prepare((value: Named<User>) =>
      queries
        .selectFrom('receipt')
        .selectAll()
        .where('user_key', '=', value('userKey'))
        .orderBy('at_ms', 'desc')
        .limit(ringsRead),
    ),
    unanswered: prepare((value: Named<User>) =>
      queries.selectFrom('unanswered').selectAll().where('user_key', '=', value('userKey')),
    ),
    codes: prepare((value: Named<User>) =>
      queries
        .selectFrom('recovery_code')
        .select(['authenticator_id', 'code_hash', 'spent_by', 'spent_at_ms'])
        .where('user_key', '=', value('userKey')),
    ),
  }
}
