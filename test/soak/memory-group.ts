import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A control group that limits memory. */
export type MemoryGroup = {
  /** The file that takes the ids of processes. */
  readonly processes: string
  /** The most that it has held, in bytes. */
  peakBytes(): number
  remove(): void
}

/** Makes one, of version 1 or 2; undefined where this user or machine cannot. */
export function createMemoryGroup(name: string, limitBytes: number): MemoryGroup | undefined {
  const [root, limit, peak] = existsSync('/sys/fs/cgroup/cgroup.controllers')
    ? ['/sys/fs/cgroup', 'memory.max', 'memory.peak']
    : ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes', 'memory.max_usage_in_bytes']
  const folder = join(root, name)
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, limit), String(limitBytes))
  } catch {
    return undefined
  }
  return {
    processes: join(folder, 'cgroup.procs'),
    peakBytes: () => Number(readFileSync(join(folder, peak), 'utf8')),
    remove: () => rmdirSync(folder),
  }
}
