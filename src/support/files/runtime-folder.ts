import { statSync } from 'node:fs'
import { tmpdir } from 'node:os'

/**
 * Where a demo of this user leaves what its commands must find: XDG_RUNTIME_DIR where it is ours, otherwise the
 * temporary folder. `sudo -E` gives root the folder of the user who called it.
 */
export function runtimeFolder(env: Readonly<Record<string, string | undefined>>): string {
  const folder = env.XDG_RUNTIME_DIR
  if (!folder) return tmpdir()
  const found = statSync(folder, { throwIfNoEntry: false })
  return found === undefined || found.uid === process.geteuid?.() ? folder : tmpdir()
}
