import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from './source.ts'

/** Licences that were read, and that go together with Apache-2.0. */
const known = [
  ...['MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0'],
  ...['Apache-2.0', 'MPL-2.0'],
]

/** Packages that name no licence in the usual field, and what their LICENSE file is. */
const stated: Readonly<Record<string, string>> = { 'qrcode-terminal': 'Apache-2.0' }

/** Packages for development whose code is in the built pages. */
export const builtIntoPages = ['@simplewebauthn/browser', 'preact', 'uqr']

const licenceFile = /^(licen[cs]e|copying|notice)/i
const line = `${'='.repeat(78)}\n`

/**
 * The licences of everything that is in a package: those of npm below `packages`, those in the pages, and Node with what it
 * brings. Throws Error where one has a licence that was not read yet.
 */
export function licenceTexts(packages: string, nodePackage: string): string {
  const folders = packageFolders(packages).filter(
    (each) => relative(packages, each) !== nodePackage,
  )
  const inPages = builtIntoPages.map((name) => join(root, 'node_modules', name))
  const entries = [...folders, ...inPages].map(describe)
  const texts = [...new Map(entries.map((entry) => [entry.title, entry])).values()]
    .toSorted((a, b) => (a.title < b.title ? -1 : 1))
    .map(({ title, text }) => `${line}${title}\n${line}\n${text}\n`)
  const node = readFileSync(join(packages, nodePackage, 'LICENSE'), 'utf8').trim()
  const nodeText = `${line}Node.js, with the libraries it brings (OpenSSL, V8, ICU and others)\n${line}\n${node}\n`
  return `Holdfast is under the Apache License 2.0; see LICENSE. This package also holds the following.\n\n${[...texts, nodeText].join('\n')}`
}

/** Every package, with those inside of others. */
function packageFolders(packages: string): readonly string[] {
  if (!existsSync(packages)) return []
  return readdirSync(packages, { withFileTypes: true }).flatMap((entry) => {
    const path = join(packages, entry.name)
    if (!entry.isDirectory() || entry.name.startsWith('.')) return []
    if (entry.name.startsWith('@')) return packageFolders(path)
    return [path, ...packageFolders(join(path, 'node_modules'))]
  })
}

function describe(folder: string): { readonly title: string; readonly text: string } {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const id: unknown = license?.type ?? license ?? stated[name]
  if (typeof id !== 'string' || !known.includes(id)) {
    throw new Error(
      `${name} ${version} has the licence ${id}, which was not looked at yet. Read it; then add it to ${relative(root, import.meta.filename)}.`,
    )
  }
  const files = readdirSync(folder)
    .filter((each) => licenceFile.test(each))
    .toSorted()
  const texts = files.map((each) => readFileSync(join(folder, each), 'utf8').trim())
  const text =
    texts.length > 0 ? texts.join('\n\n') : `The package brings no text of its licence, ${id}.`
  return { title: `${name} ${version} (${id})`, text }
}
