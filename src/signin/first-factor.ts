import type { User } from '../accounts/index.ts'
import { Secret } from '../support/index.ts'
import type { Credential } from './attempt.ts'
import { type Context, denialOf, deny, note, reject } from './context.ts'
import { relayQuestion, upstreamOf } from './continued/upstream.ts'
import { directoryDown, type FoundUser } from './names/find-user.ts'
import type { Outcome } from './outcome.ts'
import { canChangePassword } from './passwords/expired-password.ts'
import { canChangeByMsChap } from './passwords/ms-chap-change.ts'
import type { Shielded, Verified } from './ports/index.ts'

export type Proven = { readonly kind: 'proven' }

/** Asks the directory, once. Wrong passwords are counted apart from wrong codes (RULES 8). */
export async function checkFirstFactor(
  context: Context,
  found: FoundUser,
  credential: Credential,
): Promise<Proven | Outcome> {
  const { attempt, live, parts } = context
  const refused = refuseBefore(context, credential)
  if (refused !== undefined) return refused

  const startedMs = parts.clock.nowMs()
  const verified = await found.directory.verify(found.user, credential, live.stop.signal, {
    attempt,
    relay: context.upstream?.relay,
  })
  const what = isProvenByKey(credential) ? 'account' : 'first-factor'
  note(context, what, { result: verified.kind, ms: parts.clock.nowMs() - startedMs })
  if (verified.kind === 'right') {
    if (verified.msChap !== undefined) noteMsChap(context, found.user, verified)
    context.upstream = upstreamOf(verified)
  }
  if (verified.kind === 'wrong' && !isProvenByKey(credential)) {
    await countUnproven(context, found.user)
  }
  if (verified.kind === 'must-change' && canChangePassword(context, found, credential)) {
    // A copy: the request lets go of its own while it is held.
    context.expired = { old: new Secret(credential.password.reveal()) }
    return provenOrDenied(context)
  }
  if (verified.kind === 'must-change' && canChangeByMsChap(context, found, credential)) {
    context.expired = { old: unknown }
    return provenOrDenied(context)
  }
  return judge(context, found, verified)
}

/** The gateway has sent no more than a hash of it. */
const unknown = new Secret('')

function noteMsChap(
  context: Context,
  user: User,
  { msChap, passwordDigest }: Extract<Verified, { kind: 'right' }>,
): void {
  context.msChap = msChap
  if (passwordDigest === undefined) return
  const digest = Buffer.from(passwordDigest).toString('hex')
  const digests = context.parts.passwordHasher.hashes('ms-chap', user.key, digest)
  context.passwordDigest = digests.join(' ')
}

function provenOrDenied(context: Context): Proven | Outcome {
  return denialOf(context) === undefined ? { kind: 'proven' } : deny(context)
}

/**
 * The refusal that the directory's shield would come to, before anything is spent (RULES 35); undefined
 * where it lets the password be tried.
 */
export async function refuseShielded(
  context: Context,
  { directory, user }: FoundUser,
): Promise<Outcome | undefined> {
  const shielded = await directory.lookAtShield?.(user, context.live.stop.signal)
  return shielded && refuseByShield(context, shielded)
}

/** A failure of someone who may not be this person: it never locks. */
async function countUnproven({ parts }: Context, user: User): Promise<void> {
  const { accounts, clock, settings } = parts
  await accounts.recordFailure(user.key, 'password', clock.nowMs(), settings.lockout)
}

/** What must never reach a directory: an empty password would be an anonymous bind. */
function refuseBefore(context: Context, credential: Credential): Outcome | undefined {
  switch (credential.kind) {
    case 'pap':
      if (!credential.wellFormed) return reject(context, 'password-garbled')
      // An upstream server may have asked for no more than Enter.
      if (context.upstream?.relay !== undefined) return undefined
      return credential.password.isEmpty ? reject(context, 'password-empty') : undefined
    case 'chap':
    case 'ms-chap':
    case 'eap':
      return undefined
    case 'certificate': {
      const { serialNumber, sid = 'none' } = credential
      note(context, 'certificate', { serialNumber, sid })
      return undefined
    }
    case 'resumed':
      note(context, 'resumed', { since: new Date(credential.provenAtMs).toISOString() })
      return undefined
    case 'unsupported':
      note(context, 'credential', { kind: credential.name })
      if (credential.isTooLong) return reject(context, 'password-too-long')
      return notCheckable(context, `this gateway sends ${credential.name}`)
    case 'none':
      return reject(context, 'credential-missing')
  }
}

/** Says the same as every other refusal, unless the upstream server's words should be shown. */
function refuseInWords(context: Context, message: string | undefined): Outcome {
  const refused = reject(context, 'password-wrong')
  return message === undefined ? refused : { ...refused, message }
}

/** The log says which setting would help: everyone at that gateway is refused. */
function notCheckable(context: Context, detail: string): Outcome {
  const { attempt, parts } = context
  const { name } = attempt.gateway
  parts.log.trouble({
    attemptId: attempt.id,
    what: 'credential-not-checkable',
    detail,
    gateway: name,
  })
  return reject(context, 'credential-not-checkable')
}

/** These cannot be guessed: one that is no longer accepted is not a failed try. */
function isProvenByKey({ kind }: Credential): boolean {
  return kind === 'certificate' || kind === 'resumed'
}

function judgeWrong(
  context: Context,
  { detail = '', message }: Verified & { kind: 'wrong' },
): Outcome {
  const { kind } = context.attempt.credential
  switch (kind) {
    case 'certificate':
      note(context, 'other-account', { detail })
      return reject(context, 'certificate-mismatch')
    case 'resumed':
      note(context, 'other-account', { detail })
      return reject(context, 'session-outdated')
    default:
      return refuseInWords(context, message)
  }
}

function refuseByShield(context: Context, { wrong, threshold, untilMs }: Shielded): Outcome {
  note(context, 'lockout-shield', { wrong, threshold, until: new Date(untilMs).toISOString() })
  return reject(context, 'lockout-shield')
}

function judge(
  context: Context,
  found: FoundUser,
  verified: Verified,
): Proven | Outcome | Promise<Outcome> {
  switch (verified.kind) {
    case 'right':
      return provenOrDenied(context)
    case 'wrong':
      return judgeWrong(context, verified)
    case 'challenge':
      return relayQuestion(context, found.user, verified)
    case 'locked':
      return reject(context, 'account-locked-in-directory')
    case 'disabled':
      return reject(context, 'account-disabled')
    case 'expired':
      return reject(context, 'account-expired')
    case 'restricted':
      return reject(context, 'account-restricted')
    case 'must-change':
      return reject(context, 'password-expired')
    case 'shielded':
      return refuseByShield(context, verified)
    case 'too-long':
      note(context, 'not-checkable', { detail: verified.detail })
      return reject(context, 'password-too-long')
    case 'not-checkable':
      note(context, 'not-checkable', { detail: verified.detail })
      return notCheckable(context, verified.detail)
    case 'busy':
      return reject(context, 'directory-busy')
    case 'overloaded':
      return { kind: 'drop', reason: 'too-many-hashes' }
    case 'down':
      return directoryDown(context, found.directory.name, verified)
  }
}
