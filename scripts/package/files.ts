import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { run } from './command.ts'
import { writeJson } from './program.ts'
import { filesBelow } from './tree.ts'

/** How a program came to a machine. */
export type Build = 'deb' | 'tarball' | 'container'

/**
 * Copies an assembled program and writes down what it is and what every file holds, which `holdfast check` and
 * `sha256sum -c` compare.
 */
export function copyProgram(
  from: string,
  to: string,
  options: {
    readonly kind: Build
    readonly without?: readonly string[]
    /** Files that are there only in this kind, or with other content. */
    readonly adding?: Readonly<Record<string, string | Uint8Array>>
  },
): void {
  const { kind, without = [], adding = {} } = options
  mkdirSync(dirname(to), { recursive: true })
  cpSync(from, to, {
    recursive: true,
    filter: (path) => !without.includes(path.slice(from.length + 1)),
  })
  const build = JSON.parse(readFileSync(join(from, 'build.json'), 'utf8'))
  writeJson(join(to, 'build.json'), { kind, ...build })
  for (const [name, content] of Object.entries(adding)) put(join(to, name), content)
  const lines = filesBelow(to).map((path) => `${hashOf(join(to, path), 'sha256')}  ${path}\n`)
  writeFileSync(join(to, 'files.sha256'), lines.join(''))
}

export function hashOf(file: string, algorithm: 'md5' | 'sha256'): string {
  return createHash(algorithm).update(readFileSync(file)).digest('hex')
}

/** Writes a file with the folders above it. */
export function put(file: string, content: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

/** Without name and date, so that equal texts give equal bytes. */
export function gzip(text: string | Uint8Array, level = 9): Uint8Array {
  return gzipSync(text, { level })
}

/** An archive of a folder whose bytes depend on its content alone. Names begin with `prefix`. */
export function tar(folder: string, file: string, prefix: string, owner = 0): void {
  run('tar', [
    ...['--create', `--file=${file}`, `--directory=${folder}`, '--format=gnu'],
    ...['--sort=name', `--owner=${owner}`, `--group=${owner}`, '--numeric-owner'],
    ...[`--transform=s,^\\.,${prefix},S`, '.'],
  ])
}
