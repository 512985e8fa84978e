import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './command.ts'
import { copyProgram, tar } from './files.ts'
import type { PackageOptions } from './options.ts'
import { programs } from './program.ts'
import { root } from './source.ts'
import { settle } from './tree.ts'
import { unitFor } from './unit.ts'

/** Where install.sh puts the program unless told otherwise. It writes another folder into the unit. */
const usualFolder = '/opt/holdfast'

/** Writes `holdfast-VERSION-linux-ARCHITECTURE.tar.xz` and gives its path. `folder`: scratch, which is not there yet. */
export function buildTarball(
  program: string,
  folder: string,
  out: string,
  options: PackageOptions,
): string {
  const { architecture, source, isFast } = options
  const name = `holdfast-${source.version}-linux-${architecture}`
  copyProgram(program, folder, {
    kind: 'tarball',
    without: ['systemd/user'],
    adding: {
      'install.sh': readFileSync(join(root, 'packaging/install.sh')),
      'systemd/holdfast.service': unitFor(usualFolder),
    },
  })
  settle(folder, source.epoch, { programs: [...programs, 'install.sh'] })
  const archive = join(out, `${name}.tar`)
  tar(folder, archive, name)
  run('xz', ['--force', '--threads=1', isFast ? '-0' : '-9', archive])
  return `${archive}.xz`
}
