import { AdminError } from '../admin/index.ts'
import type { Config, ConfigCheck } from '../config/index.ts'
import {
  DirectoryError,
  openPassword,
  type PasswordOwner,
  sealPassword,
} from '../directory/index.ts'
import { deriveKey } from '../store/index.ts'
import type { Secret } from '../support/index.ts'

/** Seals and opens passwords of local users. */
export type PasswordSealer = {
  seal(owner: PasswordOwner, password: Secret): string
  /** Throws DirectoryError `sealed-password-invalid`. */
  open(owner: PasswordOwner, sealed: string): Secret
}

/** `sealingKey`: 32 bytes in Base64, as the configuration has it. */
export function createPasswordSealer(sealingKey: Secret): PasswordSealer {
  const master = Buffer.from(sealingKey.reveal().trim(), 'base64')
  const key = deriveKey(master, 'local passwords')
  return {
    seal: (owner, password) => sealPassword(key, owner, password),
    open: (owner, sealed) => openPassword(key, owner, sealed),
  }
}

/**
 * Seals a password for somebody in a local directory of this configuration, who may still have to be
 * written there. Throws AdminError `directory-unknown` and `sealing-key-missing`.
 */
export function sealForConfig(config: Config, owner: PasswordOwner, password: Secret): string {
  const local = Object.entries(config.directories).filter(([, { type }]) => type === 'local')
  const names = local.map(([name]) => name)
  if (!names.includes(owner.directory)) {
    throw new AdminError(
      'directory-unknown',
      `"${owner.directory}" is no local directory; there ${names.length > 0 ? `are: ${names.join(', ')}` : 'is none'}.`,
    )
  }
  if (config.sealingKey !== undefined) {
    return createPasswordSealer(config.sealingKey).seal(owner, password)
  }
  throw new AdminError(
    'sealing-key-missing',
    'The configuration has no sealing_key, so nothing that is sealed would open again.',
  )
}

/** Opens every `sealed_password`, so that a wrong one shows with its place before anything starts. */
export const checkSealedPasswords: ConfigCheck = (config) => {
  const sealer = config.sealingKey && createPasswordSealer(config.sealingKey)
  return sealedPasswords(config).flatMap(({ owner, sealed }) => {
    const path = ['directories', owner.directory, 'users', owner.user, 'sealed_password']
    if (sealer === undefined) return [{ path, message: 'needs sealing_key' }]
    try {
      sealer.open(owner, sealed)
      return []
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error
      return [{ path, message: error.message }]
    }
  })
}

function sealedPasswords({ directories }: Config) {
  return Object.entries(directories).flatMap(([directory, settings]) =>
    settings.type === 'local'
      ? Object.entries(settings.users).flatMap(([user, { sealedPassword: sealed }]) =>
          sealed === undefined ? [] : [{ owner: { directory, user }, sealed }],
        )
      : [],
  )
}
