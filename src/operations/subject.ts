import { AdminError } from './errors.ts'
import type { OperationCall } from './operation.ts'
import type { AdminParts } from './parts.ts'
import type { Person } from './people.ts'

/**
 * The person that an operation is about. At the portal it is the person who is signed in there, by their key, and a
 * name in the request is refused; everyone else names a person. Rejects with AdminError.
 */
export async function subjectOf(
  { findPerson }: Pick<AdminParts, 'findPerson'>,
  name: string | undefined,
  { caller, signal }: Pick<OperationCall, 'caller' | 'signal'>,
): Promise<Person> {
  if (caller.via === 'portal') {
    if (name === undefined) return { key: caller.userKey, name: caller.name }
    throw new AdminError(
      'not-permitted',
      'Here a request is about who is signed in, and names no one.',
    )
  }
  if (name === undefined) throw new AdminError('bad-arguments', 'name: a user name is needed')
  return await findPerson(name, signal)
}
