import { readFileSync } from 'node:fs'
import { dropReasons, rejectReasons } from '../../src/signin/index.ts'
import type { FilesRun } from './coverage.ts'

const root = new URL('../../', import.meta.url)
const reasons = new Set([
  ...Object.keys(dropReasons),
  ...Object.keys(rejectReasons),
  'accepted',
  'challenged',
])

/** A text in quotes that is not compared with anything. */
const quoted = /(?<![!=]== |case )'([a-z-]+)'(?! [!=]==)/g

/** The reasons that a piece of source gives. */
export function reasonsIn(source: string): readonly string[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  const found = [...code.matchAll(quoted)].map(([, text = '']) => text)
  return [...new Set(found.filter((text) => reasons.has(text)))]
}

export function sourceOf(file: string): string {
  return readFileSync(new URL(file, root), 'utf8')
}

/** The rooms in which a sign-in can end. What other parts find out comes back to them as a value. */
const rooms = ['src/transport/', 'src/signin/']

/** The files in which a function was called that can end the sign-in, or could have. */
export function filesThatEnd(run: FilesRun): readonly string[] {
  return [...run]
    .filter(([file]) => rooms.some((room) => file.startsWith(room)))
    .filter(([file, functions]) => {
      const source = sourceOf(file)
      return functions.some(({ start, end }) => reasonsIn(source.slice(start, end)).length > 0)
    })
    .map(([file]) => file)
}
