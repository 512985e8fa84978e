import { closeSync, constants, fstatSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { runtimeFolder } from '../../support/index.ts'
import { CliError } from '../errors.ts'
import { writeNewFile } from '../files.ts'

const endpointSchema = z.object({
  address: z.string().min(1),
  port: z.int().min(1).max(65535),
})

const contentSchema = z.strictObject({
  pid: z.int().positive(),
  /** Socket for commands. */
  socket: z.string().min(1),
  /** Where the demo takes RADIUS requests. */
  radius: endpointSchema,
  /** Where its demo phone is. */
  http: endpointSchema.optional(),
  /** Its configuration, which tells how its people sign in. */
  config: z.string().min(1),
  /** Shared secret of the demo's gateways, which is not a secret. */
  gatewaySecret: z.string().min(1),
})

/** What a running demo tells the commands, so that they need no flags. */
export type DemoFile = z.output<typeof contentSchema>

/** Where a demo of this user leaves its file. */
export function demoFilePath(
  env: Readonly<Record<string, string | undefined>>,
  uid: number,
): string {
  const folder = runtimeFolder(env)
  return folder === env.XDG_RUNTIME_DIR
    ? join(folder, 'holdfast-demo.json')
    : join(folder, `holdfast-demo-${uid}.json`)
}

/**
 * Reads the file of a running demo; undefined when there is none. Throws CliError `demo-file` for one that another user
 * could have written: it would send passwords to a place of their choice.
 */
export function readDemoFile(path: string, uid: number): DemoFile | undefined {
  const text = readOwnFile(path, uid)
  if (text === undefined) return undefined
  const parsed = contentSchema.safeParse(parseJson(text))
  return parsed.success ? parsed.data : undefined
}

/** The file that is checked is the file that is read: one handle, and no link is followed. */
function readOwnFile(path: string, uid: number): string | undefined {
  const handle = openNoLink(path)
  if (handle === undefined) return undefined
  try {
    const found = fstatSync(handle)
    if (!found.isFile() || found.uid !== uid || (found.mode & 0o077) !== 0) throw notOurs(path)
    return readFileSync(handle, 'utf8')
  } finally {
    closeSync(handle)
  }
}

function openNoLink(path: string): number | undefined {
  try {
    // So that it does not wait for a writer if it is a pipe.
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'ENOENT') return undefined
    throw notOurs(path, cause)
  }
}

function notOurs(path: string, cause?: unknown): CliError {
  return new CliError(
    'demo-file',
    `${path} is not used: it has to be a file of this user alone (mode 0600). Remove it and start the demo again.`,
    { cause },
  )
}

/** Writes the file again, mode 0600. A link in its place is replaced, never followed. */
export function writeDemoFile(path: string, content: DemoFile): void {
  writeNewFile(path, `${JSON.stringify(content)}\n`, { mode: 0o600, force: true })
}

/** Removes the file if it is still ours: a demo started later may have written its own. */
export function removeDemoFile(path: string, pid: number, uid: number): void {
  try {
    if (readDemoFile(path, uid)?.pid === pid) rmSync(path, { force: true })
  } catch (error) {
    // A file that is not ours is left alone; stopping goes on.
    if (!(error instanceof CliError)) throw error
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
