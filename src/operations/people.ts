import { directoryOfKey, type User } from '../accounts/index.ts'
import type { Directory } from '../signin/index.ts'
import { describeAmbiguity, describeProblem, nameForms } from '../signin/index.ts'
import type { UserStore } from '../store/index.ts'
import { foldName } from '../support/index.ts'
import { AdminError } from './errors.ts'

/** A person as far as we can tell: everything with a running directory, otherwise key and name. */
export type Person = Pick<User, 'key' | 'name'> &
  Partial<Omit<User, 'key' | 'name'>> & {
    /** Directories that could not say whether they know the name, each with the reason. */
    readonly unasked?: readonly string[]
  }

/** Finds the one person a name means. Rejects with AdminError when it means no one or several. */
export type FindPerson = (name: string, signal: AbortSignal) => Promise<Person>

/**
 * Asks the directories in their order, as a sign-in does; the first that knows the name wins. A person who is in none
 * of them, or only in one that is down, is looked up among the names the store remembers: a block must work while the
 * directory is down, and so must forgetting someone who has left. `directory:name` chooses among remembered people of
 * one name. A person who was found by such a name is asked for by key: what depends on groups or on the age of a
 * password must not hang on how a name is written.
 */
export function createPersonLookup(options: {
  readonly directories: readonly Directory[]
  readonly users: Pick<UserStore, 'listUsers'>
}): FindPerson {
  return async (name, signal) => {
    const unasked: string[] = []
    const problems: string[] = []
    const told = () => (unasked.length === 0 ? {} : { unasked })
    for (const directory of options.directories) {
      const resolved = await directory.resolve(name, signal)
      if (resolved.kind === 'user') return { ...resolved.user, ...told() }
      if (resolved.kind === 'ambiguous') {
        const where = describeAmbiguity(directory.name, resolved.attribute ?? '')
        throw new AdminError('user-ambiguous', `"${name}" means more than one user: ${where}.`)
      }
      if (resolved.kind === 'invalid') problems.push(nameForms[resolved.form])
      if (resolved.kind === 'unknown' && resolved.problem !== undefined) {
        problems.push(describeProblem(directory.name, resolved.problem))
      }
      if (resolved.kind === 'down') unasked.push(`${directory.name}: ${resolved.detail}`)
      if (resolved.kind === 'busy') unasked.push(`${directory.name}: too many requests wait for it`)
    }
    const remembered = await findRemembered(name, options.users)
    if (remembered) {
      const of = directoryOfKey(remembered.key)
      const directory = options.directories.find((each) => each.name === of)
      const found = await directory?.resolveKey(remembered.key, signal)
      return { ...(found?.kind === 'user' ? found.user : remembered), ...told() }
    }
    if (unasked.length === 0) {
      throw new AdminError(
        'user-unknown',
        options.directories.length === 0
          ? `Nothing is stored under the name "${name}". Only the running service can ask the directories.`
          : `No user is called "${name}"${because(problems)}. holdfast user list shows all users with stored data.`,
      )
    }
    throw new AdminError(
      'directory-down',
      `"${name}" cannot be looked up: a directory does not answer (${unasked.join('; ')}). Nothing is stored under this name. holdfast check says more.`,
    )
  }
}

function because(problems: readonly string[]): string {
  return problems.length === 0 ? '' : `: ${[...new Set(problems)].join('; ')}`
}

async function findRemembered(
  name: string,
  users: Pick<UserStore, 'listUsers'>,
): Promise<Person | undefined> {
  const [, directory, plainName = name] = /^([^:]+):(.+)$/s.exec(name) ?? []
  const found = await users.listUsers({ search: plainName, limit: 1000 })
  const fits = found.filter(
    (user) =>
      foldName(user.name) === foldName(plainName) &&
      (directory === undefined || user.userKey.startsWith(`${directory}:`)),
  )
  const [first, second] = fits
  if (second)
    throw ambiguous(
      name,
      fits.map(({ userKey }) => userKey),
    )
  return first && { key: first.userKey, name: first.name }
}

function ambiguous(name: string, where: readonly string[]): AdminError {
  return new AdminError(
    'user-ambiguous',
    `"${name}" means more than one person: ${where.join(', ')}. Write directory:name.`,
  )
}
