import {
  minorChanges,
  type PhoneNotice,
  type PhoneNoticeStore,
  phoneNotices,
} from '../../accounts/index.ts'
import type { StoreContext } from '../context.ts'
import type { PhoneNoticeRow } from '../schema.ts'
import { purgeEnded } from './purge-ended.ts'

/** What phones show of changes. */
export function createPhoneNoticeStore(context: StoreContext): PhoneNoticeStore {
  const { connection, queries } = context
  const ofPerson = (userKey: string) =>
    queries.selectFrom('phone_notice').where('user_key', '=', userKey)

  return {
    async add(notice) {
      const { userKey } = notice
      const kept = ofPerson(userKey)
        .select('id')
        // Fifty new names must not push out the notice of a new phone.
        .orderBy(({ eb }) =>
          eb.case().when('kind', 'in', minorChanges).then(eb.lit(1)).else(eb.lit(0)).end(),
        )
        .orderBy('at_ms', 'desc')
        .orderBy('id')
        .limit(phoneNotices.most)
      await connection.atomically([
        queries.insertInto('phone_notice').values(toRow(notice)).compile(),
        queries
          .deleteFrom('phone_notice')
          .where('user_key', '=', userKey)
          .where('id', 'not in', kept)
          .compile(),
      ])
    },

    async list(userKey, nowMs) {
      const rows = await connection.run(
        ofPerson(userKey)
          .selectAll()
          .where('until_ms', '>', nowMs)
          .orderBy('at_ms', 'desc')
          .orderBy('id')
          .compile(),
      )
      return rows.map(fromRow)
    },

    async report(userKey, id, nowMs) {
      const [row] = await connection.run(
        queries
          .updateTable('phone_notice')
          .set({ reported_at_ms: nowMs })
          .where('user_key', '=', userKey)
          .where('id', '=', id)
          .where('until_ms', '>', nowMs)
          .where('reported_at_ms', 'is', null)
          .returningAll()
          .compile(),
      )
      return row && fromRow(row)
    },

    purge: (nowMs, stepRows) => purgeEnded(context, 'phone_notice', nowMs, stepRows),
  }
}

function toRow(notice: PhoneNotice): PhoneNoticeRow {
  return {
    ...{ id: notice.id, user_key: notice.userKey, kind: notice.kind, said: notice.text },
    ...{ made_by: notice.by, at_ms: notice.atMs, until_ms: notice.atMs + phoneNotices.keptMs },
    not_for_phone: notice.notForPhone ?? null,
    reported_at_ms: notice.reportedAtMs ?? null,
  }
}

function fromRow(row: PhoneNoticeRow): PhoneNotice {
  return {
    ...{ id: row.id, userKey: row.user_key, kind: row.kind, text: row.said },
    ...{ by: row.made_by, atMs: row.at_ms },
    ...(row.not_for_phone === null ? {} : { notForPhone: row.not_for_phone }),
    ...(row.reported_at_ms === null ? {} : { reportedAtMs: row.reported_at_ms }),
  }
}
