import { chmodSync, cpSync, lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Architecture } from './architecture.ts'
import { run } from './command.ts'
import { copyProgram, gzip, hashOf, put } from './files.ts'
import { completionFor, manualPages } from './manual.ts'
import type { PackageOptions } from './options.ts'
import { programs } from './program.ts'
import { root, type Source } from './source.ts'
import { filesBelow, settle } from './tree.ts'
import { unitFor } from './unit.ts'

const packaging = join(root, 'packaging/deb')
const scripts = ['preinst', 'postinst', 'prerm', 'postrm']
/** Where dpkg keeps the program. The service runs from links to it: see packaging/deb/postinst. */
const programFolder = 'usr/lib/holdfast/package'
/** What a reader looks for in /usr/share/doc. */
const documents = ['README.md', 'SECURITY.md', 'CHANGELOG.md', 'THIRD-PARTY-LICENSES.txt', 'docs']

/** Writes `holdfast_VERSION_ARCHITECTURE.deb` and gives its path. `folder`: scratch, which is not there yet. */
export async function buildDeb(
  program: string,
  folder: string,
  out: string,
  options: PackageOptions,
): Promise<string> {
  const { architecture, source, isFast } = options
  const { version, epoch } = source
  const at = (path: string) => join(folder, path)
  copyProgram(program, at(programFolder), {
    ...{ kind: 'deb', without: [...documents, 'LICENSE', 'systemd'] },
    adding: { 'bin/compile.mjs': readFileSync(join(packaging, 'compile.mjs')) },
  })
  mkdirSync(at('usr/bin'), { recursive: true })
  symlinkSync('../lib/holdfast/package/bin/holdfast', at('usr/bin/holdfast'))
  put(at('usr/lib/systemd/system/holdfast.service'), unitFor(`/usr/lib/holdfast/${version}`))
  mkdirSync(at('etc/holdfast/credentials'), { recursive: true })
  await putTexts(program, at('usr/share'), source)
  put(at('DEBIAN/md5sums'), checksums(folder))
  for (const name of scripts) {
    const text = readFileSync(join(packaging, name), 'utf8')
    put(at(`DEBIAN/${name}`), text.replaceAll('@VERSION@', version))
  }
  put(at('DEBIAN/control'), control(folder, architecture, version))
  settle(folder, epoch, {
    programs: [
      ...programs.map((each) => `${programFolder}/${each}`),
      ...scripts.map((each) => `DEBIAN/${each}`),
    ],
    modes: { 'etc/holdfast/credentials': 0o700 },
  })
  const file = join(out, `holdfast_${version}_${architecture}.deb`)
  run(
    'dpkg-deb',
    [
      ...['--root-owner-group', '--threads-max=1', '-Zxz', isFast ? '-z0' : '-z9', '--build'],
      ...[folder, file],
    ],
    { env: { SOURCE_DATE_EPOCH: String(epoch) } },
  )
  chmodSync(file, 0o644)
  return file
}

async function putTexts(program: string, share: string, { version, epoch }: Source): Promise<void> {
  const doc = join(share, 'doc/holdfast')
  const built = new Date(epoch * 1_000)
  for (const name of documents) {
    cpSync(join(program, name), join(doc, name), { recursive: true })
  }
  put(join(doc, 'changelog.gz'), gzip(debianChangelog(version, built)))
  put(join(doc, 'copyright'), readFileSync(join(packaging, 'copyright')))
  put(join(share, 'lintian/overrides/holdfast'), readFileSync(join(packaging, 'lintian-overrides')))
  put(join(share, 'bash-completion/completions/holdfast'), await completionFor('bash'))
  put(join(share, 'zsh/vendor-completions/_holdfast'), await completionFor('zsh'))
  const pages = await manualPages(version, built.toISOString().slice(0, 10))
  for (const [name, text] of Object.entries(pages))
    put(join(share, 'man/man1', `${name}.gz`), gzip(text))
}

/** What changed is written for administrators, in one place. */
function debianChangelog(version: string, built: Date): string {
  const date = built.toUTCString().replace('GMT', '+0000')
  return `holdfast (${version}) stable; urgency=medium

  * See /usr/share/doc/holdfast/CHANGELOG.md.

 -- ${maintainer}  ${date}
`
}

/**
 * Debian asks for an address, and this project has none: SECURITY.md says how to reach its maintainers. No mail can go to
 * `.invalid` (RFC 2606), where `localhost` would be a user of the machine it is installed on.
 */
const maintainer = 'Holdfast maintainers <maintainers@holdfast.invalid>'

function control(folder: string, architecture: Architecture, version: string): string {
  const bytes = filesBelow(folder)
    .filter((path) => !path.startsWith('DEBIAN/'))
    .map((path) => Math.ceil(sizeOf(join(folder, path)) / 1024))
  const kilobytes = bytes.reduce((sum, each) => sum + each, 0)
  return `Package: holdfast
Version: ${version}
Architecture: ${architecture}
Maintainer: ${maintainer}
Installed-Size: ${kilobytes}
Depends: init-system-helpers (>= 1.54), libc6 (>= 2.28), libgcc-s1, libstdc++6 (>= 8), systemd (>= 250)
Section: net
Priority: optional
Description: RADIUS server with a second factor
 Holdfast adds a second factor to everything that speaks RADIUS: VPN, Wi-Fi
 controller, switch, SSH. It checks the password in Active Directory or another
 LDAP directory, then calls or texts the person, or asks for a code from their
 app. It runs on your own machine as one service.
 .
 The package brings its own Node.js and uses none of the system's.
`
}

function sizeOf(file: string): number {
  return lstatSync(file).size
}

function checksums(folder: string): string {
  return filesBelow(folder)
    .filter((path) => !lstatSync(join(folder, path)).isSymbolicLink())
    .map((path) => `${hashOf(join(folder, path), 'md5')}  ${path}\n`)
    .join('')
}
