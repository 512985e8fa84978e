import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The lab's machine may have no journal, mixed control groups, and lower limits than podman asks for. */
const settings = `[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
log_driver = "k8s-file"
[engine]
runtime = "runc"
`

/** Makes a `podman` that keeps all it has below `scratch`. Gives the folder for the PATH. */
export function makePodman(scratch: string): string {
  const folder = join(scratch, 'bin')
  mkdirSync(folder, { recursive: true })
  const settingsFile = join(folder, 'containers.conf')
  writeFileSync(settingsFile, settings)
  const words = [
    ...['--root', join(scratch, 'images'), '--runroot', join(scratch, 'run')],
    ...['--storage-driver', 'vfs', '--cgroup-manager', 'cgroupfs', '--events-backend', 'file'],
  ]
  const lines = `#!/bin/sh
export CONTAINERS_CONF=${settingsFile}
exec /usr/bin/podman ${words.join(' ')} "$@"
`
  const file = join(folder, 'podman')
  writeFileSync(file, lines)
  chmodSync(file, 0o755)
  return folder
}
