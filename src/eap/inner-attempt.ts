import { type Attempt, type Outcome, type SignIn, withoutQuestions } from '../signin/index.ts'
import type { InnerAttempt, InnerSignIn } from './method.ts'

/** What a person does inside a conversation, as the sign-in sees it: part of the request that brought it. */
export function attemptWithin(
  outer: Attempt,
  inner: InnerAttempt,
  via: NonNullable<Attempt['eap']>,
  answer: (outcome: Outcome) => void,
): Attempt {
  const { gateway } = outer
  return {
    id: outer.id,
    gateway: inner.challenges ? gateway : withoutQuestions(gateway),
    userName: inner.userName,
    credential: inner.credential,
    state: inner.state,
    eap: inner.bound === undefined ? via : { ...via, bound: inner.bound },
    device: outer.device,
    port: outer.port,
    sourceAddress: outer.sourceAddress,
    requestAuthenticator: outer.requestAuthenticator,
    // Read again when asked for: a sign-in may be held for minutes.
    get attributes() {
      return outer.attributes
    },
    receivedAtMs: outer.receivedAtMs,
    get resends() {
      return outer.resends
    },
    stop: outer.stop,
    answer,
  }
}

/** The sign-in for what a method finds out while this request waits for its answer. */
export function signInWithin(
  signIn: SignIn,
  outer: Attempt,
  via: () => NonNullable<Attempt['eap']>,
): InnerSignIn {
  return (inner) =>
    new Promise((resolve) => {
      signIn(attemptWithin(outer, inner, via(), resolve))
    })
}
