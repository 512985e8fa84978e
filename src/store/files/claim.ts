import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { checkTrustedPath, FileError, openFolder, writeFileIn } from '../../files/index.ts'
import { createInstallationId } from '../sealing/secrets.ts'

/** What a start may do about the store of its configuration. */
export type StoreClaim = {
  /** The installation that the store must be of; undefined: any, as nothing is written down. */
  readonly id: string | undefined
  readonly whenMissing: 'make' | 'refuse'
  /** Takes back what was written for a store that could not be made. */
  undo(): void
}

export type ClaimOptions = {
  /** Whether there is a store, or something in its place. */
  readonly isThere: boolean
  /** The installation id that is written down; undefined: none is. */
  readonly id: string | undefined
  /** Where the id is written for a new store; undefined: it is not ours to write. */
  readonly idFile: string | undefined
  /** Where the end of the audit is kept beside the store. */
  readonly headFile: string | undefined
}

/**
 * An empty store in place of a lost one would take used codes again, so a store is made only where there
 * was none (RULES 43): no installation id, no end of an audit, and the id of the new one can be written beside
 * the sealing key. Under systemd it cannot, and `init` or `store create` does it.
 */
export function claimStore({ isThere, id, idFile, headFile }: ClaimOptions): StoreClaim {
  const refusal = { id, whenMissing: 'refuse', undo: () => undefined } as const
  if (id !== undefined || isThere) return refusal
  if (headFile !== undefined && existsSync(headFile)) return refusal
  const fresh = createInstallationId()
  if (idFile === undefined || !writeInstallationId(idFile, fresh)) return refusal
  return { id: fresh, whenMissing: 'make', undo: () => rmSync(idFile, { force: true }) }
}

/** False where the folder is not ours to write. */
function writeInstallationId(file: string, id: string): boolean {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    checkTrustedPath(dirname(file), { last: 'ours' })
    const folder = openFolder(dirname(file))
    try {
      writeFileIn(folder, basename(file), { content: `${id}\n`, mode: 0o600 })
    } finally {
      folder.close()
    }
    return true
  } catch (error) {
    if (error instanceof FileError || isSystemError(error)) return false
    throw error
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && 'syscall' in error
}
