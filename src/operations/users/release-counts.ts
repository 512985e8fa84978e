import { ownPromptLimits } from '../../signin/index.ts'
import type { AdminParts } from '../parts.ts'
import type { Person } from '../people.ts'

/**
 * Sets every count of a person back: failures with block, lock and back-off, misses by password, and the
 * limits on prompts to them and their numbers (RULES 41). Limits that belong to all stay.
 */
export async function releaseCounts({ service, store }: AdminParts, person: Person): Promise<void> {
  await store.accounts.release(person.key)
  await service?.forgetMisses(person.key)
  const enrolled = await store.authenticators.list(person.key)
  await store.limits.release(ownPromptLimits(person, enrolled))
}
