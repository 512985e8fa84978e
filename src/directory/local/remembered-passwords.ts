import { createHmac, createSecretKey, randomBytes } from 'node:crypto'
import { type Clock, constantTimeEqual, type Secret } from '../../support/index.ts'

/** How long a right password is known again without its slow hash. */
const rememberMs = 5 * 60_000

/** Recognises passwords that were right a moment ago. */
export type RememberedPasswords = {
  remember(userKey: string, password: Secret): void
  isRemembered(userKey: string, password: Secret): boolean
}

/**
 * Keeps an HMAC-SHA-256 of each user's last right password, salted by the user's key, under a random
 * key that never leaves this closure: nothing of it survives the process or a reload.
 */
export function createRememberedPasswords(clock: Clock): RememberedPasswords {
  const key = createSecretKey(randomBytes(32))
  const byUser = new Map<string, { readonly mac: Uint8Array; readonly untilMs: number }>()

  function macOf(userKey: string, password: Secret): Uint8Array {
    return createHmac('sha256', key).update(`${userKey}\0${password.reveal()}`).digest()
  }

  return {
    remember(userKey, password) {
      byUser.set(userKey, { mac: macOf(userKey, password), untilMs: clock.nowMs() + rememberMs })
    },
    isRemembered(userKey, password) {
      const known = byUser.get(userKey)
      if (!known) return false
      if (known.untilMs <= clock.nowMs()) {
        byUser.delete(userKey)
        return false
      }
      return constantTimeEqual(known.mac, macOf(userKey, password))
    },
  }
}
