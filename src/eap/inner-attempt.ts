import { type Attempt, type SignIn, withoutQuestions } from '../signin/index.ts'
import type { InnerAttempt, InnerSignIn } from './method.ts'

/** What a person does inside a conversation, as the sign-in sees it: part of the request that brought it. */
export function attemptWithin(
  outer: Attempt,
  inner: InnerAttempt,
  via: NonNullable<Attempt['eap']>,
): Attempt {
  const { bound, challenges, credential, state, userName } = inner
  return {
    ...outer,
    gateway: challenges ? outer.gateway : withoutQuestions(outer.gateway),
    userName,
    credential,
    state,
    eap: bound === undefined ? via : { ...via, bound },
    // Of the request, which may come again while this is held.
    get resends() {
      return outer.resends
    },
  }
}

/** The sign-in for what a method finds out while this request waits for its answer. */
export function signInWithin(
  signIn: SignIn,
  outer: Attempt,
  via: () => NonNullable<Attempt['eap']>,
): InnerSignIn {
  return (inner) => signIn(attemptWithin(outer, inner, via()))
}
