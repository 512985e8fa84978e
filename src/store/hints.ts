import { createHash } from 'node:crypto'

/**
 * Tells other processes that something has changed, and hears them. A hint may be lost, late or made up, so it is never
 * believed: it only leads to a question to the database.
 */
export type Hints = {
  /** Goes out a tick later, with all others of this tick. */
  tell(token: string): void
  /**
   * Begins to listen, and goes on after the first try, whether or not it has worked. `onHint`: never for hints of this
   * process. `onOpen`: some may have been lost before.
   */
  listen(onHint: (tokens: Iterable<string> | 'all') => void, onOpen: () => void): Promise<void>
  close(): Promise<void>
}

/** What hints are about. */
export type HintKind = 'claim' | 'prompt' | 'page' | 'timeline'

/** Characters of a token. Two things may share one by chance: the other is then looked up for nothing. */
export const tokenLength = 8

export function tokenOf(kind: HintKind, id: string): string {
  return createHash('sha256').update(`${kind}:${id}`).digest('base64url').slice(0, tokenLength)
}
