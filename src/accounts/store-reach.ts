/** Whether the store can be asked now: the servers of a database may be away for seconds, while a standby takes over. */
export interface StoreReach {
  /** False where it has just answered, and where it is a file. Waits for nothing. */
  mayBeAway(): boolean
  /** Since its servers are away, as far as it was asked; 0 while they are there. */
  awayForMs(): number
  /** Asks it. Rejects with StoreError. */
  ask(): Promise<void>
  /** Whether something failed only because the servers are away, so that it may work in a moment. */
  isAway(error: unknown): boolean
}

/** Of a store in a file: a caller that waits for it waits for an administrator. */
export const alwaysReached: StoreReach = {
  mayBeAway: () => false,
  awayForMs: () => 0,
  ask: async () => undefined,
  isAway: () => false,
}
