import type { Method } from '../../accounts/index.ts'
import type { StoreContext } from '../context.ts'

/** What a list says of a person: what is set up, and what keeps them from setting something up. */
export type Standing = {
  /** Each once, in alphabetical order. Numbers and addresses of the directory are not among them. */
  readonly methods: readonly Method[]
  readonly blocked: boolean
  /** They have or had something set up. */
  readonly enrolledOnce: boolean
  /** Their account was found unused for long. */
  readonly idle: boolean
  /** A code of the helpdesk is valid until then; absent where none does. */
  readonly codeUntilMs?: number
}

/** What each of these people has set up, in one go and past what is kept in memory for sign-ins. */
export async function loadStandings(
  { connection, queries }: Pick<StoreContext, 'connection' | 'queries'>,
  userKeys: readonly string[],
  nowMs: number,
): Promise<ReadonlyMap<string, Standing>> {
  if (userKeys.length === 0) return new Map()
  const [enrolled, blocked, people, codes] = await connection.atomically([
    queries
      .selectFrom('authenticator')
      .select(['user_key', 'method'])
      .distinct()
      .where('user_key', 'in', userKeys)
      .orderBy('method')
      .compile(),
    queries
      .selectFrom('account_state')
      .select('user_key')
      .where('user_key', 'in', userKeys)
      .where('blocked_reason', 'is not', null)
      .compile(),
    queries
      .selectFrom('person')
      .select(['user_key', 'enrolled_once_ms', 'idle_since_ms'])
      .where('user_key', 'in', userKeys)
      .compile(),
    queries
      .selectFrom('enrolment_code')
      .select(['user_key', 'until_ms'])
      .where('user_key', 'in', userKeys)
      .where('until_ms', '>', nowMs)
      .compile(),
  ])
  const methods = Map.groupBy(enrolled, ({ user_key }) => user_key)
  const isBlocked = new Set(blocked.map(({ user_key }) => user_key))
  const person = new Map(people.map((row) => [row.user_key, row]))
  const until = new Map(codes.map((row) => [row.user_key, row.until_ms]))
  return new Map(
    userKeys.map((userKey) => {
      const record = person.get(userKey)
      const codeUntilMs = until.get(userKey)
      const own = (methods.get(userKey) ?? []).map(({ method }) => method)
      const standing = {
        methods: own,
        blocked: isBlocked.has(userKey),
        enrolledOnce: own.length > 0 || typeof record?.enrolled_once_ms === 'number',
        idle: typeof record?.idle_since_ms === 'number',
        ...(codeUntilMs === undefined ? {} : { codeUntilMs }),
      }
      return [userKey, standing] as const
    }),
  )
}
