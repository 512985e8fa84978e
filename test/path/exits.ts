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

/** Reasons of EAP and of accounting, which have ways of their own. */
const elsewhere = /^(eap|certificate|accounting)-/

/** The reasons that a request of another kind than those cannot end with by any of these files. */
export function reasonsWithoutPlace(files: readonly string[]): readonly string[] {
  const placed = new Set(files.flatMap((file) => reasonsIn(sourceOf(file))))
  return [...reasons].filter((reason) => !placed.has(reason) && !elsewhere.test(reason))
}

export function sourceOf(file: string): string {
  try {
    return readFileSync(new URL(file, root), 'utf8')
  } catch (cause) {
    const message = `There is no ${file}. Correct test/path/spine.ts and docs/background/architecture.md.`
    throw new Error(message, { cause })
  }
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
