import { dayMs } from '../../support/index.ts'
import type { AdminParts } from '../parts.ts'
import type { Person } from '../people.ts'

const idleAfterMs = 30 * dayMs

/** Whether the directory says that the account was not used for long. */
export function isIdle({ lastSeenMs }: Pick<Person, 'lastSeenMs'>, nowMs: number): boolean {
  return lastSeenMs !== undefined && nowMs - lastSeenMs > idleAfterMs
}

/** As a sign-in does: notes it for a person who has nothing enrolled, before anything else makes the account look used. */
export async function noteIdle(
  { store, clock }: Pick<AdminParts, 'store' | 'clock'>,
  person: Pick<Person, 'key' | 'lastSeenMs'>,
): Promise<void> {
  const nowMs = clock.nowMs()
  if (person.lastSeenMs === undefined || !isIdle(person, nowMs)) return
  if ((await store.authenticators.list(person.key)).length > 0) return
  await store.personRecords.markIdle(person.key, person.lastSeenMs, nowMs)
}
