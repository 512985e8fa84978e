import type { Accepted, InnerAttempt, InnerSignIn } from '../../src/eap/method.ts'
import type { Outcome } from '../../src/signin/index.ts'

export const accepted: Accepted = { kind: 'accept', reason: 'accepted', attributes: [] }

export const denied: Outcome & { kind: 'reject' } = {
  kind: 'reject',
  reason: 'password-wrong',
  message: 'Denied. Ref 7K2M',
  notBeforeMs: 1_750_000_001_000,
}

export const dropped: Outcome & { kind: 'drop' } = {
  kind: 'drop',
  reason: 'directory-down-silent',
}

export function asks(message: string): Outcome & { kind: 'challenge' } {
  const state = Buffer.from(`state of ${message}`)
  return {
    kind: 'challenge',
    reason: 'challenged',
    message,
    state,
    echo: false,
    timeoutSeconds: 60,
  }
}

/** A sign-in that gives these outcomes one after the other, and remembers what it was asked. */
export function scriptSignIn(...outcomes: readonly Outcome[]) {
  const asked: InnerAttempt[] = []
  const signIn: InnerSignIn = async (attempt) => {
    asked.push(attempt)
    const outcome = outcomes[asked.length - 1]
    if (outcome === undefined) throw new Error(`the sign-in was called ${asked.length} times`)
    return outcome
  }
  return { asked, signIn }
}

export const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
export const bytes = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
