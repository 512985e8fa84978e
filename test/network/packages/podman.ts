import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Makes a `podman` that keeps all it has below `scratch`, and needs no systemd of this machine. Gives the folder for the
 * PATH.
 */
export function makePodman(scratch: string): string {
  const folder = join(scratch, 'bin')
  mkdirSync(folder, { recursive: true })
  const words = [
    ...['--root', join(scratch, 'images'), '--runroot', join(scratch, 'run')],
    ...['--storage-driver', 'vfs', '--cgroup-manager', 'cgroupfs', '--events-backend', 'file'],
  ]
  const file = join(folder, 'podman')
  writeFileSync(file, `#!/bin/sh\nexec /usr/bin/podman ${words.join(' ')} "$@"\n`)
  chmodSync(file, 0o755)
  return folder
}
