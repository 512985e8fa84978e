import type { RejectReason, SecondFactorHistory } from '../../signin/index.ts'
import type { StoreContext } from '../context.ts'

/** Refusals that say that a second factor was asked for. */
const asked: readonly RejectReason[] = [
  'code-missing',
  'digits-missing',
  'code-wrong',
  'code-reused',
  'code-expired',
  'method-not-allowed',
  'no-method-for-flow',
  'prompt-refused',
  'prompt-fraud',
  'prompt-timeout',
  'prompt-no-answer',
  'prompt-busy',
  'prompt-failed',
  'prompt-limit',
]

/** What the audit tells of second factors that a person has needed. What retention has taken away it does not tell. */
export function createHistory({ connection, queries }: StoreContext): SecondFactorHistory {
  return {
    async hasNeeded(userKey, gateway, beforeMs) {
      const rows = await connection.run(
        queries
          .selectFrom('audit')
          .select('seq')
          .where('user_key', '=', userKey)
          .where('gateway', '=', gateway)
          .where('kind', '=', 'sign-in')
          .where(({ and, eb, or }) =>
            or([
              and([eb('outcome', '=', 'accept'), eb('method', 'is not', null)]),
              eb('outcome', '=', 'challenge'),
              eb('reason', 'in', asked),
              and([eb('reason', '=', 'not-enrolled'), eb('ended_at_ms', '<', beforeMs)]),
            ]),
          )
          .limit(1)
          .compile(),
      )
      return rows.length > 0
    },
  }
}
