import { type Method, spareTokenOwner } from '../../accounts/index.ts'
import type { StoreContext } from '../context.ts'

/** How many authenticators of one method are enrolled, and of how many people. */
export type AuthenticatorCount = {
  readonly method: Method
  readonly authenticators: number
  readonly people: number
  /** Some of these people, in the order of names. */
  readonly names: readonly string[]
}

const mostNames = 3

/** One entry for each method that users have. Spare tokens belong to no one. */
export async function countAuthenticators({
  connection,
  queries,
}: StoreContext): Promise<readonly AuthenticatorCount[]> {
  const rows = await connection.run(
    queries
      .selectFrom('authenticator')
      .select(({ fn }) => [
        'method',
        fn.countAll<number>().as('authenticators'),
        fn.count<number>('user_key').distinct().as('people'),
      ])
      .where('user_key', '!=', spareTokenOwner)
      .groupBy('method')
      .orderBy('method')
      .compile(),
  )
  return Promise.all(
    rows.map(async ({ method, authenticators, people }) => {
      const named = await connection.run(
        queries
          .selectFrom('user')
          .innerJoin('authenticator', 'authenticator.user_key', 'user.user_key')
          .select('user.name')
          .where('authenticator.method', '=', method)
          .distinct()
          .orderBy('user.name')
          .limit(mostNames)
          .compile(),
      )
      return { method, authenticators, people, names: named.map(({ name }) => name) }
    }),
  )
}
