import type { RejectReason, SecondFactorHistory } from '../../signin/index.ts'
import type { StoreContext } from '../context.ts'

/** Refusals that say that a second factor was asked for. */
const asked: readonly RejectReason[] = [
  'code-missing',
  'digits-missing',
  'code-wrong',
  'code-reused',
  'code-unsure',
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
  'prompts-paused',
]

/** Rows that are looked through for one question: there is no index by device, as each sign-in would pay for it. */
const mostRead = 20_000

/** What the audit tells of second factors that a person has needed. It does not tell what retention has taken away. */
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
              and([
                eb('reason', 'in', ['not-enrolled', 'set-up-begins']),
                eb('ended_at_ms', '<', beforeMs),
              ]),
            ]),
          )
          .limit(1)
          .compile(),
      )
      return rows.length > 0
    },

    async lastAlone(userKey, gateway, device, sinceMs) {
      const [last] = await connection.run(
        queries
          .selectFrom('audit')
          .select('ended_at_ms')
          .where('user_key', '=', userKey)
          .where('gateway', '=', gateway)
          .where('device', '=', device)
          .where('kind', '=', 'sign-in')
          .where('outcome', '=', 'accept')
          .where('method', 'is not', null)
          .where('ended_at_ms', '>=', sinceMs)
          .orderBy('ended_at_ms', 'desc')
          .limit(1)
          .compile(),
      )
      // Most people are new at the gateway: nothing else is read then.
      if (last === undefined) return undefined
      const [read] = await connection.run(
        queries
          .selectFrom((rows) =>
            rows
              .selectFrom('audit')
              .select(['device', 'kind', 'outcome', 'user_key'])
              .where('ended_at_ms', '>=', sinceMs)
              .orderBy('ended_at_ms', 'desc')
              .limit(mostRead + 1)
              .as('recent'),
          )
          .select(({ fn }) => fn.countAll<number>().as('all'))
          .select(({ fn, and, eb, or }) =>
            fn
              .countAll<number>()
              .filterWhere(
                and([
                  eb('device', '=', device),
                  eb('kind', '=', 'sign-in'),
                  or([
                    eb('user_key', 'is', null),
                    eb('user_key', '!=', userKey),
                    eb('outcome', '!=', 'accept'),
                  ]),
                ]),
              )
              .as('others'),
          )
          .compile(),
      )
      if (read === undefined || read.all > mostRead || read.others > 0) return undefined
      return last.ended_at_ms
    },
  }
}
