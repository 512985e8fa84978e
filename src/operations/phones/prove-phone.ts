import type { NewAuthenticator, User } from '../../accounts/index.ts'
import type { Pairings } from './pairings.ts'

/** Two digits are soon guessed. */
export const checkTries = 3

/**
 * Judges the two digits that the phone shows, typed at the portal: the person has this very phone in hand (PEOPLE R4).
 * Nothing typed only asks whether a phone has come.
 */
export function provePhone(
  pairings: Pick<Pairings, 'claimed'>,
  user: Pick<User, 'key'>,
  typed: string,
  label: string,
): NewAuthenticator | 'wrong' | 'wait' {
  if (typed === '') return 'wait'
  const claim = pairings.claimed(user.key)
  if (claim === undefined || claim.check !== typed) return 'wrong'
  const { name, publicKey } = claim
  return { method: 'push', userKey: user.key, label: label === '' ? name : label, publicKey }
}
