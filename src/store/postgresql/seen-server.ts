import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { replaceFile } from '../../files/index.ts'
import { type Clock, messageOf, type Timer } from '../../support/index.ts'
import { StoreError } from '../errors.ts'
import type { ServerMark } from './session.ts'

// The version before, which may be put back, passes over what this one adds.
const contentSchema = z.object({
  system: z.string(),
  timeline: z.int().min(0),
  startedAt: z.string(),
  audit: z.object({ node: z.string(), seq: z.int().min(0) }).optional(),
})

/** The end of a chain of the audit, as the database has acknowledged it. */
export type Acknowledged = { readonly node: string; readonly seq: number }

/** What this node knows of the server that it used last, also after a restart (O21, O22). */
export type SeenServer = {
  /** Undefined before the first. */
  mark(): ServerMark | undefined
  acknowledged(): Acknowledged | undefined
  /** Resolves when it is on disk: from then on no older server is used. Rejects with StoreError. */
  use(mark: ServerMark): Promise<void>
  /** Is on disk a second later. */
  acknowledge(end: Acknowledged): void
  close(): Promise<void>
}

const maxBytes = 4096
const everyMs = 1_000

/**
 * `file`: where it is kept; absent: in memory alone. A file that cannot be read, or that something else has written, is
 * refused: an administrator who knows why can remove it.
 */
export async function openSeenServer(
  file: string | undefined,
  clock: Clock,
  onFailure: (detail: string) => void = () => undefined,
): Promise<SeenServer> {
  const kept = file === undefined ? undefined : await read(file)
  let mark: ServerMark | undefined = kept
  let acknowledged: Acknowledged | undefined = kept?.audit
  let timer: Timer | undefined
  let writing: Promise<void> = Promise.resolve()

  function write(): Promise<void> {
    writing = writing
      .catch(() => undefined)
      .then(async () => {
        if (file === undefined || mark === undefined) return
        const { system, timeline, startedAt } = mark
        const audit = acknowledged === undefined ? {} : { audit: acknowledged }
        await replaceFile(file, `${JSON.stringify({ system, timeline, startedAt, ...audit })}\n`)
      })
    return writing
  }

  function writeSoon(): void {
    if (file === undefined || timer !== undefined) return
    timer = clock.after(everyMs, () => {
      timer = undefined
      write().catch((error: unknown) => onFailure(`${file}: ${messageOf(error)}`))
    })
  }

  return {
    mark: () => mark,
    acknowledged: () => acknowledged,
    async use(used) {
      const isSame = mark !== undefined && JSON.stringify(mark) === JSON.stringify(used)
      mark = used
      if (isSame) return
      try {
        await write()
      } catch (cause) {
        throw new StoreError('store-failed', `${file}: ${messageOf(cause)}`, { cause })
      }
    },
    acknowledge(end) {
      acknowledged = end
      writeSoon()
    },
    async close() {
      timer?.cancel()
      await write().catch((error: unknown) => onFailure(`${file}: ${messageOf(error)}`))
    },
  }
}

async function read(file: string): Promise<(ServerMark & { audit?: Acknowledged }) | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new StoreError('store-failed', `${file}: ${messageOf(cause)}`, { cause })
  }
  try {
    if (text.length > maxBytes) throw new RangeError('too long')
    const { audit, ...mark } = contentSchema.parse(JSON.parse(text))
    return audit === undefined ? mark : { ...mark, audit }
  } catch (cause) {
    throw new StoreError('store-failed', `${file} is damaged: remove it`, { cause })
  }
}
