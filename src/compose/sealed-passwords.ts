import { type Config, checkSealedPasswords as checkSealed } from '../config/index.ts'
import {
  createPasswordSealer,
  DirectoryError,
  type PasswordOwner,
  type PasswordSealer,
  type SealedAs,
} from '../directory/index.ts'
import { sealLocalPassword } from '../operations/index.ts'
import { deriveKey } from '../store/index.ts'
import type { Secret } from '../support/index.ts'

/** `sealingKey`: 32 bytes in Base64, as the configuration has it. */
export function passwordSealerOf(sealingKey: Secret): PasswordSealer {
  const master = Buffer.from(sealingKey.reveal().trim(), 'base64')
  return createPasswordSealer(deriveKey(master, 'local passwords'))
}

/** Seals for a local directory of this configuration. Throws AdminError `directory-unknown` and `sealing-key-missing`. */
export function sealForConfig(
  { directories, sealingKey }: Config,
  owner: PasswordOwner,
  password: Secret,
  as: SealedAs,
): string {
  const local = Object.entries(directories).filter(([, { type }]) => type === 'local')
  const parts = {
    directories: local.map(([name]) => name),
    seal: sealingKey && passwordSealerOf(sealingKey).seal,
  }
  return sealLocalPassword(parts, owner, password, as)
}

/** Opens all that is sealed, before anything starts. */
export const checkSealedPasswords = checkSealed((sealingKey) => {
  const sealer = passwordSealerOf(sealingKey)
  return ({ owner, sealed, as }) => {
    try {
      sealer.open(owner, sealed, as)
      return undefined
    } catch (error) {
      if (error instanceof DirectoryError) return error.message
      throw error
    }
  }
})
