import { constants } from 'node:fs'
import { type FileHandle, link, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from './errors.ts'
import type { FolderHandle, Owner } from './folder.ts'
import { fileError } from './new-file.ts'

const chunkBytes = 1024 * 1024
const createNew = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

/**
 * Gives a finished file of a private folder its owner, its mode and a new name in `folder`. On the
 * same disk this is one step; on another one the file is copied. The old name stays.
 * Throws FileError `file-exists` or `file-unwritable`; then nothing is left under the new name.
 */
export async function placeFile(
  from: string,
  folder: FolderHandle,
  name: string,
  options: { readonly mode: number; readonly owner?: Owner },
): Promise<void> {
  const { mode, owner } = options
  const source = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    if (owner) await source.chown(owner.uid, owner.gid)
    await source.chmod(mode)
    await source.sync()
    await link(from, folder.at(name)).catch(async (error: unknown) => {
      if (systemCode(error) === 'EEXIST') throw error
      // Another disk, or a file system without hard links.
      await copyInto(source, folder, name, options)
    })
    folder.sync()
  } catch (cause) {
    throw fileError(join(folder.path, name), cause)
  } finally {
    await source.close()
  }
}

async function copyInto(
  source: FileHandle,
  folder: FolderHandle,
  name: string,
  { mode, owner }: { readonly mode: number; readonly owner?: Owner },
): Promise<void> {
  const target = await open(folder.at(name), createNew, 0o600)
  let isWhole = false
  try {
    await copyBytes(source, target)
    if (owner) await target.chown(owner.uid, owner.gid)
    await target.chmod(mode)
    await target.sync()
    isWhole = true
  } finally {
    await target.close()
    if (!isWhole) await unlink(folder.at(name))
  }
}

/** Copies all of one open file to another, from the beginning of both. */
export async function copyBytes(source: FileHandle, target: FileHandle): Promise<void> {
  const buffer = Buffer.allocUnsafe(chunkBytes)
  for (let position = 0; ; ) {
    const { bytesRead } = await source.read(buffer, 0, chunkBytes, position)
    if (bytesRead === 0) return
    for (let written = 0; written < bytesRead; ) {
      const { bytesWritten } = await target.write(
        buffer,
        written,
        bytesRead - written,
        position + written,
      )
      written += bytesWritten
    }
    position += bytesRead
  }
}
