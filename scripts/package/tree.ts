import { chmodSync, lstatSync, lutimesSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Every file and link below a folder, as paths from there, in one order on every machine. */
export function filesBelow(folder: string, below = ''): readonly string[] {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(below, entry.name)
      return entry.isDirectory() ? filesBelow(folder, path) : [path]
    })
}

/**
 * Gives everything below a folder a mode and a date that depend on nothing but the source: whatever the umask of the
 * builder, the bytes are the same. `modes`: those that are neither 0755 (folders, programs) nor 0644. A file is a
 * program where its name is in `programs`.
 */
export function settle(
  folder: string,
  epoch: number,
  {
    programs,
    modes = {},
  }: { programs: readonly string[]; modes?: Readonly<Record<string, number>> },
): void {
  function visit(below: string): void {
    const path = join(folder, below)
    const found = lstatSync(path)
    if (found.isDirectory()) for (const name of readdirSync(path)) visit(join(below, name))
    if (!found.isSymbolicLink()) {
      const usual = found.isDirectory() || programs.includes(below) ? 0o755 : 0o644
      chmodSync(path, modes[below] ?? usual)
    }
    lutimesSync(path, epoch, epoch)
  }
  visit('')
}
