import type { EnrolmentCode, EnrolmentCodeStore } from '../../accounts/index.ts'
import type { StoreContext } from '../context.ts'
import { type Named, prepare, type Queries } from '../queries.ts'
import type { EnrolmentCodeRow } from '../schema.ts'
import { purgeEnded } from './purge-ended.ts'

/** Codes of the helpdesk, one a person. */
export function createEnrolmentCodeStore(context: StoreContext): EnrolmentCodeStore {
  const { connection, queries } = context
  const query = prepareQueries(queries)

  return {
    async put(code) {
      const { user_key, ...values } = toRow(code)
      await connection.run(
        queries
          .insertInto('enrolment_code')
          .values({ user_key, ...values })
          .onConflict((conflict) => conflict.column('user_key').doUpdateSet(values))
          .compile(),
      )
    },

    async look(userKey, nowMs) {
      const [row] = await connection.run(query.look({ userKey, nowMs }))
      return row && fromRow(row)
    },

    async spend(userKey, codeHash, nowMs) {
      const spend = query.spend({ userKey, codeHash, nowMs })
      const [right, wrong] = await connection.atomically([
        spend,
        query.takeTry({ userKey, nowMs }),
        query.removeTried({ userKey }),
      ])
      if (right.length > 0) {
        connection.noteSpent(spend)
        return 'right'
      }
      return wrong.length > 0 ? 'wrong' : 'none'
    },

    async remove(userKey) {
      const removed = await connection.run(query.remove({ userKey }))
      return removed.length > 0
    },

    purge: (nowMs, stepRows) => purgeEnded(context, 'enrolment_code', nowMs, stepRows),
  }
}

function toRow(code: EnrolmentCode): EnrolmentCodeRow {
  return {
    user_key: code.userKey,
    code_hash: code.codeHash,
    created_at_ms: code.createdAtMs,
    until_ms: code.untilMs,
    tries_left: code.triesLeft,
    password_stamp: code.passwordStamp ?? null,
    made_by: code.madeBy,
  }
}

function fromRow(row: EnrolmentCodeRow): EnrolmentCode {
  return {
    userKey: row.user_key,
    codeHash: row.code_hash,
    createdAtMs: row.created_at_ms,
    untilMs: row.until_ms,
    triesLeft: row.tries_left,
    ...(row.password_stamp === null ? {} : { passwordStamp: row.password_stamp }),
    madeBy: row.made_by,
  }
}

function prepareQueries(queries: Queries) {
  type User = { readonly userKey: string }
  type Moment = User & { readonly nowMs: number }
  return {
    look: prepare((value: Named<Moment>) =>
      queries
        .selectFrom('enrolment_code')
        .selectAll()
        .where('user_key', '=', value('userKey'))
        .where('until_ms', '>', value('nowMs')),
    ),
    spend: prepare((value: Named<Moment & { codeHash: Uint8Array }>) =>
      queries
        .deleteFrom('enrolment_code')
        .where('user_key', '=', value('userKey'))
        .where('code_hash', '=', value('codeHash'))
        .where('until_ms', '>', value('nowMs'))
        .returning('user_key'),
    ),
    takeTry: prepare((value: Named<Moment>) =>
      queries
        .updateTable('enrolment_code')
        .set(({ eb }) => ({ tries_left: eb('tries_left', '-', 1) }))
        .where('user_key', '=', value('userKey'))
        .where('until_ms', '>', value('nowMs'))
        .returning('user_key'),
    ),
    removeTried: prepare((value: Named<User>) =>
      queries
        .deleteFrom('enrolment_code')
        .where('user_key', '=', value('userKey'))
        .where('tries_left', '<=', 0),
    ),
    remove: prepare((value: Named<User>) =>
      queries
        .deleteFrom('enrolment_code')
        .where('user_key', '=', value('userKey'))
        .returning('user_key'),
    ),
  }
}
