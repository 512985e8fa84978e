import { sql } from 'kysely'
import type { HotpAuthenticator, TotpAuthenticator } from '../../accounts/index.ts'
import type { StoreContext } from '../context.ts'
import { StoreError } from '../errors.ts'
import { endsIn, toAsciiLower } from '../portable.ts'
import { type Named, prepare, type Queries } from '../queries.ts'
import type { AuthenticatorRow } from '../schema.ts'
import { fromRow, toRow } from './authenticator-rows.ts'
import type { People } from './people.ts'

/** Something that shows codes made from a seed. */
export type Token = TotpAuthenticator | HotpAuthenticator

/** The tokens and apps of all people, for importing many of them at once. */
export interface TokenStore {
  /** Every one, or those of one person, page by page, each with the name of its person, where that was noted. */
  pages(
    userKey?: string,
  ): AsyncIterable<readonly { readonly token: Token; readonly name: string | undefined }[]>
  /** Whether this person has any. */
  hasAny(userKey: string): Promise<boolean>
  /** Those of this person whose label ends with a blank and this serial number, in upper or lower case. */
  withSerial(userKey: string, serial: string): Promise<readonly Token[]>
  /** Takes some away and stores others, in one transaction: all of it, or nothing. */
  exchange(change: {
    readonly add: readonly Token[]
    readonly remove: readonly Token[]
  }): Promise<void>
}

const pageSize = 500

/** Many thousands of rows take longer than the single row of a sign-in. */
const timeoutMs = 60_000

export function createTokenStore(context: StoreContext, people: People): TokenStore {
  const { connection, sealer } = context
  const query = prepareQueries(context.queries)

  function open(row: AuthenticatorRow): Token | undefined {
    try {
      const token = fromRow(row, { codeHashes: [], usedHashes: [] }, sealer)
      return token.method === 'totp' || token.method === 'hotp' ? token : undefined
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      context.onUnreadable(error)
      return undefined
    }
  }

  return {
    async *pages(userKey) {
      let after = ''
      for (;;) {
        const rows = await connection.run(
          userKey === undefined ? query.page({ after }) : query.pageOf({ userKey, after }),
        )
        yield rows.flatMap(({ name, ...row }) => {
          const token = open(row)
          return token === undefined ? [] : [{ token, name: name ?? undefined }]
        })
        const last = rows.at(-1)
        if (last === undefined || rows.length < pageSize) return
        after = last.id
      }
    },

    async hasAny(userKey) {
      return (await connection.run(query.any({ userKey }))).length > 0
    },

    async withSerial(userKey, serial) {
      const rows = await connection.run(
        query.withSerial({ userKey, ending: ` ${toAsciiLower(serial)}` }),
      )
      return rows.flatMap((row) => open(row) ?? [])
    },

    async exchange({ add, remove }) {
      const queries = remove.map(({ id, userKey }) => query.remove({ id, userKey }))
      for (let at = 0; at < add.length; at += pageSize) {
        queries.push(
          ...add.slice(at, at + pageSize).map((token) => query.add(toRow(token, sealer))),
        )
        // Sealing thousands at a stretch would keep sign-ins waiting.
        await new Promise(setImmediate)
      }
      for (const { userKey } of [...remove, ...add]) people.forget(userKey)
      await connection.atomically(queries, { timeoutMs })
      for (const { userKey } of [...remove, ...add]) people.forget(userKey)
    },
  }
}

function prepareQueries(queries: Queries) {
  const tokens = queries.selectFrom('authenticator').where('method', 'in', ['totp', 'hotp'])
  const page = tokens
    .leftJoin('user', 'user.user_key', 'authenticator.user_key')
    .selectAll('authenticator')
    .select('user.name')
    .orderBy('authenticator.id')
    .limit(pageSize)
  return {
    page: prepare((value: Named<{ after: string }>) =>
      page.where('authenticator.id', '>', value('after')),
    ),
    pageOf: prepare((value: Named<{ userKey: string; after: string }>) =>
      page
        .where('authenticator.user_key', '=', value('userKey'))
        .where('authenticator.id', '>', value('after')),
    ),
    any: prepare((value: Named<{ userKey: string }>) =>
      tokens.select('id').where('user_key', '=', value('userKey')).limit(1),
    ),
    withSerial: prepare((value: Named<{ userKey: string; ending: string }>) =>
      tokens
        .selectAll()
        .where('user_key', '=', value('userKey'))
        .where(endsIn(sql`lower(label)`, sql.val(value('ending')))),
    ),
    remove: prepare((value: Named<{ id: string; userKey: string }>) =>
      queries
        .deleteFrom('authenticator')
        .where('id', '=', value('id'))
        .where('user_key', '=', value('userKey')),
    ),
    add: prepare((value: Named<AuthenticatorRow>) =>
      queries.insertInto('authenticator').values({
        id: value('id'),
        user_key: value('user_key'),
        method: value('method'),
        label: value('label'),
        created_at_ms: value('created_at_ms'),
        algorithm: value('algorithm'),
        digits: value('digits'),
        period_seconds: value('period_seconds'),
        seed: value('seed'),
        drift_steps: value('drift_steps'),
        valid_from_ms: value('valid_from_ms'),
        valid_until_ms: value('valid_until_ms'),
        last_step: value('last_step'),
        recent_steps: value('recent_steps'),
        spent_ahead: value('spent_ahead'),
        counter: value('counter'),
        spent_by: value('spent_by'),
        spent_at_ms: value('spent_at_ms'),
        spent_claim: value('spent_claim'),
        phone: value('phone'),
        backup_phone: value('backup_phone'),
        pin: value('pin'),
        extension: value('extension'),
        address: value('address'),
        set_up_by: value('set_up_by'),
        shown_to_agent: value('shown_to_agent'),
      }),
    ),
  }
}
