import { randomBytes } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod'

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

/** The file is the old or the new one, whatever happens meanwhile. No disk holds up the process. */
export async function writeHeadFile(path: string, content: HeadFile): Promise<void> {
  const part = `${path}.${randomBytes(8).toString('hex')}`
  try {
    const file = await open(part, 'wx', 0o600)
    try {
      await file.writeFile(`${JSON.stringify(content)}\n`)
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
