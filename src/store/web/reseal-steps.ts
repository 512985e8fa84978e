import type { StoreContext } from '../context.ts'
import { StoreError } from '../errors.ts'
import { stepPlace } from './steps.ts'

/** Rows read and sealed again in one step; others are served in between. */
const rowsAStep = 50

/** Seals the content of every step with the current key, and leaves what does not open. Gives how many there were. */
export async function resealSteps(context: StoreContext): Promise<number> {
  const { connection, queries, sealer } = context
  let resealed = 0
  let after = new Uint8Array()
  for (;;) {
    const rows = await connection.run(
      queries
        .selectFrom('web_step')
        .selectAll()
        .where('token_hash', '>', after)
        .orderBy('token_hash')
        .limit(rowsAStep)
        .compile(),
    )
    for (const row of rows) {
      const { token_hash: tokenHash, content } = row
      after = new Uint8Array(tokenHash)
      if (sealer.isCurrent(content)) continue
      const fresh = sealAnew(row)
      if (fresh === undefined) continue
      const changed = await connection.run(
        queries
          .updateTable('web_step')
          .set({ content: fresh })
          .where('token_hash', '=', tokenHash)
          .where('content', '=', content)
          .returning('token_hash')
          .compile(),
      )
      resealed += changed.length
    }
    if (rows.length < rowsAStep) return resealed
  }

  function sealAnew(row: Parameters<typeof stepPlace>[0] & { readonly content: Uint8Array }) {
    const place = stepPlace(row)
    try {
      return sealer.seal(place, sealer.open(place, row.content))
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      context.onUnreadable(error)
      return undefined
    }
  }
}
