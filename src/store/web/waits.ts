import type { WebWaitStore } from '../../accounts/index.ts'
import type { StoreContext } from '../context.ts'
import { StoreError } from '../errors.ts'
import type { WebWaitRow } from '../schema.ts'
import type { SealedPlace } from '../sealing/sealing.ts'
import { purgeEnded } from './purge-ended.ts'

/** Steps that a request has while it waits for a person, for processes that share a database. */
export function createWebWaitStore(context: StoreContext): WebWaitStore {
  const { connection, queries, sealer } = context

  return {
    async begin(step) {
      const row = {
        ...{ token_hash: step.tokenHash, kind: step.kind, user_key: step.userKey ?? null },
        ...{ until_ms: step.untilMs, is_asked: 0 },
      }
      const content = sealer.seal(placeOf(row), Buffer.from(step.content))
      await connection.run(
        queries
          .insertInto('web_wait')
          .values({ ...row, content })
          .onConflict((conflict) => conflict.column('token_hash').doUpdateSet({ ...row, content }))
          .compile(),
      )
    },

    async isAsked(tokenHash) {
      const [row] = await connection.run(
        queries
          .selectFrom('web_wait')
          .select('is_asked')
          .where('token_hash', '=', tokenHash)
          .compile(),
      )
      return row !== undefined && row.is_asked !== 0
    },

    async ask(tokenHash, nowMs) {
      // Anyone can make up a token: that costs no write.
      const [found] = await connection.run(
        queries
          .selectFrom('web_wait')
          .select('token_hash')
          .where('token_hash', '=', tokenHash)
          .where('until_ms', '>', nowMs)
          .compile(),
      )
      if (found === undefined) return false
      const asked = await connection.run(
        queries
          .updateTable('web_wait')
          .set({ is_asked: 1 })
          .where('token_hash', '=', tokenHash)
          .where('until_ms', '>', nowMs)
          .returning('token_hash')
          .compile(),
      )
      return asked.length > 0
    },

    async end(tokenHash) {
      await connection.run(
        queries.deleteFrom('web_wait').where('token_hash', '=', tokenHash).compile(),
      )
    },

    async takeOver(tokenHash, kind, nowMs) {
      const taking = queries
        .deleteFrom('web_wait')
        .where('token_hash', '=', tokenHash)
        .where('until_ms', '>', nowMs)
        .returningAll()
      const [row] = await connection.run(
        (kind === undefined ? taking : taking.where('kind', '=', kind)).compile(),
      )
      if (row === undefined) return undefined
      try {
        const content = new TextDecoder().decode(sealer.open(placeOf(row), row.content))
        return {
          ...{ tokenHash: row.token_hash, kind: row.kind, content, untilMs: row.until_ms },
          ...(row.user_key === null ? {} : { userKey: row.user_key }),
        }
      } catch (error) {
        if (!(error instanceof StoreError)) throw error
        context.onUnreadable(error)
        return undefined
      }
    },

    purge: (nowMs, stepRows) => purgeEnded(context, 'web_wait', nowMs, stepRows),
  }
}

/** A row that was given another token, kind, person or end does not open. */
function placeOf(
  row: Pick<WebWaitRow, 'token_hash' | 'kind' | 'user_key' | 'until_ms'>,
): SealedPlace {
  const token = Buffer.from(row.token_hash).toString('hex')
  return {
    table: 'web_wait',
    column: `content ${row.kind} ${token} ${row.until_ms}`,
    userKey: row.user_key ?? '',
  }
}
