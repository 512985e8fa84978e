import type { AuthenticatorStore } from '../../accounts/index.ts'
import type { PagePrompts } from '../../signin/index.ts'
import type { SignatureJudge } from '../passkeys/ports.ts'

/** What the page works with on which sign-ins are approved. `compose` fills it; all of it is of the configuration in use. */
export type ApproveParts = {
  readonly clock: { nowMs(): number }
  readonly prompts: () => PagePrompts
  /** Undefined where there are no passkeys. */
  readonly passkeys: () => SignatureJudge | undefined
  readonly authenticators: Pick<AuthenticatorStore, 'list'>
  /** The network, as people know it, otherwise the address; undefined where the gateway tells none. */
  placeOf(address: string): string | undefined
}
