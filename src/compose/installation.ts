import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type Config, type InstallationFiles, readInstallation } from '../config/index.ts'
import { checkWay, FileError, openFolder, writeFileIn } from '../files/index.ts'
import { createInstallationId } from '../store/index.ts'

/** What a start may do about the store of its configuration. */
export type StoreClaim = {
  /** The installation that the store must be of; undefined: any, as nothing is written down. */
  readonly id: string | undefined
  readonly whenMissing: 'make' | 'refuse'
  /** Takes back what was written for a store that could not be made. */
  undo(): void
}

/**
 * An empty store in the place of a lost one would take used codes again, so a store is made only where there
 * was none (RULES 43): no installation id, no end of an audit, and the id of the new one can be written beside
 * the sealing key. Under systemd it cannot, and `init` or `store create` does it. A demo makes its store freely.
 */
export function claimStore(config: Config, file: string): StoreClaim {
  const { id } = readInstallation(config.installation)
  const undo = () => undefined
  if (config.insecureDemo) return { id, whenMissing: 'make', undo }
  if (id !== undefined || existsSync(file)) return { id, whenMissing: 'refuse', undo }
  const { headFile } = config
  if (headFile !== undefined && existsSync(headFile)) return { id, whenMissing: 'refuse', undo }
  const fresh = createInstallationId()
  if (!writeInstallationId(config.installation, fresh)) {
    return { id, whenMissing: 'refuse', undo }
  }
  const forget = () => rmSync(config.installation.file, { force: true })
  return { id: fresh, whenMissing: 'make', undo: forget }
}

/** False where systemd hands the secrets over, or the folder is not ours to write. */
function writeInstallationId({ file, handedOver }: InstallationFiles, id: string): boolean {
  if (handedOver !== undefined) return false
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    checkWay(dirname(file), { last: 'ours' })
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
