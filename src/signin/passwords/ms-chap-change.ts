import type { Method, User } from '../../accounts/index.ts'
import type { Credential, MsChapCredential } from '../attempt.ts'
import { allowedMethods, type Context, denialOf, deny, note, reject } from '../context.ts'
import { evidenceOf } from '../evidence.ts'
import { directoryDown, type FoundUser } from '../names/find-user.ts'
import type { Outcome } from '../outcome.ts'
import type { Passed } from '../step.ts'

/** How long the person may take to think of a new password. */
const allowedMs = 120_000

/**
 * Whether the client will be told to send a new password (RFC 2759 7): both factors come first, and then
 * what says that it is the same device still.
 */
export function canChangeByMsChap(
  context: Context,
  { directory }: FoundUser,
  credential: Credential,
): boolean {
  return (
    credential.kind === 'ms-chap' &&
    // Inside EAP a new password has another form, which no one reads here.
    context.attempt.eap === undefined &&
    directory.changesByMsChap === true &&
    changeKey(context) !== undefined
  )
}

/** Both factors are proven, and the client is told that the password has expired: now it may send another. */
export async function allowChange(context: Context, user: User, method: Method): Promise<Outcome> {
  const { clock, registry } = context.parts
  const key = changeKey(context)
  if (key !== undefined) {
    note(context, 'new-password-allowed')
    await registry.keepSealed(`${key}:${user.key}`, Buffer.from(method), clock.nowMs() + allowedMs)
  }
  return reject(context, 'password-expired')
}

/**
 * The new password, in a form that only a person who knows the old one can make. It is accepted once, after a sign-in
 * with both factors from the same device a moment ago, and is then the sign-in itself.
 */
export async function changeByMsChap(
  context: Context,
  { directory, user }: FoundUser,
  credential: MsChapCredential,
): Promise<Passed | Outcome> {
  const { attempt, live, parts } = context
  const key = changeKey(context)
  const kept = key === undefined ? undefined : await parts.registry.takeSealed(`${key}:${user.key}`)
  // At another gateway of the group, what was proven may not be accepted (RULES 5).
  const method =
    kept && allowedMethods(context).find((each) => each === Buffer.from(kept).toString())
  if (method === undefined || attempt.state !== undefined) {
    note(context, 'new-password-not-allowed')
    return reject(context, 'password-wrong')
  }
  if (denialOf(context) !== undefined) return deny(context)
  const verified = await directory.verify(user, credential, live.stop.signal, { attempt })
  note(context, 'password-change', { result: verified.kind === 'right' ? 'changed' : 'refused' })
  switch (verified.kind) {
    case 'right':
      context.method = method
      context.msChap = verified.msChap
      return { kind: 'passed' }
    case 'busy':
      return reject(context, 'directory-busy')
    case 'down':
      return directoryDown(context, directory.name, verified)
    case 'wrong':
      note(context, 'password-change-refused', { detail: verified.detail ?? '' })
      return reject(context, 'password-not-changed')
    default:
      return reject(context, 'password-not-changed')
  }
}

/** Undefined where nothing tells one person's device from another's. */
function changeKey({ attempt }: Context): string | undefined {
  const evidence = evidenceOf(attempt)
  return evidence?.lasting ? `ms-chap-change:${attempt.gateway.group}:${evidence.key}` : undefined
}
