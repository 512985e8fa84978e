import type { Caller } from '../support/index.ts'
import type { AdminParts } from './parts.ts'
import type { Person } from './people.ts'
import { recordChange } from './record-change.ts'

/** Why sessions of the portal end before their time (PEOPLE R18); a block ends them by itself. */
export type SessionsEnd =
  | 'asked-for'
  | 'authenticator-removed'
  | 'password-changed'
  | 'reported'
  | 'left-group'

/**
 * Ends all sessions of a person at the portal, and what the person is in the middle of there. A person who makes a
 * change at the portal keeps the session that makes it. Gives how many there were.
 */
export async function endSessionsOf(
  parts: Pick<AdminParts, 'clock'> & {
    readonly store: Pick<AdminParts['store'], 'audit' | 'webSessions' | 'webSteps'>
  },
  caller: Caller,
  person: Person,
  why: SessionsEnd,
  reason?: string,
): Promise<number> {
  const { webSessions, webSteps } = parts.store
  const keepsOwn = caller.via === 'portal' && why !== 'left-group'
  await webSteps.forget(person.key)
  const ended = await webSessions.endAll(person.key, keepsOwn ? caller.tokenHash : undefined)
  if (ended === 0) return 0
  await recordChange(parts, caller, 'admin-sessions-ended', person, {
    ...{ why, count: String(ended), reason },
  })
  return ended
}
