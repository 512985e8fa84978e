import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Architecture } from '../architecture.ts'
import { run } from '../command.ts'

/** A library of the C world that Node loads, with the Debian package of this machine that it comes from. */
export type Library = {
  /** Its path in the image. */
  readonly path: string
  readonly content: Uint8Array
  readonly debianPackage: string
  readonly version: string
  /** The licence. */
  readonly copyright: string
}

const places: Readonly<Record<Architecture, { triplet: string; loader: string; lack: string }>> = {
  amd64: {
    ...{ triplet: 'x86_64-linux-gnu', loader: '/lib64/ld-linux-x86-64.so.2' },
    lack: 'libc6 libstdc++6',
  },
  arm64: {
    ...{ triplet: 'aarch64-linux-gnu', loader: '/lib/ld-linux-aarch64.so.1' },
    lack: 'libc6-arm64-cross libstdc++6-arm64-cross',
  },
}

/** All that a program loads, and what those load in turn. Throws Error where one is not on this machine. */
export function librariesOf(program: string, architecture: Architecture): readonly Library[] {
  const { triplet, loader, lack } = places[architecture]
  // A machine of another architecture has them where its cross compiler looks.
  const folders = [`/lib/${triplet}`, `/usr/lib/${triplet}`, `/usr/${triplet}/lib`]
  const found = new Map<string, string>()
  function follow(file: string): void {
    for (const name of neededBy(file)) {
      if (found.has(name)) continue
      const path = folders.map((folder) => join(folder, name)).find((each) => existsSync(each))
      if (path === undefined) {
        throw new Error(`${name} for ${architecture} is not here. On Debian: apt install ${lack}`)
      }
      found.set(name, path)
      follow(path)
    }
  }
  follow(program)
  return [...found]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, path]) => {
      const path_ = name === basename(loader) ? loader : `/lib/${triplet}/${name}`
      return { path: path_, content: readFileSync(path), ...originOf(path) }
    })
}

function neededBy(file: string): readonly string[] {
  const text = run('readelf', ['--dynamic', file])
  return [...text.matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(([, name = '']) => name)
}

function originOf(path: string): Pick<Library, 'debianPackage' | 'version' | 'copyright'> {
  const real = realpathSync(path)
  // dpkg knows a file by the name it was installed with, which may be without /usr.
  const names = [real, real.replace(/^\/usr/, ''), path]
  for (const name of names) {
    const { status, stdout } = spawnSync('dpkg-query', ['--search', name], { encoding: 'utf8' })
    const [, debianPackage] = status === 0 ? (/^([^:,\s]+)/.exec(stdout) ?? []) : []
    if (debianPackage === undefined) continue
    const [version = ''] = run('dpkg-query', ['--show', debianPackage]).split('\n')
    const copyright = readFileSync(`/usr/share/doc/${debianPackage}/copyright`, 'utf8')
    return { debianPackage, version: version.split('\t')[1] ?? '', copyright }
  }
  throw new Error(`${path} belongs to no Debian package, so its licence is not known.`)
}
