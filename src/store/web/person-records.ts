import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { PersonStore } from '../../accounts/index.ts'
import { dayMs } from '../../support/index.ts'
import type { People } from '../accounts/people.ts'
import type { StoreContext } from '../context.ts'
import { smaller } from '../portable.ts'
import { type Named, prepare, type Queries } from '../queries.ts'
import type { PersonRow } from '../schema.ts'

/** So long a person whom the helpdesk has lifted has time to come: the directory calls them idle until they do. */
const liftedMs = 30 * dayMs
const handleBytes = 32

/** What is kept of a person beside authenticators and account state. */
export function createPersonStore(
  { connection, queries }: StoreContext,
  people: Pick<People, 'forget'>,
): PersonStore {
  const query = prepareQueries(queries)

  /** Whether none was in the last `windowMs`; notes this one then, in one atomic statement. */
  async function takeOnce(
    column: 'strengthened_at_ms' | 'reminded_at_ms',
    userKey: string,
    nowMs: number,
    windowMs: number,
  ): Promise<boolean> {
    const taken = await connection.run(
      queries
        .insertInto('person')
        .values({ ...freshRow(userKey), [column]: nowMs })
        .onConflict((conflict) =>
          conflict
            .column('user_key')
            .doUpdateSet({ [column]: nowMs })
            .where(({ eb, or }) =>
              or([
                eb(`person.${column}`, 'is', null),
                eb(`person.${column}`, '<=', nowMs - windowMs),
              ]),
            ),
        )
        .returning('user_key')
        .compile(),
    )
    return taken.length > 0
  }

  return {
    async load(userKey) {
      const [row] = await connection.run(query.load({ userKey }))
      return {
        userKey,
        ...given('language', row?.language),
        ...given('idleSinceMs', row?.idle_since_ms),
        ...given('idleLiftedMs', row?.idle_lifted_ms),
        ...given('enrolledOnceMs', row?.enrolled_once_ms),
        ...given('strengthenedAtMs', row?.strengthened_at_ms),
        ...given('userHandle', row?.user_handle),
      }
    },

    async setLanguage(userKey, language) {
      const values = { language: language ?? null }
      people.forget(userKey)
      await connection.run(
        queries
          .insertInto('person')
          .values({ ...freshRow(userKey), ...values })
          .onConflict((conflict) => conflict.column('user_key').doUpdateSet(values))
          .compile(),
      )
    },

    async markIdle(userKey, sinceMs, nowMs) {
      await connection.run(
        queries
          .insertInto('person')
          .values({ ...freshRow(userKey), idle_since_ms: sinceMs })
          .onConflict((conflict) =>
            conflict
              .column('user_key')
              .doUpdateSet({ idle_since_ms: earlier('idle_since_ms', sinceMs) })
              .where(({ eb, or }) =>
                or([
                  eb('person.idle_lifted_ms', 'is', null),
                  eb('person.idle_lifted_ms', '<=', nowMs - liftedMs),
                ]),
              ),
          )
          .compile(),
      )
    },

    async liftIdle(userKey, nowMs) {
      const [lifted] = await connection.atomically([
        query.liftIdle({ userKey }),
        query.noteLift({ userKey, nowMs }),
      ])
      return lifted.length > 0
    },

    async markEnrolled(userKey, nowMs) {
      await connection.run(
        queries
          .insertInto('person')
          .values({ ...freshRow(userKey), enrolled_once_ms: nowMs })
          .onConflict((conflict) =>
            conflict
              .column('user_key')
              .doUpdateSet({ enrolled_once_ms: earlier('enrolled_once_ms', nowMs) }),
          )
          .compile(),
      )
    },

    takeStrengthening: (userKey, nowMs, windowMs) =>
      takeOnce('strengthened_at_ms', userKey, nowMs, windowMs),

    takeReminder: (userKey, nowMs, windowMs) =>
      takeOnce('reminded_at_ms', userKey, nowMs, windowMs),

    async giveReminderBack(userKey, atMs) {
      await connection.run(
        queries
          .updateTable('person')
          .set({ reminded_at_ms: null })
          .where('user_key', '=', userKey)
          .where('reminded_at_ms', '=', atMs)
          .compile(),
      )
    },

    async userHandle(userKey) {
      const fresh = new Uint8Array(randomBytes(handleBytes))
      const [row] = await connection.run(
        queries
          .insertInto('person')
          .values({ ...freshRow(userKey), user_handle: fresh })
          .onConflict((conflict) =>
            conflict.column('user_key').doUpdateSet({
              user_handle: sql<Uint8Array>`coalesce(person.user_handle, ${fresh})`,
            }),
          )
          .returning('user_handle')
          .compile(),
      )
      return row?.user_handle ?? fresh
    },
  }
}

function given<Name extends string, Value>(name: Name, value: Value | null | undefined) {
  return (value === null || value === undefined ? {} : { [name]: value }) as Partial<
    Record<Name, Value>
  >
}

function freshRow(userKey: string): PersonRow {
  return {
    user_key: userKey,
    language: null,
    idle_since_ms: null,
    idle_lifted_ms: null,
    enrolled_once_ms: null,
    strengthened_at_ms: null,
    user_handle: null,
    reminded_at_ms: null,
  }
}

/** The moment that is there already, unless this one is earlier. */
function earlier(column: 'idle_since_ms' | 'enrolled_once_ms', atMs: number) {
  return smaller(`person.${column}`, atMs)
}

function prepareQueries(queries: Queries) {
  type User = { readonly userKey: string }
  return {
    load: prepare((value: Named<User>) =>
      queries.selectFrom('person').selectAll().where('user_key', '=', value('userKey')),
    ),
    liftIdle: prepare((value: Named<User>) =>
      queries
        .updateTable('person')
        .set({ idle_since_ms: null })
        .where('user_key', '=', value('userKey'))
        .where('idle_since_ms', 'is not', null)
        .returning('user_key'),
    ),
    noteLift: prepare((value: Named<User & { readonly nowMs: number }>) =>
      queries
        .insertInto('person')
        .values({ ...freshRow(''), user_key: value('userKey'), idle_lifted_ms: value('nowMs') })
        .onConflict((conflict) =>
          conflict.column('user_key').doUpdateSet((row) => ({
            idle_lifted_ms: row.ref('excluded.idle_lifted_ms'),
          })),
        ),
    ),
  }
}
