import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { replaceFile } from '../../files/index.ts'

const contentSchema = z.strictObject({
  node: z.string(),
  seq: z.int().min(0),
  hash: z.string(),
  atMs: z.int(),
  mac: z.string(),
})

/** Where the audit ended, as it is kept beside the store, signed by it. */
export type HeadFile = z.output<typeof contentSchema>

const maxBytes = 4096

/** Undefined where there is none; `unreadable` for what this program has not written. Throws what the system says. */
export async function readHeadFile(path: string): Promise<HeadFile | 'unreadable' | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  if (text.length > maxBytes) return 'unreadable'
  try {
    return contentSchema.parse(JSON.parse(text))
  } catch {
    return 'unreadable'
  }
}

/** See replaceFile. */
export async function writeHeadFile(path: string, content: HeadFile): Promise<void> {
  await replaceFile(path, `${JSON.stringify(content)}\n`)
}
