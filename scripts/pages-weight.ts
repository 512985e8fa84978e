import { gzipSync } from 'node:zlib'

/** As Vite writes it: by source file, what it became and what that loads. */
export type Manifest = Readonly<
  Record<
    string,
    {
      readonly file: string
      readonly isEntry?: boolean
      readonly imports?: readonly string[]
      readonly dynamicImports?: readonly string[]
      readonly css?: readonly string[]
    }
  >
>

/** Everything that a file needs before it runs. */
function filesOf(manifest: Manifest, source: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[source]
  if (chunk === undefined || seen.has(chunk.file)) return seen
  seen.add(chunk.file)
  for (const css of chunk.css ?? []) seen.add(css)
  for (const each of chunk.imports ?? []) filesOf(manifest, each, seen)
  return seen
}

/**
 * What is loaded before anything shows: the document, the entry with its styles, and the language with the longest
 * texts. The sign-in page is whole then; every other page shows its frame and loads one more file, while it asks the
 * server about the person. `later` is the heaviest of those.
 */
export function weighFirstPaint(manifest: Manifest, read: (file: string) => Uint8Array) {
  const weigh = (files: Iterable<string>) =>
    [...files].reduce((sum, file) => sum + gzipSync(read(file)).length, 0)
  const entry = filesOf(manifest, 'index.html')
  const heaviest = (folder: string) =>
    (manifest['index.html']?.dynamicImports ?? [])
      .filter((source) => source.startsWith(folder))
      .map((source) => [...filesOf(manifest, source)].filter((file) => !entry.has(file)))
      .map(weigh)
      .reduce((most, bytes) => Math.max(most, bytes), 0)
  return {
    bytes: weigh(['index.html', ...entry]) + heaviest('texts/'),
    later: heaviest('pages/'),
  }
}

/** Links that a person follows, the name of SVG's own language, and a warning of a library: nothing is loaded from them. */
const linked = [
  'https://apps.apple.com',
  'https://play.google.com',
  'https://simplewebauthn.dev',
  'http://www.w3.org',
]

/** Addresses of other hosts in a built file, except links to the stores of phones. */
export function foreignOrigins(text: string): readonly string[] {
  const origins = text.match(/(?:https?:)?\/\/(?:[\w-]+\.)+[a-z]{2,}/gi) ?? []
  return [...new Set(origins)].filter((origin) => !linked.includes(origin))
}
