import { randomUUID } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { makePrivateFolder } from '../../files/index.ts'
import { StoreError } from '../../store/index.ts'
import { AdminError } from '../errors.ts'
import { nothing, operation } from '../operation.ts'
import type { AdminParts } from '../parts.ts'
import { recordChange } from '../record-change.ts'

/** The one event of `backup`: the copy is made and can be read. */
export type BackupReady = { readonly id: string; readonly bytes: number }

const pieceBytes = 256 * 1024

/**
 * A backup travels through the connection in pieces that the caller asks for: the service may not be able to write
 * where the administrator wants the file, as its unit sees a private file system. It must not hold in memory what the
 * caller is slow to take.
 */
export function createBackupOperations(parts: AdminParts) {
  const ready = new Map<string, { readonly file: FileHandle; readonly finished: () => void }>()
  const find = (id: string) => {
    const found = ready.get(id)
    if (found) return found
    throw new AdminError('bad-arguments', 'That backup is not open any more.')
  }
  const byId = z.strictObject({ id: z.uuid() })

  return {
    /** Makes a consistent copy, sends BackupReady, and keeps the copy until `backup.end`. */
    backup: operation(nothing, async (_, { send, signal, caller }) => {
      const id = randomUUID()
      const work = makePrivateFolder(parts.scratchFolder)
      const path = join(work.path, 'backup')
      let file: FileHandle | undefined
      try {
        // First the trail, so that the copy tells of itself.
        await recordChange(parts, caller, 'admin-backup-taken', undefined, {}).catch(
          unlessUnwritable,
        )
        await parts.store.backup(path)
        file = await open(path, 'r')
        const { size } = await file.stat()
        const { promise, resolve: finished } = Promise.withResolvers<void>()
        ready.set(id, { file, finished })
        signal.addEventListener('abort', () => finished(), { once: true })
        send({ id, bytes: size } satisfies BackupReady)
        if (!signal.aborted) await promise
        return { bytes: size }
      } finally {
        ready.delete(id)
        await file?.close()
        work.remove()
      }
    }),

    /** The piece at `offset`, base64; empty at the end. */
    'backup.read': operation(byId.extend({ offset: z.int().min(0) }), async ({ id, offset }) => {
      const buffer = Buffer.alloc(pieceBytes)
      const { bytesRead } = await find(id).file.read(buffer, 0, pieceBytes, offset)
      return { piece: buffer.toString('base64', 0, bytesRead) }
    }),

    'backup.end': operation(byId, async ({ id }) => {
      find(id).finished()
      return {}
    }),
  }
}

/** A store that can no longer be written, since its file is gone or the disk is full, must still be saved. */
function unlessUnwritable(error: unknown): void {
  if (!(error instanceof StoreError)) throw error
}
