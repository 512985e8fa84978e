import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parsePage, root } from './pages.ts'

/**
 * The shell blocks below a heading of a page, as a reader pastes them. `heading` is without its hashes. `console`: blocks
 * with lines that want answers.
 */
export function shellBlocks(
  path: string,
  heading: string,
  language: 'sh' | 'console' = 'sh',
): readonly string[] {
  const text = `\n${readFileSync(join(root, path), 'utf8')}`
  const line = text
    .split('\n')
    .find((each) => each.replace(/^#+ /, '') === heading && each !== heading)
  const hashes = line?.split(' ', 1)[0] ?? ''
  if (hashes === '') throw new Error(`${path} has no heading "${heading}"`)
  const [, rest = ''] = text.split(`\n${hashes} ${heading}\n`)
  const [section = ''] = rest.split(new RegExp(`^#{1,${hashes.length}} `, 'm'))
  return parsePage(path, section)
    .blocks.filter((block) => block.language === language)
    .map(({ code }) => code)
}
