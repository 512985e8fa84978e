import type { Directory, PersonFacts, Shielded } from '../../signin/index.ts'
import type { Person } from '../people.ts'

/** What the directory of a person says at this moment, beside who they are. */
export type DirectoryStatus = {
  readonly facts?: PersonFacts
  /** Why passwords are refused without asking the directory. */
  readonly shield?: Shielded
  /** Why the directory could not be asked. */
  readonly unasked?: string
}

/** Asks the directory of one person. Never rejects. */
export type DirectoryStatusOf = (person: Person, signal: AbortSignal) => Promise<DirectoryStatus>

/** Asks `directories` in the order of the configuration; a person without one that is there has no status. */
export function createDirectoryStatusLookup(directories: readonly Directory[]): DirectoryStatusOf {
  return async (person, signal) => {
    const { directory: name, displayName } = person
    const directory = directories.find((each) => each.name === name)
    // A person who is only remembered is known by name and key.
    if (directory === undefined || displayName === undefined) return {}
    const user = { groups: [], phones: [], ...person, directory: directory.name, displayName }
    const [described, shield] = await Promise.all([
      directory.describe?.(user, signal),
      directory.lookAtShield?.(user, signal),
    ])
    const shielded = shield === undefined ? {} : { shield }
    switch (described?.kind) {
      case 'facts':
        return { ...shielded, facts: described }
      case 'down':
        return { ...shielded, unasked: `${directory.name}: ${described.detail}` }
      case 'busy':
        return { ...shielded, unasked: `${directory.name}: too many requests wait for it` }
      case undefined:
        return shielded
    }
  }
}
