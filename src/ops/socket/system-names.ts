import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const timeoutMs = 2_000

// By getent, which asks all the sources of the machine: people may come from a directory.

/** Name of a user of the machine; undefined where there is none, or it cannot be found out. */
export async function findUserName(uid: number): Promise<string | undefined> {
  const [name] = await lookUp('passwd', String(uid))
  return name === '' ? undefined : name
}

/** Number of a group of the machine, by name. */
export async function findGroupId(group: string): Promise<number | undefined> {
  const [, , gid] = await lookUp('group', group)
  return gid === undefined || !/^\d{1,10}$/.test(gid) ? undefined : Number(gid)
}

async function lookUp(database: 'passwd' | 'group', key: string): Promise<readonly string[]> {
  try {
    const options = { timeout: timeoutMs, maxBuffer: 1024 * 1024 }
    const { stdout } = await promisify(execFile)('getent', ['--', database, key], options)
    return stdout.split('\n', 1)[0]?.split(':') ?? []
  } catch {
    return []
  }
}
