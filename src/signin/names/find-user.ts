import type { User } from '../../accounts/index.ts'
import { type Attempt, directoriesOf } from '../attempt.ts'
import { type Context, note, reject } from '../context.ts'
import type { Outcome } from '../outcome.ts'
import type { Directory, DirectoryDown, Resolved } from '../ports/index.ts'
import type { RejectReason } from '../reasons/reasons.ts'
import { noteAmbiguous, noteProblem } from './name-problems.ts'

export type FoundUser = {
  readonly kind: 'found'
  readonly user: User
  readonly directory: Directory
}

/**
 * Resolves the typed name to one person: the first of the gateway's directories that knows it wins. While a directory
 * is down, no later server answers in its place. Users of the configuration still get in, wherever their directory is
 * in the order: they are there for such nights. The key of a session says whose it is.
 */
export async function findUser(context: Context): Promise<FoundUser | Outcome> {
  const { attempt, parts } = context
  const { firstFactor } = attempt.gateway
  const refusals: RejectReason[] = []
  let down: { readonly name: string; readonly trouble: DirectoryDown } | undefined
  for (const name of directoriesOf(firstFactor)) {
    const directory = parts.directories.get(name)
    if (directory === undefined || (down !== undefined && !directory.standsAlone)) continue
    const resolved = await resolve(context, directory)
    switch (resolved.kind) {
      case 'user':
        context.user = resolved.user
        if (down !== undefined) {
          context.degraded = 'directory'
          note(context, 'directory-down', { directory: down.name, detail: down.trouble.detail })
        }
        note(context, 'user-found', { directory: name })
        return { kind: 'found', user: resolved.user, directory }
      case 'ambiguous':
        noteAmbiguous(context, name, resolved)
        return reject(context, 'user-ambiguous')
      case 'invalid':
        note(context, 'name-invalid', { form: resolved.form })
        refusals.push('name-invalid')
        break
      case 'busy':
        return reject(context, 'directory-busy')
      case 'down':
        down = { name, trouble: resolved }
        break
      case 'unknown':
        noteProblem(context, name, resolved.problem)
        refusals.push(resolved.problem?.kind === 'domain' ? 'domain-unknown' : 'user-unknown')
    }
  }
  return down === undefined
    ? reject(context, gravest(refusals))
    : directoryDown(context, down.name, down.trouble)
}

async function resolve({ attempt, live }: Context, directory: Directory): Promise<Resolved> {
  const { gateway, userKey, userName } = attempt
  const { signal } = live.stop
  if (gateway.firstFactor.kind !== 'session') {
    return directory.resolve(userName, signal, hasCertifiedName(attempt))
  }
  if (userKey === undefined) return { kind: 'unknown' }
  const resolved = await directory.resolveKey(userKey, signal)
  const isAnother = resolved.kind === 'user' && resolved.user.key !== userKey
  return isAnother ? { kind: 'unknown' } : resolved
}

/** Where one directory has understood the name, the form is not what is wrong with it. */
function gravest(refusals: readonly RejectReason[]): RejectReason {
  const order = ['user-unknown', 'domain-unknown', 'name-invalid'] as const
  return order.find((reason) => refusals.includes(reason)) ?? 'user-unknown'
}

/**
 * What the gateway gets when a directory does not answer: a clear Reject, or silence so that it asks its next server.
 */
export function directoryDown(
  context: Context,
  directory: string,
  { detail, refused = false }: DirectoryDown,
): Outcome {
  const { attempt, parts } = context
  note(context, 'directory-down', { directory, detail })
  parts.log.trouble({
    attemptId: attempt.id,
    what: 'directory-down',
    detail: `${directory}: ${detail}`,
    gateway: attempt.gateway.name,
  })
  if (attempt.gateway.onDirectoryDown === 'silent')
    return { kind: 'drop', reason: 'directory-down-silent' }
  return reject(context, refused ? 'directory-refuses-us' : 'directory-down')
}

/** Whether the name was in a certificate, in this request or in the sign-in that its session stands for. */
function hasCertifiedName({ credential }: Attempt): boolean {
  const proof = credential.kind === 'resumed' ? credential.proof : credential.kind
  return proof === 'certificate'
}
