import type { Config, ConfigCheck } from '../config/index.ts'
import {
  DirectoryError,
  openPassword,
  type PasswordOwner,
  type SealedAs,
  sealPassword,
} from '../directory/index.ts'
import { AdminError } from '../operations/index.ts'
import { deriveKey } from '../store/index.ts'
import type { Secret } from '../support/index.ts'

/** Seals and opens passwords of local users, or their NT hashes. */
export type PasswordSealer = {
  seal(owner: PasswordOwner, password: Secret, as: SealedAs): string
  /** An NT hash opens as 32 hex digits. Throws DirectoryError `sealed-password-invalid`. */
  open(owner: PasswordOwner, sealed: string, as: SealedAs): Secret
}

/** `sealingKey`: 32 bytes in Base64, as the configuration has it. */
export function createPasswordSealer(sealingKey: Secret): PasswordSealer {
  const master = Buffer.from(sealingKey.reveal().trim(), 'base64')
  const key = deriveKey(master, 'local passwords')
  return {
    seal: (owner, password, as) => sealPassword(key, owner, password, as),
    open: (owner, sealed, as) => openPassword(key, owner, sealed, as),
  }
}

/**
 * Seals a password, or its NT hash, for somebody in a local directory of this configuration, who may
 * still have to be written there. Throws AdminError `directory-unknown` and `sealing-key-missing`.
 */
export function sealForConfig(
  config: Config,
  owner: PasswordOwner,
  password: Secret,
  as: SealedAs,
): string {
  const local = Object.entries(config.directories).filter(([, { type }]) => type === 'local')
  const names = local.map(([name]) => name)
  if (!names.includes(owner.directory)) {
    throw new AdminError(
      'directory-unknown',
      `"${owner.directory}" is no local directory; there ${names.length > 0 ? `are: ${names.join(', ')}` : 'is none'}.`,
    )
  }
  if (config.sealingKey !== undefined) {
    return createPasswordSealer(config.sealingKey).seal(owner, password, as)
  }
  throw new AdminError(
    'sealing-key-missing',
    'The configuration has no sealing_key, so nothing that is sealed would open again.',
  )
}

/** Opens all that is sealed, so that what is wrong shows with its place before anything starts. */
export const checkSealedPasswords: ConfigCheck = (config) => {
  const sealer = config.sealingKey && createPasswordSealer(config.sealingKey)
  return sealedPasswords(config).flatMap(({ owner, sealed, as }) => {
    const field = as === 'nt-hash' ? 'sealed_nt_hash' : 'sealed_password'
    const path = ['directories', owner.directory, 'users', owner.user, field]
    if (sealer === undefined) return [{ path, message: 'needs sealing_key' }]
    try {
      sealer.open(owner, sealed, as)
      return []
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error
      return [{ path, message: error.message }]
    }
  })
}

type Sealed = { readonly owner: PasswordOwner; readonly sealed: string; readonly as: SealedAs }

function sealedPasswords({ directories }: Config): readonly Sealed[] {
  return Object.entries(directories).flatMap(([directory, settings]) =>
    settings.type === 'local'
      ? Object.entries(settings.users).flatMap(([user, { sealedPassword, sealedNtHash }]) => {
          const owner = { directory, user }
          return [
            ...(sealedPassword ? [{ owner, sealed: sealedPassword, as: 'password' as const }] : []),
            ...(sealedNtHash ? [{ owner, sealed: sealedNtHash, as: 'nt-hash' as const }] : []),
          ]
        })
      : [],
  )
}
