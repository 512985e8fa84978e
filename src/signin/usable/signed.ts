import { type Context, note, reject } from '../context.ts'
import type { Outcome } from '../outcome.ts'
import type { Passed } from '../step.ts'
import type { Choices } from './choices.ts'

/**
 * A signature at the portal, which was found to be right over this very request. It proves that the person has the
 * device and has shown it who they are, so both factors; what the rules allow here is asked all the same.
 */
export function checkSigned(context: Context, { passkeys }: Choices): Passed | Outcome {
  const passkey = passkeys.find(({ id }) => id === context.attempt.signedBy)
  if (passkey === undefined) return reject(context, 'method-not-allowed')
  context.method = passkey.method
  context.authenticator = passkey
  note(context, 'signed', { id: passkey.id, name: passkey.label })
  return { kind: 'passed' }
}
