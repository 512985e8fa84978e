import type { RenewedHashes } from '../directory/index.ts'
import type { RenewedHashStore } from '../store/index.ts'

/**
 * What the store keeps of renewed password hashes, in memory, where each check of a password can look. One
 * that the store does not take is renewed again at a later sign-in.
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
