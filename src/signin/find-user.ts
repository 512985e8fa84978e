import type { User } from '../accounts/index.ts'
import { type Context, note, reject } from './context.ts'
import type { Outcome } from './outcome.ts'
import type { Directory, DirectoryDown } from './ports.ts'

export type FoundUser = {
  readonly kind: 'found'
  readonly user: User
  readonly directory: Directory
}

/**
 * Resolves the typed name to one person: the first of the gateway's directories that knows it wins.
 * A directory that is down ends the search, since the next one must not answer for it.
 */
export async function findUser(context: Context): Promise<FoundUser | Outcome> {
  const { attempt, parts } = context
  const { firstFactor } = attempt.gateway
  const names = firstFactor.kind === 'none' ? firstFactor.directories : firstFactor.names
  for (const name of names) {
    const directory = parts.directories.get(name)
    if (directory === undefined) continue
    const resolved = await directory.resolve(attempt.userName, attempt.stop.signal)
    switch (resolved.kind) {
      case 'user':
        context.user = resolved.user
        note(context, 'user-found', { directory: name })
        return { kind: 'found', user: resolved.user, directory }
      case 'ambiguous':
        return reject(context, 'user-ambiguous')
      case 'invalid':
        return reject(context, 'name-invalid')
      case 'busy':
        return reject(context, 'directory-busy')
      case 'down':
        return directoryDown(context, name, resolved)
      case 'unknown':
        break
    }
  }
  return reject(context, 'user-unknown')
}

/** What the gateway hears when a directory does not answer: a clear Reject, or silence so that it asks its next server. */
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
