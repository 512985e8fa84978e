import type { PersonStore, User } from '../../accounts/index.ts'
import type { FirstProofChecks, SelfOperations } from '../../operations/index.ts'
import type { EnrolmentTextKey } from '../../signin/index.ts'
import type { Clock } from '../../support/index.ts'
import type { PortalLook } from '../people/parts.ts'
import type { Cookies } from '../sessions/cookies.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Steps } from '../sessions/steps.ts'

/** The parts that setting up a way to sign in needs. `compose` fills it; all of it is of the configuration in use. */
export type EnrolmentRouteParts = {
  readonly clock: Clock
  readonly cookies: Cookies
  readonly sessions: Sessions
  readonly steps: Steps
  readonly operations: SelfOperations
  readonly checks: FirstProofChecks
  readonly people: Pick<PersonStore, 'load'>
  /** Undefined where the directory cannot tell now. */
  findUser(userKey: string, signal: AbortSignal): Promise<User | undefined>
  /** Whether the directory changes passwords. */
  canChangePassword(userKey: string): boolean
  text(key: EnrolmentTextKey, language: string | undefined): string
  look(): Pick<PortalLook, 'helpdesk' | 'language'>
}
