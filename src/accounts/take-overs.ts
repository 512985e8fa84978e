/**
 * What may have been used without our knowing: a server of the database has taken over that had not heard of the last
 * moments, or a backup was put back.
 */
export interface TakeOvers {
  /**
   * Whether something that could have been used since this moment, in milliseconds since 1970, was perhaps used before
   * and is not known to be. Waits for nothing.
   */
  isUnsure(usableSinceMs: number): boolean
}

/** Where every use is known, as in a file. */
export const sureOfAll: TakeOvers = { isUnsure: () => false }
