import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { AdminError } from './errors.ts'
import { nothing, operation } from './operation.ts'
import type { AdminParts } from './ports.ts'

/** One piece of a backup, base64. */
export type BackupChunk = { readonly chunk: string }
export type BackupSummary = {
  readonly bytes: number
  /** SHA-256 of the whole file, hex: what arrived has to match. */
  readonly sha256: string
}

const chunkBytes = 192 * 1024

/** Operations on the process and its store as a whole. */
export function createServiceOperations(parts: AdminParts) {
  const service = () => {
    if (parts.service) return parts.service
    throw new AdminError('needs-service', 'This needs the running service, and none is running.')
  }

  return {
    status: operation(nothing, async () => service().status()),
    check: operation(nothing, async (_, { signal }) => await service().check(signal)),
    reload: operation(nothing, async () => {
      await service().reload()
      return {}
    }),

    /**
     * Emits a consistent copy of the store in pieces. The service may not be able to write where the
     * administrator wants the file (its unit sees a private file system), so it does not try.
     */
    backup: operation(nothing, async (_, { emit, signal }): Promise<BackupSummary> => {
      const file = join(parts.scratchFolder, `backup-${randomUUID()}`)
      try {
        await parts.backup(file)
        const hash = createHash('sha256')
        let bytes = 0
        for await (const piece of createReadStream(file, { highWaterMark: chunkBytes, signal })) {
          const chunk = Buffer.from(piece)
          hash.update(chunk)
          bytes += chunk.length
          emit({ chunk: chunk.toString('base64') } satisfies BackupChunk)
        }
        return { bytes, sha256: hash.digest('hex') }
      } finally {
        await rm(file, { force: true })
      }
    }),

    /** `key`: 32 bytes, base64. From here on the store opens only with it. */
    'key.rotate': operation(
      z.strictObject({ key: z.base64() }),
      async ({ key }): Promise<{ readonly resealed: number }> => {
        const bytes = new Uint8Array(Buffer.from(key, 'base64'))
        if (bytes.length !== 32)
          throw new AdminError('bad-arguments', 'A sealing key has 32 bytes.')
        return { resealed: await parts.rotateKey(bytes) }
      },
    ),
  }
}
