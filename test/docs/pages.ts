import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')

/** One page a newcomer may read. */
export type Page = {
  /** Path from the root of the repository. */
  readonly path: string
  readonly text: string
  /** Code blocks between fences, with the word after the first fence. */
  readonly blocks: readonly { readonly language: string; readonly code: string }[]
  /** Code inside of lines. */
  readonly inlineCode: readonly string[]
  /** What is outside of code. */
  readonly prose: string
}

/** The pages at the top, and all under docs/. */
export function readPages(): readonly Page[] {
  return [
    ...readdirSync(root),
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map(
      (name) => `docs/${name}`,
    ),
  ]
    .filter((path) => path.endsWith('.md'))
    .map((path) => parsePage(path, readFileSync(join(root, path), 'utf8')))
}

export function parsePage(path: string, text: string): Page {
  const blocks: { language: string; code: string }[] = []
  const withoutBlocks = text.replace(
    /^```(\w*)\n(.*?)^```$/gms,
    (_, language: string, code: string) => {
      blocks.push({ language, code })
      return ''
    },
  )
  const inlineCode = [...withoutBlocks.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
  return { path, text, blocks, inlineCode, prose: withoutBlocks.replace(/`[^`\n]+`/g, '') }
}

/** Anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(text: string): readonly string[] {
  return [...text.replace(/^```.*?^```$/gms, '').matchAll(/^#{1,6} +(.+)$/gm)].map(
    ([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-'),
  )
}

/** Where links and pictures of a page point. */
export function linksOf({ prose, text }: Page): readonly string[] {
  // A link's text may be code, which prose has lost.
  const written = text.replace(/^```.*?^```$/gms, '')
  const pictures = [...prose.matchAll(/<img [^>]*src="([^"]+)"/g)]
  return [...written.matchAll(/\]\(([^)\s]+)\)/g), ...pictures].map(([, target = '']) => target)
}
