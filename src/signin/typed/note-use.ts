import type { Authenticator } from '../../accounts/index.ts'
import type { SignInParts } from '../parts.ts'

/**
 * Notes that a phone or a mailbox has proven who it is. No one waits for it, and no sign-in fails with it. What stands
 * in the directory alone has no row.
 */
export function noteUse(
  { authenticators, clock }: Pick<SignInParts, 'authenticators' | 'clock'>,
  { id, userKey }: Pick<Authenticator, 'id' | 'userKey'>,
  onFailure: (error: unknown) => void,
): void {
  if (id.startsWith('directory:')) return
  authenticators.noteUse(userKey, id, clock.nowMs()).catch(onFailure)
}
