import type { Method } from '../accounts/index.ts'

/** What a factor was, or would be: a call that wants a PIN is another one than a call that does not. */
export type Factor = { readonly method: Method; readonly hasPin: boolean }

/** Factors by what they are worth, the weakest first (PEOPLE R5). Equals have equal numbers. */
const ranks = {
  email: 0,
  recovery: 1,
  sms: 2,
  call: 2,
  'call-with-pin': 3,
  totp: 4,
  hotp: 4,
  push: 5,
  passkey: 6,
} as const satisfies Record<Method | 'call-with-pin', number>

function rankOf({ method, hasPin }: Factor): number {
  return ranks[method === 'call' && hasPin ? 'call-with-pin' : method]
}

/** How many strengthenings a person has in a time; the one before must be older than this. */
export const strengtheningMs = 24 * 3_600_000

/**
 * Whether a factor may add another one. `once`: it is stronger, which all others may add once in
 * 24 hours. A mailbox opens with the same password, so that mail adds nothing.
 */
export function mayAdd(given: Factor, wanted: Factor): 'yes' | 'once' | 'no' {
  if (given.method === 'email') return 'no'
  return rankOf(wanted) <= rankOf(given) ? 'yes' : 'once'
}

/** Whether a factor may take another one away, or change where it reaches: with equal strength only. */
export function mayTakeAway(given: Factor, wanted: Factor): boolean {
  return rankOf(given) >= rankOf(wanted)
}
