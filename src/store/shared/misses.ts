import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { SignInRegistry } from '../../signin/index.ts'
import { toStorableText } from '../portable.ts'
import type { SharedContext } from './context.ts'

type MissParts = Pick<SignInRegistry, 'noteMiss' | 'countMisses' | 'forgetMisses'>

const hourMs = 3_600_000
/** Passwords that are counted at most; beyond that those with the fewest misses go first (RULES 41). */
const mostPasswords = 50_000
/** Counting all of them costs more than a miss: each so many looks whether there are too many. */
const notesBetweenLooks = 100

/** Wrong codes by person and typed password, over the last hour. */
export function createMisses({
  connection,
  queries,
  clock,
  times,
  purge,
}: SharedContext): MissParts {
  let notes = 0

  const note = (userKey: string, passwordKey: string, untilMs: number) =>
    queries
      .insertInto('shared_miss')
      .values({
        ...{ id: randomUUID(), user_key: userKey, password_key: passwordKey },
        ...{ until_ms: times.at(untilMs), own_until_ms: untilMs },
      })
      .compile()

  /** The oldest beyond `enough` say nothing more. */
  const trim = (passwordKey: string, enough: number) =>
    queries
      .deleteFrom('shared_miss')
      .where('id', 'in', (rows) =>
        rows
          .selectFrom('shared_miss')
          .select('id')
          .where('password_key', '=', passwordKey)
          .orderBy('until_ms', 'desc')
          .offset(enough)
          // SQLite has no offset without a limit.
          .limit(1_000),
      )
      .compile()

  const trimAll = () =>
    queries
      .deleteFrom('shared_miss')
      .where('password_key', 'in', (rows) =>
        rows
          .selectFrom('shared_miss')
          .select('password_key')
          .groupBy('password_key')
          .orderBy(sql`count(*)`, 'desc')
          .orderBy(sql`max(until_ms)`, 'desc')
          .offset(mostPasswords)
          .limit(mostPasswords),
      )
      .compile()

  return {
    async noteMiss(userKey, passwordKey, enough) {
      const untilMs = clock.nowMs() + hourMs
      purge.expect(untilMs)
      notes += 1
      const key = toStorableText(userKey)
      await connection.atomically([
        note(key, passwordKey, untilMs),
        trim(passwordKey, enough),
        ...(notes % notesBetweenLooks === 0 ? [trimAll()] : []),
      ])
    },

    async countMisses(passwordKeys) {
      const rows = await connection.run(
        queries
          .selectFrom('shared_miss')
          .select('id')
          .where('password_key', 'in', passwordKeys)
          .where('until_ms', '>', times.now())
          .where('own_until_ms', '>', times.longAgoMs())
          .compile(),
      )
      return rows.length
    },

    async forgetMisses(userKey) {
      await connection.run(
        queries.deleteFrom('shared_miss').where('user_key', '=', toStorableText(userKey)).compile(),
      )
    },
  }
}
