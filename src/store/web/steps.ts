import type { WebStep, WebStepStore } from '../../accounts/index.ts'
import type { StoreContext } from '../context.ts'
import { StoreError } from '../errors.ts'
import { type Named, prepare, type Queries } from '../queries.ts'
import type { WebStepRow } from '../schema.ts'
import type { SealedPlace } from '../sealing/sealing.ts'
import { purgeEnded } from './purge-ended.ts'

/**
 * Of one person and kind; one more takes the place of the oldest. A thief with the password alone, who can only begin
 * to sign in, so pushes out no step of another kind.
 */
export const stepsAPerson = 10

/** Of all people who are not known yet. */
export const stepsOfStrangers = 1_000

/** What browsers are in the middle of. The content is bound to the token, the kind and the person. */
export function createWebStepStore(context: StoreContext): WebStepStore {
  const { connection, queries, sealer } = context
  const query = prepareQueries(queries)

  return {
    async put(step) {
      const row = {
        token_hash: step.tokenHash,
        kind: step.kind,
        user_key: step.userKey ?? null,
        until_ms: step.untilMs,
      }
      const content = sealer.seal(stepPlace(row), Buffer.from(step.content))
      await connection.atomically([
        queries
          .insertInto('web_step')
          .values({ ...row, content })
          .onConflict((conflict) => conflict.column('token_hash').doUpdateSet({ ...row, content }))
          .compile(),
        forgetOldest(queries, row),
      ])
    },

    async take(tokenHash, kind, nowMs) {
      // Anyone can make up a token: that costs no write.
      const [found] = await connection.run(query.find({ tokenHash }))
      if (found === undefined) return undefined
      const [row] = await connection.run(query.take({ tokenHash, kind, nowMs }))
      if (row === undefined) return undefined
      try {
        const content = new TextDecoder().decode(sealer.open(stepPlace(row), row.content))
        return {
          tokenHash: row.token_hash,
          kind: row.kind,
          ...(row.user_key === null ? {} : { userKey: row.user_key }),
          content,
          untilMs: row.until_ms,
        }
      } catch (error) {
        if (!(error instanceof StoreError)) throw error
        context.onUnreadable(error)
        return undefined
      }
    },

    async forget(userKey) {
      await connection.run(query.forget({ userKey }))
    },

    purge: (nowMs, stepRows) => purgeEnded(context, 'web_step', nowMs, stepRows),
  }
}

/** A row that was given another token, kind, person or end does not open. */
export function stepPlace(
  row: Pick<WebStepRow, 'token_hash' | 'kind' | 'user_key' | 'until_ms'>,
): SealedPlace {
  const token = Buffer.from(row.token_hash).toString('hex')
  return {
    table: 'web_step',
    column: `content ${row.kind} ${token} ${row.until_ms}`,
    userKey: row.user_key ?? '',
  }
}

function forgetOldest(queries: Queries, { user_key, kind }: Pick<WebStepRow, 'user_key' | 'kind'>) {
  const limit = user_key === null ? stepsOfStrangers : stepsAPerson
  return queries
    .deleteFrom('web_step')
    .where('user_key', 'is not distinct from', user_key)
    .where('kind', '=', kind)
    .where('token_hash', 'not in', (newest) =>
      newest
        .selectFrom('web_step')
        .select('token_hash')
        .where('user_key', 'is not distinct from', user_key)
        .where('kind', '=', kind)
        .orderBy('until_ms', 'desc')
        .limit(limit),
    )
    .compile()
}

function prepareQueries(queries: Queries) {
  return {
    find: prepare((value: Named<{ tokenHash: Uint8Array }>) =>
      queries
        .selectFrom('web_step')
        .select('token_hash')
        .where('token_hash', '=', value('tokenHash')),
    ),
    take: prepare((value: Named<{ tokenHash: Uint8Array; kind: WebStep['kind']; nowMs: number }>) =>
      queries
        .deleteFrom('web_step')
        .where('token_hash', '=', value('tokenHash'))
        .where('kind', '=', value('kind'))
        .where('until_ms', '>', value('nowMs'))
        .returningAll(),
    ),
    forget: prepare((value: Named<{ userKey: string }>) =>
      queries.deleteFrom('web_step').where('user_key', '=', value('userKey')),
    ),
  }
}
