import { AdminError } from '../errors.ts'
import type { FindPerson, Person } from '../people.ts'

/** So many directory searches at once. */
const searchesAtOnce = 8

/**
 * Looks every name up, each once. Gives the person, or why there is none: without the name, which where columns were mixed
 * up is a seed.
 */
export async function findPeople(
  names: Iterable<string>,
  findPerson: FindPerson,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Person | string>> {
  const wanted = [...new Set(names)]
  const found = new Map<string, Person | string>()
  const search = async (name: string) => {
    try {
      found.set(name, await findPerson(name, signal))
    } catch (error) {
      if (!(error instanceof AdminError)) throw error
      if (error.code === 'directory-down') throw directoryDown()
      found.set(
        name,
        error.code === 'user-ambiguous'
          ? 'the user name means more than one person; write directory:name'
          : 'no directory knows this user name',
      )
    }
  }
  for (let at = 0; at < wanted.length; at += searchesAtOnce) {
    await Promise.all(wanted.slice(at, at + searchesAtOnce).map(search))
    if (signal.aborted) break
  }
  return found
}

function directoryDown(): AdminError {
  return new AdminError(
    'directory-down',
    'A directory does not answer, so the users of the file cannot be looked up. Nothing was imported. holdfast check says more.',
  )
}
