import { type Attempt, type LiveRequest, type SignIn, withoutQuestions } from '../signin/index.ts'
import type { EapRequest } from '../transport/index.ts'
import type { InnerAttempt, InnerSignIn } from './method.ts'

/** What a person does inside a conversation, as the sign-in sees it: part of the request that brought it. */
export function attemptWithin(
  outer: Attempt,
  inner: InnerAttempt,
  via: NonNullable<Attempt['eap']>,
): Attempt {
  const { challenges, credential, state, userName } = inner
  return {
    ...outer,
    gateway: challenges ? outer.gateway : withoutQuestions(outer.gateway),
    userName,
    credential,
    state,
    eap: via,
  }
}

/** The sign-in for what a method finds out while this request waits for its answer. */
export function signInWithin(
  signIn: SignIn,
  { attempt, live }: Pick<EapRequest, 'attempt' | 'live'>,
  via: () => NonNullable<Attempt['eap']>,
): InnerSignIn {
  return (inner) => signIn(attemptWithin(attempt, inner, via()), boundBy(live, inner.bound))
}

function boundBy(live: LiveRequest, bound: Promise<void> | undefined): LiveRequest {
  if (bound === undefined) return live
  const { stop } = live
  return {
    ...{ stop, bound, resends: () => live.resends() },
    wasElsewhere: (how) => live.wasElsewhere(how),
    isStillAsked: () => live.isStillAsked(),
  }
}
