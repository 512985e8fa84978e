import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { type Architecture, traits } from './architecture.ts'
import { run } from './command.ts'
import { licenceTexts } from './licences.ts'
import type { Sbom } from './sbom.ts'
import { root, type Source } from './source.ts'

/** What an installation needs of this repository. Pages are there as they were built, not their sources. */
const ours = [
  ...['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json'],
  ...['bin', 'config', 'dictionaries', 'docs', 'src', 'systemd'],
]
const leftOut = [
  join(root, 'src/web/pages/people'),
  join(root, 'src/web/pages/dist/people.sources'),
  // Vite's own notes. The service reads none of them, and they say where the packages of npm are on this machine.
  join(root, 'src/web/pages/dist/.vite'),
  join(root, 'src/web/pages/dist/people/.vite'),
  // Large, and read in a browser rather than beside the program.
  join(root, 'docs/images'),
]

/** Folders at the top of a package that no program loads. */
const unusedFolders = /^(benchmarks?|docs?|examples?|tests?|__tests__)$/
/** Files that no program loads. Licences stay. */
const unusedFiles =
  /\.(html|map|md|markdown|sh|[cm]?ts|tsbuildinfo)$|^\.|^(Makefile|tsconfig.*\.json)$/i
const licence = /^(licen[cs]e|copying|notice|authors)/i

/** Programs among the files of an installation. */
export const programs = ['bin/holdfast', 'bin/node']

/**
 * Puts an installation for one architecture together in `folder`, which is new: the program, the packages it needs at run
 * time, Node without debugging symbols, licences and the bill of materials. Asks the npm registry for the packages.
 */
export function assembleProgram(
  folder: string,
  architecture: Architecture,
  { source, sbom }: { readonly source: Source; readonly sbom: Sbom },
): void {
  mkdirSync(folder)
  const { cpu, nodePackage } = traits[architecture]
  for (const name of ['package.json', 'package-lock.json']) {
    cpSync(join(root, name), join(folder, name))
  }
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  run('npm', ['ci', '--omit=dev', '--os=linux', `--cpu=${cpu}`, ...quiet], { cwd: folder })
  rmSync(join(folder, 'package-lock.json'))
  for (const name of ours) {
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      filter: (from) => !leftOut.includes(from),
    })
  }
  const packages = join(folder, 'node_modules')
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), licenceTexts(packages, nodePackage))
  renameSync(join(packages, nodePackage, 'bin/node'), join(folder, 'bin/node'))
  rmSync(join(packages, nodePackage), { recursive: true })
  strip(join(folder, 'bin/node'), architecture)
  prune(packages)
  refuseNativeParts(packages)
  writeFileSync(join(folder, 'sbom.cdx.json'), sbom.text(architecture))
  const { version, commit, epoch } = source
  const builtAt = new Date(epoch * 1_000).toISOString()
  writeJson(join(folder, 'build.json'), { version, commit, architecture, builtAt })
}

function strip(file: string, architecture: Architecture): void {
  const [program, debianPackage] = traits[architecture].strip
  try {
    run(program, ['--strip-all', '--enable-deterministic-archives', file])
  } catch (cause) {
    throw new Error(`${program} failed. Is it there? On Debian: apt install ${debianPackage}`, {
      cause,
    })
  }
}

function prune(packages: string): void {
  function visit(folder: string, isPackage: boolean): void {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isSymbolicLink()) rmSync(path)
      else if (entry.isDirectory()) {
        const isUnused = isPackage && unusedFolders.test(entry.name)
        if (isUnused || entry.name.startsWith('.')) rmSync(path, { recursive: true })
        else visit(path, existsSync(join(path, 'package.json')))
      } else if (unusedFiles.test(entry.name) && !licence.test(entry.name)) rmSync(path)
    }
    if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true })
  }
  rmSync(join(packages, '.bin'), { recursive: true, force: true })
  visit(packages, false)
}

/** They would need a compiler, and a build for each architecture. */
function refuseNativeParts(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (/\.(node|so)$/.test(basename(entry.name))) {
      throw new Error(`${join(entry.parentPath, entry.name)} is a native part: packages need none.`)
    }
  }
}

export function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}
