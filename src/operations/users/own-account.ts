import { foldName } from '../../support/index.ts'
import { AdminError } from '../errors.ts'
import type { OperationCall } from '../operation.ts'
import type { AdminParts } from '../parts.ts'
import type { Person } from '../people.ts'

/**
 * Refuses what opens the account of a person, or ends a lock on it, where a member of the helpdesk asks for their own
 * (PEOPLE R23). Throws AdminError `own-account`.
 */
export async function refuseOwnAccount(
  { findPerson }: Pick<AdminParts, 'findPerson'>,
  { caller, signal }: Pick<OperationCall, 'caller' | 'signal'>,
  person: Person,
): Promise<void> {
  if (caller.via !== 'helpdesk-socket' || caller.name === undefined) return
  const { name } = caller
  if (foldName(name) !== foldName(person.name)) {
    // A user of the system may be called otherwise in the directory.
    const own = await findPerson(name, signal).catch(() => undefined)
    if (own?.key !== person.key) return
  }
  throw new AdminError(
    'own-account',
    'The helpdesk does this for others only: ask a colleague to do it for you.',
  )
}
