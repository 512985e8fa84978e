import type { Authenticator } from '../../accounts/index.ts'
import type { SignInParts } from '../parts.ts'

/** Id of the row to note it in; undefined for what is in the directory alone, which has none. */
export function usedRow({ id }: Pick<Authenticator, 'id'>): string | undefined {
  return id.startsWith('directory:') ? undefined : id
}

/**
 * Notes that a phone or a mailbox has proven who it is. No one waits for it, and no sign-in fails with it.
 */
export function noteUse(
  { authenticators, clock }: Pick<SignInParts, 'authenticators' | 'clock'>,
  userKey: string,
  row: string | undefined,
  onFailure: (error: unknown) => void,
): void {
  if (row !== undefined) authenticators.noteUse(userKey, row, clock.nowMs()).catch(onFailure)
}
