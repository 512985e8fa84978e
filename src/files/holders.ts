import { readdirSync, statSync } from 'node:fs'

/**
 * Ids of processes that have this file open. Root sees those of all users, others their own. It is found by the file
 * itself, so that a process which opened it by another path is found too.
 */
export function findHolders(file: { readonly dev: number; readonly ino: number }): number[] {
  return namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => namesIn(`/proc/${pid}/fd`).some((fd) => isSame(`/proc/${pid}/fd/${fd}`, file)))
    .map(Number)
}

function isSame(path: string, file: { readonly dev: number; readonly ino: number }): boolean {
  try {
    const { dev, ino } = statSync(path)
    return dev === file.dev && ino === file.ino
  } catch {
    return false
  }
}

/** None where the folder is gone or we may not read it: processes end while we look. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
