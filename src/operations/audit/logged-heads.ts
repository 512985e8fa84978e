import * as z from 'zod'
import type { HeadDifference, Store } from '../../store/index.ts'

/** Where the audit ended, as the log of the service has it. `store`: the beginning of the installation's id. */
export const loggedHead = z.strictObject({
  store: z.string().max(64),
  node: z.string().max(256),
  seq: z.int().min(0),
  hash: z.string().max(128),
  atMs: z.int(),
})
export type LoggedHead = z.output<typeof loggedHead>

/** Heads in one call of `audit.compare`. */
export const mostLoggedHeads = 1000

export type LoggedComparison = {
  /** How many heads were of this store, and later than its last restore. */
  readonly compared: number
  readonly differences: readonly HeadDifference[]
}

/** Compares heads of the log with the chain. Those of other stores say nothing, nor do those from before a restore. */
export async function compareLogged(
  store: Pick<Store, 'audit' | 'installationId'>,
  heads: readonly LoggedHead[],
): Promise<LoggedComparison> {
  const restoredMs = await store.audit.lastRestoreMs()
  const own = heads.filter(
    ({ store: whose, atMs }) =>
      whose.length > 0 && store.installationId.startsWith(whose) && atMs > restoredMs,
  )
  return { compared: own.length, differences: await store.audit.compareHeads(own) }
}
