import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Architecture, architectures } from './architecture.ts'
import type { Sbom } from './sbom.ts'
import type { Source } from './source.ts'

export const kinds = ['deb', 'tarball', 'image'] as const
export type Kind = (typeof kinds)[number]

export type Options = {
  /** Where the packages go. */
  readonly out: string
  readonly architectures: readonly Architecture[]
  readonly kinds: readonly Kind[]
  /** Also writes a Debian repository with what was built. */
  readonly repository?: string
  /** Larger files in less time, for tests. */
  readonly isFast: boolean
}

/** What a package of any kind is built with. */
export type PackageOptions = {
  readonly architecture: Architecture
  readonly source: Source
  readonly sbom: Sbom
  /** See Options. */
  readonly isFast: boolean
}

export const usage = `npm run package -- [options]

  --out DIR          where the packages go; default: packages
  --arch amd64       only this architecture (amd64 or arm64); may be given again
  --kind deb         only this kind (deb, tarball or image); may be given again
  --repository DIR   also write a Debian repository: the .deb files, Packages and Release
  --fast             compress less, to try something

The same commit gives the same bytes. All files in the packages have the date of the last commit, or that of
SOURCE_DATE_EPOCH (in seconds) where it is set.`

/** Throws Error with what is wrong. */
export function readOptions(words: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...words],
    options: {
      out: { type: 'string', default: 'packages' },
      arch: { type: 'string', multiple: true, default: [] },
      kind: { type: 'string', multiple: true, default: [] },
      repository: { type: 'string' },
      fast: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return 'help'
  return {
    out: resolve(values.out),
    architectures: chosen('--arch', values.arch, architectures),
    kinds: chosen('--kind', values.kind, kinds),
    ...(values.repository !== undefined && { repository: resolve(values.repository) }),
    isFast: values.fast,
  }
}

/** All where none is named. */
function chosen<Name extends string>(
  option: string,
  given: readonly string[],
  known: readonly Name[],
): readonly Name[] {
  const unknown = given.find((each) => !known.some((name) => name === each))
  if (unknown !== undefined) {
    throw new Error(`${option} ${unknown}: there is only ${known.join(', ')}.`)
  }
  return given.length === 0 ? known : known.filter((name) => given.includes(name))
}
