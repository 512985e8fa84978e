import type { PersonChange } from '../accounts/index.ts'
import type { Caller } from '../support/index.ts'
import type { AdminParts } from './parts.ts'
import type { Person } from './people.ts'

/** Tells the person what was changed, once that is durable. Waits for nothing, and cannot fail (PEOPLE R7). */
export function tellChange(
  { notices }: Pick<AdminParts, 'notices'>,
  caller: Caller,
  person: Person,
  change: PersonChange,
): void {
  notices?.tell(person, change, caller.via === 'portal' ? 'self' : 'administrator')
}
