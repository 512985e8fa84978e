import { link, open, rm } from 'node:fs/promises'
import type { Connection } from './connection.ts'
import { StoreError } from './errors.ts'

/**
 * Copies the store to `file` while it serves. The file appears whole or not at all, readable by
 * its owner only. Throws StoreError `file-exists`, or what failed.
 */
export async function writeBackup(connection: Connection, file: string): Promise<void> {
  const part = `${file}.part`
  try {
    await rm(part, { force: true })
    await (await open(part, 'wx', 0o600)).close()
    await connection.copyTo(part)
    await link(part, file)
  } catch (cause) {
    if (cause instanceof StoreError) throw cause
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
    const code = exists ? 'file-exists' : 'store-failed'
    throw new StoreError(code, `backup to ${file}`, { cause })
  } finally {
    await rm(part, { force: true })
  }
}
