import { foldName } from '../../support/index.ts'
import { AdminError } from '../errors.ts'
import type { OperationCall } from '../operation.ts'
import type { AdminParts } from '../parts.ts'
import type { Person } from '../people.ts'

/**
 * Refuses what opens the account of a person, or ends a lock on it, where a member of the helpdesk asks for their own
 * account. The same holds for one that the file takes from the helpdesk, such as an administrator's (PEOPLE R23).
 * Throws AdminError `own-account` and `protected-account`.
 */
export async function refuseToHelpdesk(
  { findPerson, isProtected }: Pick<AdminParts, 'findPerson' | 'isProtected'>,
  { caller, signal }: Pick<OperationCall, 'caller' | 'signal'>,
  person: Person,
): Promise<void> {
  if (caller.via !== 'helpdesk-socket') return
  if (isProtected?.(person)) {
    throw new AdminError(
      'protected-account',
      `The helpdesk does nothing for the account of ${person.name} (helpdesk_not_for); ask an administrator.`,
    )
  }
  if (caller.name === undefined) return
  if (foldName(caller.name) !== foldName(person.name)) {
    // A user of the system may be called otherwise in the directory.
    const own = await findPerson(caller.name, signal).catch(() => undefined)
    if (own?.key !== person.key) return
  }
  throw new AdminError(
    'own-account',
    'The helpdesk does this for others only: ask a colleague to do it for you.',
  )
}
