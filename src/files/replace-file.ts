import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Writes a file again, only for its owner. It is the old or the new one, whatever happens meanwhile; resolves when it
 * is on disk. A slow disk does not hold up the process. The folder must be one that others cannot change. Throws what
 * the system says.
 */
export async function replaceFile(path: string, content: string): Promise<void> {
  const part = `${path}.${randomBytes(8).toString('hex')}`
  try {
    const file = await open(part, 'wx', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(part, path)
    const folder = await open(dirname(path), 'r')
    await folder.sync().finally(() => folder.close())
  } finally {
    await rm(part, { force: true })
  }
}
