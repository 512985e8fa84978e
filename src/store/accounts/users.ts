import { sql } from 'kysely'
import type { Bypass } from '../../accounts/index.ts'
import { foldName } from '../../support/index.ts'
import { erasureContent, rangesARow } from '../audit/erasures.ts'
import { rangesOf } from '../audit/seq-ranges.ts'
import type { AuditWriter } from '../audit/writer.ts'
import type { StoreContext } from '../context.ts'
import {
  type AuditPlace,
  type ExportedAudit,
  type ExportedUser,
  exportAudit,
  exportUser,
} from './export-user.ts'
import { auditOf, limitsOf, personTableNames } from './person-tables.ts'
import { renewedHashName } from './renewed-hashes.ts'
import { loadStandings, type Standing } from './standings.ts'

/** A user as lists show them. */
export type ListedUser = {
  readonly userKey: string
  readonly name: string
  /** How many authenticators are enrolled here; numbers from the directory are not counted. */
  readonly authenticators: number
  readonly blocked: boolean
  readonly lockedUntilMs: number
}

/** A person whose second factor is not asked for now. */
export type ListedBypass = Bypass & { readonly userKey: string; readonly name: string }

export interface UserStore {
  /**
   * In the order of names. `search`: part of the name, in any case. `after`: the last user of the
   * page before.
   */
  listUsers(options: {
    readonly search?: string
    /** Default 100. */
    readonly limit?: number
    readonly after?: Pick<ListedUser, 'userKey' | 'name'>
  }): Promise<readonly ListedUser[]>
  /** What each of these people has set up, some hundred at a time; also those who are unknown. */
  standings(userKeys: readonly string[], nowMs: number): Promise<ReadonlyMap<string, Standing>>
  /** Bypasses that have not ended, the first to end first. */
  listBypasses(nowMs: number): Promise<readonly ListedBypass[]>
  /**
   * Erases authenticators, account state, open prompts, remembered sign-ins, counts against limits, everything of the
   * portal and the name. Portal sessions end. The audit stays for its retention; with `eraseAudit` its rows lose what
   * is personal, and rows of the audit name them (RULES 37). False when the user was unknown.
   */
  removeUser(
    userKey: string,
    options?: {
      readonly eraseAudit?: boolean
      /** Phone numbers and mail addresses of the directory, by which messages were counted. */
      readonly addresses?: readonly string[]
    },
  ): Promise<boolean>
  /** Everything there is of a person, without what is secret. `addresses` as above. */
  exportUser(userKey: string, addresses: readonly string[]): Promise<ExportedUser>
  /** What the audit has of a person, at most `limit` rows, those after `after`. */
  exportAudit(userKey: string, limit: number, after?: AuditPlace): Promise<ExportedAudit>
}

/** `forget` is called for a user whose rows go away. */
export function createUserStore(
  context: StoreContext,
  writer: AuditWriter,
  forget: (userKey: string) => void,
): UserStore {
  const { connection, queries, clock } = context

  /** In steps, so that sign-ins go on in between. Each is committed together with the row that names what it erased. */
  async function eraseAudit(userKey: string, name: string | undefined): Promise<number> {
    const step = queries
      .selectFrom('audit')
      .select(['node', 'seq'])
      .where(auditOf(userKey, name))
      .limit(rangesARow)
      .compile()
    let erased = 0
    for (;;) {
      const rows = await connection.run(step)
      if (rows.length === 0) return erased
      const byNode = Map.groupBy(rows, ({ node }) => node)
      const seqs = [...byNode].map(([node, those]) => [node, those.map(({ seq }) => seq)] as const)
      const named = new Map(seqs.map(([node, numbers]) => [node, rangesOf(numbers)]))
      await writer.append(
        erasureContent(clock.nowMs(), named),
        seqs.map(([node, numbers]) => erase(node, numbers)),
      )
      erased += rows.length
    }
  }

  function erase(node: string, seqs: readonly number[]) {
    return queries
      .updateTable('audit')
      .set({
        user_key: null,
        user_name: null,
        source_address: null,
        device: null,
        timeline: null,
        salt: null,
      })
      .where('node', '=', node)
      .where('seq', 'in', seqs)
      .compile()
  }

  return {
    async listUsers({ search = '', limit = 100, after }) {
      let query = queries
        .selectFrom('user')
        .leftJoin('account_state', 'account_state.user_key', 'user.user_key')
        .select(['user.user_key', 'user.name', 'blocked_reason', 'locked_until_ms'])
        .select((row) =>
          row
            .selectFrom('authenticator')
            .whereRef('authenticator.user_key', '=', 'user.user_key')
            .select((count) => count.fn.countAll<number>().as('count'))
            .as('authenticators'),
        )
        .orderBy('search_name')
        .orderBy('user.user_key')
        .limit(limit)
      if (search !== '') {
        const pattern = `%${foldName(search).replace(/[\\%_]/g, '\\$&')}%`
        query = query.where(sql<boolean>`search_name like ${pattern} escape '\\'`)
      }
      if (after !== undefined) {
        query = query.where((row) =>
          row(
            row.refTuple('search_name', 'user.user_key'),
            '>',
            row.tuple(foldName(after.name), after.userKey),
          ),
        )
      }
      const rows = await connection.run(query.compile())
      return rows.map((row) => ({
        userKey: row.user_key,
        name: row.name,
        authenticators: row.authenticators ?? 0,
        blocked: row.blocked_reason !== null,
        lockedUntilMs: row.locked_until_ms ?? 0,
      }))
    },

    standings: (userKeys, nowMs) => loadStandings(context, userKeys, nowMs),

    async listBypasses(nowMs) {
      const rows = await connection.run(
        queries
          .selectFrom('account_state')
          .leftJoin('user', 'user.user_key', 'account_state.user_key')
          .select(['account_state.user_key', 'user.name'])
          .select(['bypass_reason', 'bypass_until_ms', 'bypass_once'])
          .where('bypass_until_ms', '>', nowMs)
          .orderBy('bypass_until_ms')
          .compile(),
      )
      return rows.map((row) => ({
        userKey: row.user_key,
        name: row.name ?? row.user_key,
        reason: row.bypass_reason ?? '',
        untilMs: row.bypass_until_ms ?? 0,
        once: row.bypass_once === 1,
      }))
    },

    async removeUser(userKey, options = {}) {
      const { addresses = [] } = options
      const [user] = await connection.run(
        queries.selectFrom('user').select('name').where('user_key', '=', userKey).compile(),
      )
      forget(userKey)
      const deleted = await connection.atomically([
        queries
          .deleteFrom('limit_use')
          .where(limitsOf(queries, userKey, addresses))
          .returning('key as user_key')
          .compile(),
        ...personTableNames.map((table) =>
          queries.deleteFrom(table).where('user_key', '=', userKey).returning('user_key').compile(),
        ),
        queries
          .deleteFrom('secret')
          .where('name', '=', renewedHashName(userKey))
          .returning('name as user_key')
          .compile(),
      ])
      const erased = options.eraseAudit === true ? await eraseAudit(userKey, user?.name) : 0
      return erased > 0 || deleted.some((rows) => rows.length > 0)
    },

    exportUser: (userKey, addresses) => exportUser(context, userKey, addresses),
    exportAudit: (userKey, limit, after) => exportAudit(context, userKey, limit, after),
  }
}
