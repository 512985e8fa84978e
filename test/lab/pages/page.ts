import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Settings } from '../service-config.ts'

/** One fenced block of a page. */
export type PageBlock = {
  /** The word after the fence: `sh` for commands, `yaml` for pieces of holdfast.yaml. */
  readonly language: string
  readonly text: string
  /** The last path in `inline code` in the paragraph just before the block. */
  readonly file: string | undefined
}

/** The blocks of docs/reference/gateways/NAME.md, in their order. */
export function readPage(name: string): readonly PageBlock[] {
  return parseBlocks(
    readFileSync(new URL(`../../../docs/reference/gateways/${name}.md`, import.meta.url), 'utf8'),
  )
}

/** The fenced blocks of a page, inside of lists too. Throws where a fence stays open. */
export function parseBlocks(markdown: string): readonly PageBlock[] {
  const blocks: PageBlock[] = []
  let paragraph = ''
  let isOver = false
  let open:
    | { readonly indent: string; readonly fence: string; readonly language: string }
    | undefined
  let lines: string[] = []
  for (const line of markdown.split('\n')) {
    const [, indent = '', fence = '', language = ''] = /^( *)(`{3,})(\S*) *$/.exec(line) ?? []
    if (open !== undefined) {
      if (fence === open.fence && language === '') {
        const text = lines.map((each) => `${each}\n`).join('')
        blocks.push({ language: open.language, text, file: pathIn(paragraph) })
        open = undefined
        paragraph = ''
      } else {
        lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line.trimStart())
      }
    } else if (fence !== '') {
      open = { indent, fence, language }
      lines = []
    } else if (line.trim() === '') {
      isOver = true
    } else {
      paragraph = isOver ? line : `${paragraph}\n${line}`
      isOver = false
    }
  }
  if (open !== undefined) throw new Error(`a block of ${open.language || 'text'} has no end`)
  return blocks
}

function pathIn(paragraph: string): string | undefined {
  return [...paragraph.matchAll(/`(\/[^`\s]+)`/g)].at(-1)?.[1]
}

/**
 * The blocks with values in place of what a reader has to fill in, such as SECRET. Throws where a word
 * is in no block, so that every substitution of a test is a real one.
 */
export function fillIn(
  blocks: readonly PageBlock[],
  values: Readonly<Record<string, string>>,
): readonly PageBlock[] {
  return Object.entries(values).reduce((filled, [word, value]) => {
    if (!filled.some(({ text }) => text.includes(word))) {
      throw new Error(`the page has no ${word} to fill in`)
    }
    return filled.map((block) => ({ ...block, text: block.text.replaceAll(word, value) }))
  }, blocks)
}

/** What the `sh` blocks say to type, in their order. */
export function commandsOf(blocks: readonly PageBlock[]): readonly string[] {
  return blocks.filter(({ language }) => language === 'sh').map(({ text }) => text)
}

/** The files that a page shows, by path. Several blocks of one file follow each other in it. */
export function filesOf(blocks: readonly PageBlock[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const { language, text, file } of blocks) {
    if (language === 'sh' || language === 'yaml') continue
    if (file === undefined) throw new Error(`no path stands before the block:\n${text}`)
    files.set(file, (files.get(file) ?? '') + text)
  }
  return files
}

/** The `yaml` blocks put together into one holdfast.yaml. What comes later wins. */
export function settingsOf(blocks: readonly PageBlock[]): Settings {
  return blocks
    .filter(({ language }) => language === 'yaml')
    .map(({ text }): unknown => parse(text))
    .reduce<Settings>((all, piece) => merge(all, isSettings(piece) ? piece : {}), {})
}

/** Both, section by section. Where both have a value, that of `over` counts. */
export function merge(under: Settings, over: Settings): Settings {
  const both = Object.entries(over).map(([key, value]) => {
    const below = under[key]
    return [key, isSettings(below) && isSettings(value) ? merge(below, value) : value]
  })
  return { ...under, ...Object.fromEntries(both) }
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
