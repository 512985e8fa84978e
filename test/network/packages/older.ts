import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Makes a package with an earlier version of one that was built. The program in it is the same. */
export function asVersion(deb: string, version: string, scratch: string): string {
  const folder = join(scratch, `as-${version}`)
  const file = join(scratch, `holdfast_${version}_amd64.deb`)
  execFileSync('dpkg-deb', ['--raw-extract', deb, folder])
  const control = readFileSync(join(folder, 'DEBIAN/control'), 'utf8')
  const [, now = ''] = /^Version: (.*)$/m.exec(control) ?? []
  const program = 'usr/lib/holdfast/package'
  const texts = ['control', 'preinst', 'postinst', 'prerm', 'postrm'].map(
    (name) => `DEBIAN/${name}`,
  )
  for (const name of [
    ...texts,
    'usr/lib/systemd/system/holdfast.service',
    `${program}/package.json`,
  ]) {
    const path = join(folder, name)
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(now, version))
  }
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '-z0', '--build', folder, file])
  rmSync(folder, { recursive: true })
  return file
}
