import type { DirectoryDown } from '../../signin/index.ts'
import { DirectoryError } from '../errors.ts'

/** Our own limits are `busy` and never an outage; everything else is. */
export function troubleOf(error: unknown): { kind: 'busy' } | DirectoryDown {
  if (!(error instanceof DirectoryError)) throw error
  if (error.code === 'busy' || error.code === 'aborted') return { kind: 'busy' }
  const refused = error.code === 'search-refused' || error.details.accountRefused === true
  return { kind: 'down', detail: error.message, ...(refused ? { refused } : {}) }
}

/** What `work` comes to; undefined where the directory cannot tell now. */
export async function unlessTrouble<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DirectoryError) return undefined
    throw error
  }
}
