import { isUtf8 } from 'node:buffer'
import { eapType } from '../../radius/index.ts'
import type { Attempt, Credential, Outcome } from '../../signin/index.ts'
import { Secret } from '../../support/index.ts'
import type { InnerMethod, InnerMethodFactory, InnerStep, Refused } from '../method.ts'

/** What the next answer is for. */
type Phase =
  | { readonly kind: 'asked'; readonly state: Attempt['state'] }
  | { readonly kind: 'refused'; readonly outcome: Refused }

/**
 * EAP-GTC (RFC 3748 5.6): a text is shown, what is typed comes back. First `prompt` for the password, then whatever the
 * sign-in asks; a refusal is shown as well, and what is typed then is ignored.
 */
export function createGtc(prompt: string): InnerMethodFactory {
  function create(identity: string): InnerMethod {
    let phase: Phase = { kind: 'asked', state: undefined }

    function next(outcome: Outcome): InnerStep {
      switch (outcome.kind) {
        case 'accept':
          return { kind: 'done', outcome }
        case 'challenge':
          phase = { kind: 'asked', state: outcome.state }
          return show(outcome.message)
        case 'reject':
          phase = { kind: 'refused', outcome }
          return { ...show(outcome.message), notBeforeMs: outcome.notBeforeMs }
        case 'drop':
          return { kind: 'failed', outcome }
      }
    }

    return {
      type: eapType.Gtc,
      start: () => Buffer.from(prompt),
      async receive({ data }, signIn) {
        if (phase.kind === 'refused') return { kind: 'failed', outcome: phase.outcome }
        const { state } = phase
        const credential = readAnswer(data)
        return next(await signIn({ userName: identity, credential, state, challenges: true }))
      },
    }
  }

  return { type: eapType.Gtc, makesKeys: false, create }
}

function show(text: string): InnerStep & { kind: 'request' } {
  return { kind: 'request', data: Buffer.from(text) }
}

function readAnswer(data: Uint8Array): Credential {
  const text = Buffer.from(data).toString()
  const wellFormed = isUtf8(data) && !/\p{Cc}/u.test(text)
  return { kind: 'pap', password: new Secret(text), wellFormed }
}
