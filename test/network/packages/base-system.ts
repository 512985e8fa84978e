import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Outside of every checkout, so that only the first run on a machine pays. */
const cache = '/var/cache/holdfast-lab'

export type Suite = 'bookworm' | 'trixie'

/**
 * A Debian with systemd and nothing else, made by debootstrap from the mirror that this machine's apt uses. Gives its folder,
 * which is for copying only. Takes a minute the first time; two runs at once make one.
 */
export function baseSystem(suite: Suite): string {
  const folder = join(cache, suite)
  if (existsSync(folder)) return folder
  mkdirSync(cache, { recursive: true })
  const fresh = `${folder}.${process.pid}`
  try {
    execFileSync(
      'debootstrap',
      ['--variant=minbase', '--include=systemd,systemd-sysv,dbus', suite, fresh, mirror()],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
    // systemd asks the person at the console where this is not there.
    writeFileSync(join(fresh, 'etc/hostname'), 'holdfast-lab\n')
    writeFileSync(join(fresh, 'etc/locale.conf'), 'LANG=C.UTF-8\n')
    if (!existsSync(folder)) renameSync(fresh, folder)
    return folder
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

/** Where apt gets the main part of Debian from. */
function mirror(): string {
  const format = '$(REPO_URI) $(COMPONENT) $(ORIGIN) $(LABEL)'
  const text = execFileSync(
    'apt-get',
    ['indextargets', '--format', format, 'Created-By: Packages'],
    {
      encoding: 'utf8',
    },
  )
  const line = text.split('\n').find((each) => / main Debian Debian$/.test(each))
  if (line === undefined) throw new Error('apt of this machine names no mirror of Debian')
  return line.split(' ')[0] ?? ''
}
