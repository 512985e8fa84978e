import { randomBytes } from 'node:crypto'
import type { SharedTries, ShieldStore } from '../../accounts/index.ts'
import { dayMs } from '../../support/index.ts'
import type { StoreContext } from '../context.ts'
import type { ShieldRow } from '../schema.ts'

/** Wrong passwords that processes of one database have seen, and who checks one now (RULES 29). */
export function createShieldStore({ connection, queries }: StoreContext): ShieldStore {
  const find = (userKey: string) =>
    queries.selectFrom('shield').selectAll().where('user_key', '=', userKey).compile()

  return {
    async look(userKey) {
      const [row] = await connection.run(find(userKey))
      return row && toTries(row)
    },

    async take(userKey, turn, nowMs) {
      const until_ms = nowMs + dayMs
      const [taken, [row]] = await connection.atomically([
        queries
          .insertInto('shield')
          .values({ ...fresh, user_key: userKey, turn, until_ms })
          .onConflict((conflict) =>
            conflict
              .column('user_key')
              .doUpdateSet({ turn, until_ms })
              .where('shield.turn', 'is', null),
          )
          .returningAll()
          .compile(),
        find(userKey),
      ])
      const [own] = taken
      return own === undefined ? { busy: row?.turn ?? '' } : toTries(own)
    },

    async takeOver(userKey, from, turn, nowMs) {
      const [row] = await connection.run(
        queries
          .updateTable('shield')
          .set(({ eb }) => ({
            ...{ turn, wrong: eb('wrong', '+', 1), last_ms: nowMs },
            ...{ mark: createMark(), server: '', until_ms: nowMs + dayMs },
          }))
          .where('user_key', '=', userKey)
          .where('turn', '=', from)
          .returningAll()
          .compile(),
      )
      return row && toTries(row)
    },

    async end(userKey, turn, tried) {
      const own = queries.deleteFrom('shield').where('user_key', '=', userKey)
      const ending = queries
        .updateTable('shield')
        .set({ turn: null })
        .where('user_key', '=', userKey)
        .where('turn', '=', turn)
      if (tried.kind === 'right') {
        await connection.run(own.where('turn', '=', turn).compile())
        return ''
      }
      if (tried.kind === 'none') {
        // Where there is nothing to know, no row stays.
        const nothing = own.where('turn', '=', turn).where('mark', '=', '')
        const [, [kept]] = await connection.atomically([
          nothing.compile(),
          ending.returning('mark').compile(),
        ])
        return kept?.mark ?? ''
      }
      const mark = createMark()
      const { atMs, server } = tried
      await connection.run(
        ending
          .set((row) => ({
            mark,
            server: row
              .case()
              .when(row.or([row('mark', '=', ''), row('server', '=', server)]))
              .then(server)
              .else('')
              .end(),
          }))
          .$if(tried.kind === 'wrong', (wrong) =>
            wrong.set(({ eb }) => ({ wrong: eb('wrong', '+', 1), last_ms: atMs })),
          )
          .compile(),
      )
      return mark
    },

    async purge(nowMs, stepRows) {
      let purged = 0
      for (;;) {
        const { length } = await connection.run(
          queries
            .deleteFrom('shield')
            .where('user_key', 'in', (old) =>
              old
                .selectFrom('shield')
                .select('user_key')
                .where('until_ms', '<=', nowMs)
                .orderBy('until_ms')
                .limit(stepRows),
            )
            .returning('user_key')
            .compile(),
        )
        purged += length
        if (length < stepRows) return purged
      }
    },
  }
}

const fresh = { wrong: 0, last_ms: 0, mark: '', server: '' }

function createMark(): string {
  return randomBytes(12).toString('base64url')
}

function toTries({ last_ms: lastMs, mark, server, wrong }: ShieldRow): SharedTries {
  return { wrong, lastMs, mark, server }
}
