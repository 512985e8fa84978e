import { createHmac, createSecretKey } from 'node:crypto'
import type { WebSession, WebSessionStore } from '../../accounts/index.ts'
import { constantTimeEqual } from '../../support/index.ts'
import type { StoreContext } from '../context.ts'
import { type Named, prepare, type Queries } from '../queries.ts'
import type { WebSessionRow } from '../schema.ts'
import { rowUnlessBlocked } from '../unless-blocked.ts'
import { purgeEnded } from './purge-ended.ts'

/** Of one person; one more ends the oldest. */
export const sessionsAPerson = 20

/** A page asks often; writing each time would wear the disk for nothing. */
const noteSeenMs = 60_000

const longestUserAgent = 256

/**
 * Rows carry a keyed hash over all they say but when they were seen: access to the database alone is not enough to
 * make a session, to give it to another person or to prolong it beyond its end (RULES 21). `hashingKey`: 32 bytes.
 */
export function createWebSessionStore(
  context: StoreContext,
  hashingKey: Uint8Array,
): WebSessionStore {
  const { connection, queries } = context
  const query = prepareQueries(queries)
  const key = createSecretKey(hashingKey)

  function macOf({ seen_at_ms: _, mac: __, ...said }: WebSessionRow): Uint8Array {
    const { token_hash: tokenHash, ...rest } = said
    const values = Object.entries(rest).sort(([one], [other]) => (one < other ? -1 : 1))
    return createHmac('sha256', key)
      .update(JSON.stringify(['web session', Buffer.from(tokenHash).toString('hex'), values]))
      .digest()
  }

  const isOurs = (row: WebSessionRow) => constantTimeEqual(row.mac, macOf(row))

  return {
    async add(session) {
      const row = toRow(session)
      const [added] = await connection.atomically([
        insertUnlessBlocked(queries, { ...row, mac: macOf(row) }),
        endOldest(queries, session.userKey),
      ])
      return added.length > 0
    },

    async use(tokenHash, nowMs, idleMs) {
      const [row] = await connection.run(query.find({ tokenHash }))
      if (row === undefined || !isOpen(row, nowMs, idleMs) || !isOurs(row)) return undefined
      if (nowMs - row.seen_at_ms < noteSeenMs) return fromRow(row)
      const seen = await connection.run(query.see({ tokenHash, nowMs }))
      // It may have been ended meanwhile.
      return seen.length > 0 ? fromRow({ ...row, seen_at_ms: nowMs }) : undefined
    },

    async list(userKey, nowMs, idleMs) {
      const rows = await connection.run(query.list({ userKey }))
      return rows.filter((row) => isOpen(row, nowMs, idleMs) && isOurs(row)).map(fromRow)
    },

    async end(tokenHash) {
      const ended = await connection.run(query.end({ tokenHash }))
      return ended.length > 0
    },

    async endAll(userKey, except) {
      let ending = queries.deleteFrom('web_session').where('user_key', '=', userKey)
      if (except !== undefined) ending = ending.where('token_hash', '!=', except)
      return (await connection.run(ending.returning('user_key').compile())).length
    },

    async countOpen(nowMs, idleMs) {
      const [counted] = await connection.run(query.count({ nowMs, idleSinceMs: nowMs - idleMs }))
      return counted?.open ?? 0
    },

    purge: (nowMs, stepRows) => purgeEnded(context, 'web_session', nowMs, stepRows),
  }
}

function isOpen(row: WebSessionRow, nowMs: number, idleMs: number): boolean {
  return row.ends_at_ms > nowMs && row.seen_at_ms > nowMs - idleMs
}

function insertUnlessBlocked(queries: Queries, row: WebSessionRow) {
  return queries
    .insertInto('web_session')
    .columns(Object.keys(row) as (keyof WebSessionRow)[])
    .expression(rowUnlessBlocked(queries, row))
    .returning('user_key')
    .compile()
}

function endOldest(queries: Queries, userKey: string) {
  return queries
    .deleteFrom('web_session')
    .where('user_key', '=', userKey)
    .where('token_hash', 'not in', (newest) =>
      newest
        .selectFrom('web_session')
        .select('token_hash')
        .where('user_key', '=', userKey)
        .orderBy('created_at_ms', 'desc')
        .limit(sessionsAPerson),
    )
    .compile()
}

function toRow(session: WebSession): WebSessionRow {
  return {
    token_hash: session.tokenHash,
    user_key: session.userKey,
    user_name: session.userName,
    kind: session.kind,
    method: session.method ?? null,
    authenticator_id: session.authenticatorId ?? null,
    password_stamp: session.passwordStamp ?? null,
    created_at_ms: session.createdAtMs,
    seen_at_ms: session.seenAtMs,
    ends_at_ms: session.endsAtMs,
    address: session.address,
    user_agent: session.userAgent.slice(0, longestUserAgent),
    mac: new Uint8Array(),
  }
}

function fromRow(row: WebSessionRow): WebSession {
  return {
    tokenHash: row.token_hash,
    userKey: row.user_key,
    userName: row.user_name,
    kind: row.kind,
    ...(row.method === null ? {} : { method: row.method }),
    ...(row.authenticator_id === null ? {} : { authenticatorId: row.authenticator_id }),
    ...(row.password_stamp === null ? {} : { passwordStamp: row.password_stamp }),
    createdAtMs: row.created_at_ms,
    seenAtMs: row.seen_at_ms,
    endsAtMs: row.ends_at_ms,
    address: row.address,
    userAgent: row.user_agent,
  }
}

function prepareQueries(queries: Queries) {
  type Token = { readonly tokenHash: Uint8Array }
  return {
    find: prepare((value: Named<Token>) =>
      queries.selectFrom('web_session').selectAll().where('token_hash', '=', value('tokenHash')),
    ),
    see: prepare((value: Named<Token & { nowMs: number }>) =>
      queries
        .updateTable('web_session')
        .set({ seen_at_ms: value('nowMs') })
        .where('token_hash', '=', value('tokenHash'))
        .returning('user_key'),
    ),
    list: prepare((value: Named<{ userKey: string }>) =>
      queries
        .selectFrom('web_session')
        .selectAll()
        .where('user_key', '=', value('userKey'))
        .orderBy('created_at_ms'),
    ),
    end: prepare((value: Named<Token>) =>
      queries
        .deleteFrom('web_session')
        .where('token_hash', '=', value('tokenHash'))
        .returning('user_key'),
    ),
    count: prepare((value: Named<{ nowMs: number; idleSinceMs: number }>) =>
      queries
        .selectFrom('web_session')
        .select(({ fn }) => fn.countAll<number>().as('open'))
        .where('ends_at_ms', '>', value('nowMs'))
        .where('seen_at_ms', '>', value('idleSinceMs')),
    ),
  }
}
