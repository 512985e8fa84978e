import type { AuthenticatorStore, Method, Notices, User } from '../../accounts/index.ts'
import type { KeptSecrets } from '../../signin/index.ts'
import type { Clock, PortalCaller } from '../../support/index.ts'
import type { SignatureJudge } from '../passkeys/ports.ts'
import type { ChangeRequest, ChangeResult, Proof, Refusal } from '../people/contract.ts'
import type { Cookies } from '../sessions/cookies.ts'
import type { Browser, Sessions } from '../sessions/sessions.ts'
import type { Step, Steps } from '../sessions/steps.ts'
import type { PortalSignIn } from './ask.ts'
import type { SharedWaits } from './holding.ts'
import type { PasskeyOffers } from './offers.ts'

/** Begins what the browser is in the middle of from now on. */
export type BeginStep = <Content>(step: Omit<Step<Content>, 'tokenHash'>) => Promise<void>

/** A fresh second factor that was given for one change (PEOPLE R6). */
export type ChangeProof = {
  readonly method: Method
  readonly authenticatorId: string
  /** A call that was approved with a PIN. */
  readonly hadPin: boolean
  /** Who asks, from where, in which session; for the operations. */
  readonly caller: PortalCaller
}

export type ChangeName = ChangeRequest['change']

/**
 * Carries a change out, once, whose second factor was right. A refusal changes nothing. `begin`: for a new authenticator
 * that has to be proven first.
 */
export type CarryOut<Name extends ChangeName = ChangeName> = (
  change: Extract<ChangeRequest, { readonly change: Name }>,
  person: User,
  proof: ChangeProof,
  begin: BeginStep,
) => Promise<ChangeResult | Refusal>

/** What carries each change out. One that is absent is refused before anyone is asked for a second factor. */
export type Changes = { readonly [Name in ChangeName]?: CarryOut<Name> }

/**
 * What someone has to show who has no second factor, and whose password was right (PEOPLE R2). `open`: nothing more,
 * such as in a network for enrolment. `content` is kept in the step of kind `proof`.
 */
export type EnrolmentStart =
  | { readonly kind: 'open' }
  | { readonly kind: 'proof'; readonly proofs: readonly Proof[]; readonly content?: unknown }
  | { readonly kind: 'refused'; readonly reason: string; readonly text: string }

export type StartEnrolment = (person: User, browser: Browser) => Promise<EnrolmentStart>

/** What signing in and confirming work with. `compose` fills it. */
export type SignInParts = {
  readonly clock: Clock
  /** Of the configuration in use, asked again for each request. */
  readonly current: () => PortalSignIn
  readonly sessions: Sessions
  readonly steps: Steps
  readonly cookies: Cookies
  /** Undefined where there are no passkeys. */
  readonly passkeys: () => SignatureJudge | undefined
  readonly offers: PasskeyOffers
  /** Undefined where there is one process. */
  readonly sharedWaits: SharedWaits | undefined
  readonly keptSecrets: KeptSecrets
  readonly notices: Notices
  readonly authenticators: Pick<AuthenticatorStore, 'list'>
  /** Absent: no one can set up a first authenticator here. */
  readonly startEnrolment?: StartEnrolment
  readonly changes: Changes
}
