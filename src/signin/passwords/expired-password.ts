import type { User } from '../../accounts/index.ts'
import { constantTimeEqual, type Secret } from '../../support/index.ts'
import type { Credential } from '../attempt.ts'
import { type Context, note, reject } from '../context.ts'
import { challengeForPassword } from '../continued/challenge.ts'
import { directoryDown, type FoundUser } from '../names/find-user.ts'
import type { Outcome } from '../outcome.ts'
import type { PasswordChange } from '../ports/index.ts'
import type { TextKey } from '../reasons/text-keys.ts'
import type { OpenedState } from '../state/state-wire.ts'
import type { Passed } from '../step.ts'
import { mostBytes } from '../typed/cut-password.ts'
import { allowChange } from './ms-chap-change.ts'

/** New passwords that were not accepted, in one sign-in, before it is refused. */
const maxTries = 5

/**
 * Whether the person may choose a new password in this sign-in: the gateway can ask for one, and the directory can take
 * it. What was typed must be known, so not after CHAP.
 */
export function canChangePassword(
  { attempt }: Context,
  { directory }: FoundUser,
  credential: Credential,
): credential is Credential & { kind: 'pap' } {
  const { challenges, flow } = attempt.gateway
  const asks = challenges && (flow === 'auto' || flow === 'challenge')
  return asks && credential.kind === 'pap' && directory.changePassword !== undefined
}

/**
 * Asks for a new password where everything else is proven. The second factor comes first: someone
 * who knows nothing but the old password, or uses a known device, must never get to set the next one.
 */
export async function askNewPassword(context: Context, user: User): Promise<Outcome> {
  const { degraded, expired, method, remembered } = context
  const isWhole = method !== undefined && remembered === undefined && degraded === undefined
  if (!isWhole) return reject(context, 'password-expired')
  // The old one is unknown where it came by MS-CHAP, and that has a way of its own for the new one.
  if (expired?.old.isEmpty) return allowChange(context, user, method)
  return ask(context, user, 'new-password', 0)
}

/** What the person typed for a new password, or once more. Both factors were proven before. */
export async function answerNewPassword(
  context: Context,
  found: FoundUser,
  { purpose, method, wrong }: OpenedState,
): Promise<Passed | Outcome> {
  const { attempt, expired } = context
  const { user } = found
  // The passwords were in the memory of a process that is gone; `spendState` has told so.
  if (expired === undefined) return reject(context, 'interrupted')
  context.method = method
  const { credential } = attempt
  if (credential.kind !== 'pap' && credential.kind !== 'none') {
    return reject(context, 'credential-not-checkable')
  }
  const again = (text: TextKey, values?: Values) => askAgain(context, user, wrong, text, values)
  if (credential.kind === 'none' || credential.password.isEmpty) return again('new-password')
  const { password, wellFormed } = credential
  if (purpose === 'new-password') {
    // Cut off in the same place both times, it would be set, and differ from the one that the person knows.
    if (credential.fullAt !== undefined && credential.fullAt >= mostBytes) {
      return again('new-password-long', { count: String(mostBytes - 1) })
    }
    if (!wellFormed || isSame(password, expired.old)) return again('new-password-refused')
    context.expired = { old: expired.old, chosen: password }
    return challengeForPassword(context, user, textFor(context, user, 'new-password-again'), {
      purpose: 'repeat-password',
      wrong,
    })
  }
  const { old, chosen } = expired
  if (chosen === undefined || !isSame(password, chosen)) return again('new-passwords-differ')
  if (found.directory.changePassword === undefined) return reject(context, 'password-expired')
  const change = await found.directory.changePassword(user, { old, chosen })
  note(context, 'password-change', { result: change.kind })
  return judge(context, found, change, again)
}

type Values = Readonly<Record<string, string>>

function judge(
  context: Context,
  { directory }: FoundUser,
  change: PasswordChange,
  again: (text: TextKey, values?: Values) => Outcome,
): Passed | Outcome {
  switch (change.kind) {
    case 'changed':
      context.expired = undefined
      return { kind: 'passed' }
    case 'too-short':
      return again('new-password-short', { count: String(change.atLeast) })
    case 'too-simple':
      return again('new-password-simple')
    case 'refused':
      return again('new-password-refused')
    case 'too-soon':
      return reject(context, 'password-change-too-soon')
    case 'old-wrong':
      // Someone has changed it since this sign-in began.
      return reject(context, 'password-wrong')
    case 'locked':
      return reject(context, 'account-locked-in-directory')
    case 'not-permitted':
      note(context, 'password-change-refused', { detail: change.detail })
      return reject(context, 'password-not-changed')
    case 'unclear':
      note(context, 'password-change-unclear', { detail: change.detail })
      return reject(context, 'password-change-unclear')
    case 'busy':
      return reject(context, 'directory-busy')
    case 'down':
      return directoryDown(context, directory.name, change)
  }
}

function askAgain(
  context: Context,
  user: User,
  wrong: number,
  text: TextKey,
  values: Values | undefined,
): Outcome {
  note(context, 'new-password', { result: text })
  if (wrong + 1 >= maxTries) return reject(context, 'password-not-changed')
  return ask(context, user, text, wrong + 1, values)
}

function ask(context: Context, user: User, text: TextKey, wrong: number, values?: Values): Outcome {
  const { expired } = context
  if (expired === undefined) return reject(context, 'interrupted')
  context.expired = { old: expired.old }
  return challengeForPassword(context, user, textFor(context, user, text, values), {
    purpose: 'new-password',
    wrong,
  })
}

function textFor({ parts }: Context, user: User, text: TextKey, values?: Values): string {
  return parts.texts.text(text, user.language, values)
}

function isSame(left: Secret, right: Secret): boolean {
  return constantTimeEqual(Buffer.from(left.reveal()), Buffer.from(right.reveal()))
}
