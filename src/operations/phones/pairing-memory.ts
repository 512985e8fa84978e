import type { Pairing, PairingStore } from '../../accounts/index.ts'
import type { Clock } from '../../support/index.ts'

/** Each lasts ten minutes at most; a person has one. */
const mostOpen = 10_000

/**
 * Pairings of one process, where no other has a part in them: after a restart the person asks for another code. Nothing of
 * them gets into a file.
 */
export function createPairingMemory({
  nowMs,
}: Pick<Clock, 'nowMs'>): Omit<PairingStore, 'purge'> & { size(): number } {
  const byUser = new Map<string, Pairing>()

  function sweep(): void {
    for (const [key, { untilMs }] of byUser) if (untilMs <= nowMs()) byUser.delete(key)
    for (const key of byUser.keys()) {
      if (byUser.size < mostOpen) break
      byUser.delete(key)
    }
  }

  const isThere = ({ id, userKey, version }: Pairing) => {
    const kept = byUser.get(userKey)
    return kept?.id === id && kept.version === version
  }

  return {
    async open(pairing) {
      sweep()
      // As the newest of all.
      byUser.delete(pairing.userKey)
      byUser.set(pairing.userKey, pairing)
    },
    ofPerson: async (userKey) => byUser.get(userKey),
    ofName: async (name) => [...byUser.values()].filter(({ userName }) => userName === name),
    async ofToken(tokenHash) {
      const hash = Buffer.from(tokenHash)
      return [...byUser.values()].find((each) => each.tokenHash && hash.equals(each.tokenHash))
    },
    async change(pairing, to) {
      if (!isThere(pairing)) return false
      byUser.set(pairing.userKey, { ...pairing, ...to, version: pairing.version + 1 })
      return true
    },
    async end(pairing) {
      return isThere(pairing) && byUser.delete(pairing.userKey)
    },
    size: () => byUser.size,
  }
}
