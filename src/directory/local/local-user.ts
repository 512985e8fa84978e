import { createHash, createHmac, createSecretKey, randomBytes } from 'node:crypto'
import type { UnusablePhone } from '../../signin/index.ts'
import type { Secret } from '../../support/index.ts'

/** A person in the configuration file. */
export type LocalUser = {
  readonly name: string
  /** Clear password; only with `allowClear`. */
  readonly password?: Secret
  /** Password that was sealed in the configuration. It or a clear one is needed for CHAP. */
  readonly unsealedPassword?: Secret
  /** NT hash that was sealed in the configuration: 32 hex digits. */
  readonly unsealedNtHash?: Secret
  /** The sealed forms of these in the configuration. */
  readonly sealed?: readonly string[]
  /** `scrypt$N$r$p$salt$hash`, made by `hashPassword`. */
  readonly passwordHash?: string
  readonly displayName?: string
  readonly groups?: readonly string[]
  /** Values for reply rules, by name. */
  readonly attributes?: Readonly<Record<string, readonly string[]>>
  /** E.164 numbers. */
  readonly phones?: readonly string[]
  readonly unusablePhones?: readonly UnusablePhone[]
  /** `alice@corp.example`, another name of theirs; of one person only. */
  readonly upn?: string
  /** Where mail goes. It also names them in a certificate. */
  readonly email?: string
  /** Name of another one, who hears of codes for this one. */
  readonly manager?: string
  /** BCP 47 tag. */
  readonly language?: string
}

/**
 * Stamps of passwords in the configuration: of the forms in which they are written there, hashed or sealed. One in
 * clear text is stamped under a key that goes with the process, since nothing of it may be stored (RULES 22).
 */
export function createLocalStamps(): (user: LocalUser) => string | undefined {
  const key = createSecretKey(randomBytes(32))
  return ({ password, passwordHash, sealed = [] }) => {
    const stored = JSON.stringify([passwordHash ?? '', ...sealed])
    if (password !== undefined) {
      return createHmac('sha256', key).update(stored).update(password.reveal()).digest('base64url')
    }
    const hasOne = passwordHash !== undefined || sealed.length > 0
    return hasOne ? createHash('sha256').update(stored).digest('base64url') : undefined
  }
}
