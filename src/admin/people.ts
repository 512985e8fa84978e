import type { User } from '../accounts/index.ts'
import type { Directory } from '../signin/index.ts'
import { AdminError } from './errors.ts'

/** A person as far as we can tell: everything with a running directory, else key and name. */
export type Person = Pick<User, 'key' | 'name'> & Partial<Omit<User, 'key' | 'name'>>

/** Finds the one person a name means. Rejects with AdminError when it is none or several. */
export type FindPerson = (name: string, signal: AbortSignal) => Promise<Person>

/** Asks the directories in their order, as a sign-in does; the first that knows the name wins. */
export function createDirectoryLookup(directories: readonly Directory[]): FindPerson {
  return async (name, signal) => {
    const down: string[] = []
    for (const directory of directories) {
      const resolved = await directory.resolve(name, signal)
      if (resolved.kind === 'user') return resolved.user
      if (resolved.kind === 'ambiguous') throw ambiguous(name, directory.name)
      if (resolved.kind === 'down') down.push(`${directory.name}: ${resolved.detail}`)
    }
    if (down.length === 0) throw unknown(name)
    throw new AdminError(
      'directory-down',
      `"${name}" cannot be looked up, a directory is down (${down.join('; ')}). holdfast check says more.`,
    )
  }
}

/** Looks among the names the store remembers; for when no service, and so no directory, is there. */
export function createRememberedLookup(
  listUsers: () => Promise<readonly { readonly userKey: string; readonly name: string }[]>,
): FindPerson {
  return async (name) => {
    const wanted = name.toLowerCase()
    const users = await listUsers()
    const found = users.filter(
      (user) => user.name.toLowerCase() === wanted || user.userKey === name,
    )
    const [first, second] = found
    if (!first) throw unknown(name)
    if (second) throw ambiguous(name, found.map((user) => user.userKey).join(', '))
    return { key: first.userKey, name: first.name }
  }
}

function unknown(name: string): AdminError {
  return new AdminError(
    'user-unknown',
    `Nobody is called "${name}". holdfast user list shows who is known.`,
  )
}

function ambiguous(name: string, where: string): AdminError {
  return new AdminError('user-ambiguous', `"${name}" means more than one person (${where}).`)
}
