import { copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { run } from './command.ts'
import { gzip, hashOf } from './files.ts'

/**
 * Puts packages into a folder and makes it a repository that apt reads: `deb [signed-by=…] URL ./`. Packages that are
 * there already stay in it. Sign `Release` yourself; apt asks for that. `epoch`: seconds since 1970, of this change.
 */
export function writeRepository(folder: string, debs: readonly string[], epoch: number): void {
  mkdirSync(folder, { recursive: true })
  for (const file of debs) copyFileSync(file, join(folder, basename(file)))
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.deb'))
    .toSorted()
  const packages = names.map((name) => entryOf(folder, name)).join('\n')
  writeFileSync(join(folder, 'Packages'), packages)
  writeFileSync(join(folder, 'Packages.gz'), gzip(packages))
  const indexes = ['Packages', 'Packages.gz'].map((name) => {
    const file = join(folder, name)
    return ` ${hashOf(file, 'sha256')} ${statSync(file).size} ${name}\n`
  })
  const architectures = new Set(names.map((name) => name.replace(/^.*_(.+)\.deb$/, '$1')))
  const date = new Date(epoch * 1_000).toUTCString().replace('GMT', 'UTC')
  writeFileSync(
    join(folder, 'Release'),
    `Origin: Holdfast
Label: Holdfast
Suite: stable
Architectures: ${[...architectures].join(' ')}
Date: ${date}
SHA256:
${indexes.join('')}`,
  )
}

function entryOf(folder: string, name: string): string {
  const file = join(folder, name)
  const fields = run('dpkg-deb', ['--field', file]).trimEnd()
  return `${fields}\nFilename: ./${name}\nSize: ${statSync(file).size}\nSHA256: ${hashOf(file, 'sha256')}\n`
}
