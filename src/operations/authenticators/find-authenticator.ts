import type { Authenticator } from '../../accounts/index.ts'
import { AdminError } from '../errors.ts'
import type { Person } from '../people.ts'

/**
 * The one authenticator among `enrolled` that an id means; it may be shortened as long as it fits
 * one. Throws AdminError `authenticator-unknown`.
 */
export function findAuthenticator<Kind extends Authenticator>(
  enrolled: readonly Kind[],
  id: string,
  person: Person,
): Kind {
  const exact = enrolled.filter((authenticator) => authenticator.id === id)
  const fits =
    exact.length > 0 ? exact : enrolled.filter((authenticator) => authenticator.id.startsWith(id))
  const [found, second] = fits
  if (second) {
    throw new AdminError(
      'authenticator-unknown',
      `"${id}" fits several authenticators of ${person.name}; give more of the id.`,
    )
  }
  if (found) return found
  throw authenticatorUnknown(id, person)
}

export function authenticatorUnknown(id: string, person: Person): AdminError {
  return new AdminError(
    'authenticator-unknown',
    `${person.name} has no authenticator "${id}" that is enrolled here; holdfast authenticator list ${person.name} shows them.`,
  )
}
