import { realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const launcher = join(import.meta.dirname, '../../bin/holdfast')

/** How the commands of this program are called from another terminal: a line that can be pasted. */
export function programName(env: Readonly<Record<string, string | undefined>>): string {
  // `npm start`: the other terminal is in the same folder, where npx finds it.
  if (env.npm_command !== undefined) return 'npx holdfast'
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  if (folders.some((folder) => realPath(join(folder, 'holdfast')) === realPath(launcher))) {
    return 'holdfast'
  }
  return /^[\w./-]+$/.test(launcher) ? launcher : `'${launcher.replaceAll("'", "'\\''")}'`
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
