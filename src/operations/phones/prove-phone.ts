import type { NewAuthenticator, User } from '../../accounts/index.ts'
import type { Store } from '../../store/index.ts'
import type { Pairings } from './pairings.ts'

/** Two digits are soon guessed. */
export const checkTries = 3

const mostPhones = 10

/** Whether the person has as many phones as anyone may have (PEOPLE R15). */
export async function hasMostPhones(
  { list }: Pick<Store['authenticators'], 'list'>,
  { key }: Pick<User, 'key'>,
): Promise<boolean> {
  const phones = (await list(key)).filter(({ method }) => method === 'push')
  return phones.length >= mostPhones
}

/**
 * Judges the two digits that the phone shows, typed at the portal: the person has this very phone in hand (PEOPLE R4).
 * Nothing typed only asks whether a phone has come.
 */
export async function provePhone(
  pairings: Pick<Pairings, 'claimed'>,
  user: Pick<User, 'key'>,
  code: string,
  typed: string,
  label: string,
): Promise<NewAuthenticator | 'wrong' | 'wait'> {
  if (typed === '') return 'wait'
  const claim = await pairings.claimed(user.key, code)
  if (claim === undefined || claim.check !== typed) return 'wrong'
  const { name, publicKey } = claim
  return { method: 'push', userKey: user.key, label: label === '' ? name : label, publicKey }
}
