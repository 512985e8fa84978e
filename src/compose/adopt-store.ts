import { basename, dirname } from 'node:path'
import { type Config, readInstallation } from '../config/index.ts'
import { checkWay, openFolder, writeFileIn } from '../files/index.ts'
import type { Logger } from '../ops/index.ts'
import type { Store } from '../store/index.ts'

/**
 * An installation of before 0.2 has no installation id beside the sealing key. The store that opens with that
 * key is its own, so its id is written there. The unit's user may not write among the secrets of
 * root: then the log says what root has to do, and the service goes on.
 */
export function adoptStore(
  { insecureDemo, installation }: Config,
  { installationId }: Store,
  logger: Logger,
): void {
  const { file, id } = readInstallation(installation)
  if (insecureDemo || id !== undefined) return
  try {
    writeInstallationId(file, installationId)
    logger.log({ event: 'store-adopted', installation: installationId, file })
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    logger.log({ event: 'store-not-adopted', installation: installationId, file, detail })
  }
}

/**
 * Writes the id beside the sealing key, in the place of another one if there is one. Throws FileError.
 */
export function writeInstallationId(file: string, id: string): void {
  checkWay(dirname(file), { last: 'ours' })
  const folder = openFolder(dirname(file))
  try {
    writeFileIn(folder, basename(file), { content: `${id}\n`, mode: 0o600, replace: true })
  } finally {
    folder.close()
  }
}
