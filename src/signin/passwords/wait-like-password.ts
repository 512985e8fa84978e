import { type Attempt, directoriesOf } from '../attempt.ts'
import { type Context, leavingFromNow } from '../context.ts'
import type { Outcome } from '../outcome.ts'
import { rejectReasons } from '../reasons/reasons.ts'
import { entriesOf } from '../timeline.ts'

/**
 * A wrong password may wait for its slow hash behind others. What is refused before a password is tried, such as a name
 * that no one has or a wrong code, waits in the same place: otherwise a busy service would tell which names exist, and
 * which guessed code was right (RULES 39, 41).
 */
export async function waitLikePassword(
  context: Context,
  refused: Outcome & { kind: 'reject' },
): Promise<Outcome> {
  if (!rejectReasons[refused.reason].delay) return refused
  if (!hasPassword(context.attempt) || wasTried(context)) return refused
  const slow = possibleDirectories(context)
    .map((name) => context.parts.directories.get(name))
    .find((directory) => directory?.waitLikePassword !== undefined)
  if (slow === undefined) return refused
  const waited = await slow.waitLikePassword?.(context.live.stop.signal)
  if (waited === 'overloaded') return { kind: 'drop', reason: 'too-many-hashes' }
  return leavingFromNow(context, refused)
}

function hasPassword({ credential, gateway, state }: Attempt): boolean {
  if (state !== undefined || gateway.firstFactor.kind !== 'directories') return false
  return credential.kind === 'pap' && credential.wellFormed && !credential.password.isEmpty
}

function wasTried({ timeline }: Context): boolean {
  return entriesOf(timeline).some(({ what }) => what === 'first-factor')
}

/** Where the password would have been tried. */
function possibleDirectories({ attempt, user }: Context): readonly string[] {
  if (user !== undefined) return [user.directory]
  return directoriesOf(attempt.gateway.firstFactor)
}
