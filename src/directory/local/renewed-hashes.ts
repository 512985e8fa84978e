import type { RenewedHashes } from './local-directory.ts'

/** Keeps renewed hashes over restarts. `of`: the one in the configuration that it replaces. */
export interface RenewedHashStore {
  list(): Promise<readonly RenewedHash[]>
  keep(renewed: RenewedHash): Promise<void>
}

type RenewedHash = { readonly userKey: string; readonly of: string; readonly hash: string }

/**
 * What the store keeps of renewed password hashes, in memory, where each check of a password can look. A hash that the
 * store refuses is renewed again at a later sign-in.
 */
export async function loadRenewedHashes(store: RenewedHashStore): Promise<RenewedHashes> {
  const byUser = new Map((await store.list()).map((kept) => [kept.userKey, kept]))
  return {
    find(userKey, passwordHash) {
      const kept = byUser.get(userKey)
      return kept?.of === passwordHash ? kept.hash : undefined
    },
    keep(userKey, of, hash) {
      const renewed = { userKey, of, hash }
      store.keep(renewed).then(
        () => byUser.set(userKey, renewed),
        // The store tells of its own trouble.
        () => undefined,
      )
    },
  }
}
