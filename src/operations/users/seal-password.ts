import type { Secret } from '../../support/index.ts'
import { AdminError } from '../errors.ts'

type Owner = { readonly directory: string; readonly user: string }
type As = 'password' | 'nt-hash'

export type SealParts = {
  /** Names of the local directories. */
  readonly directories: readonly string[]
  /** Absent where the configuration has no sealing key. */
  readonly seal: ((owner: Owner, password: Secret, as: As) => string) | undefined
}

/**
 * Seals a password, or its NT hash, for someone in a local directory of the configuration, who may
 * still have to be written there. Throws AdminError `directory-unknown` and `sealing-key-missing`.
 */
export function sealLocalPassword(
  { directories, seal }: SealParts,
  owner: Owner,
  password: Secret,
  as: As,
): string {
  if (!directories.includes(owner.directory)) {
    throw new AdminError(
      'directory-unknown',
      `"${owner.directory}" is not a local directory; there ${directories.length > 0 ? `are: ${directories.join(', ')}` : 'is none'}.`,
    )
  }
  if (seal !== undefined) return seal(owner, password, as)
  throw new AdminError(
    'sealing-key-missing',
    'The configuration has no sealing_key, so nothing that is sealed would open again.',
  )
}
