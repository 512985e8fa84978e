import { lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { CliError } from './errors.ts'

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
  /** Shared secret of the demo's gateways, which is no secret. */
  gatewaySecret: z.string().min(1),
})

/** What a running demo tells the commands, so that they need no flags. */
export type DemoFile = z.output<typeof contentSchema>

/** Where a demo of this user leaves its file. */
export function demoFilePath(
  env: Readonly<Record<string, string | undefined>>,
  uid: number,
): string {
  return env.XDG_RUNTIME_DIR
    ? join(env.XDG_RUNTIME_DIR, 'holdfast-demo.json')
    : join(tmpdir(), `holdfast-demo-${uid}.json`)
}

/**
 * Reads the file of a running demo; undefined when there is none. Throws CliError `demo-file` for
 * one that another user could have written: it would send passwords to where they like.
 */
export function readDemoFile(path: string, uid: number): DemoFile | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return undefined
  if (!found.isFile() || found.uid !== uid || (found.mode & 0o077) !== 0) {
    throw new CliError(
      'demo-file',
      `${path} is not used: it has to be a file of this user alone (mode 0600). Remove it and start the demo again.`,
    )
  }
  const parsed = contentSchema.safeParse(parseJson(readFileSync(path, 'utf8')))
  return parsed.success ? parsed.data : undefined
}

/** Writes the file anew, mode 0600. What stands there before is removed, never followed. */
export function writeDemoFile(path: string, content: DemoFile): void {
  rmSync(path, { force: true })
  writeFileSync(path, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: 'wx' })
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
