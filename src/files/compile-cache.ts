import { existsSync, mkdirSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { dirname, join } from 'node:path'
import { checkTrustedPath } from './trusted-path.ts'

/**
 * Keeps what Node makes of our sources in a folder of this user, so that the next start reads them ready
 * made: half the time, and 25 MB less memory, since the part of Node that strips types is then not loaded.
 * systemd gives the folder (CacheDirectory=); elsewhere it is `holdfast` in the user's cache folder.
 * Where another user can write there, or exchange it, nothing is kept: such a user could run code as us.
 */
export function keepCompiled(env: NodeJS.ProcessEnv): void {
  if (env.NODE_COMPILE_CACHE !== undefined) return
  const folder = cacheFolder(env)
  if (folder === undefined || !isOursAlone(folder)) return
  enableCompileCache(folder)
  // Worker threads look here.
  env.NODE_COMPILE_CACHE = folder
}

function cacheFolder({
  CACHE_DIRECTORY,
  XDG_CACHE_HOME,
  HOME,
}: NodeJS.ProcessEnv): string | undefined {
  if (CACHE_DIRECTORY) return CACHE_DIRECTORY
  const parent = XDG_CACHE_HOME || (HOME && join(HOME, '.cache'))
  return parent ? join(parent, 'holdfast') : undefined
}

function isOursAlone(folder: string): boolean {
  try {
    // Not `recursive`: that never ends below /proc, for example.
    for (const each of [dirname(folder), folder]) {
      if (!existsSync(each)) mkdirSync(each, { mode: 0o700 })
    }
    checkTrustedPath(folder, { last: 'ours' })
    return true
  } catch {
    return false
  }
}
