import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parsePage, root } from './pages.ts'

/** The shell blocks below a heading of a page, as a reader pastes them. `heading` is without its hashes. */
export function shellBlocks(path: string, heading: string): readonly string[] {
  const text = `\n${readFileSync(join(root, path), 'utf8')}`
  const [, hashes = ''] = new RegExp(`^(#+) ${heading}$`, 'm').exec(text) ?? []
  if (hashes === '') throw new Error(`${path} has no heading "${heading}"`)
  const [, rest = ''] = text.split(`\n${hashes} ${heading}\n`)
  const [section = ''] = rest.split(new RegExp(`^#{1,${hashes.length}} `, 'm'))
  return parsePage(path, section)
    .blocks.filter(({ language }) => language === 'sh')
    .map(({ code }) => code)
}
