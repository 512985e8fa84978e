import type { FilesRun } from './coverage.ts'
import { filesThatEnd, reasonsIn, reasonsWithoutPlace, sourceOf } from './exits.ts'
import {
  mostFiles,
  type PathName,
  pathNames,
  pathTitles,
  type SpineFile,
  spine,
  spineOf,
} from './spine.ts'

export type Paths = ReadonlyMap<PathName, FilesRun>

/** What is wrong with the spine as it is written down. */
export function spineProblems(paths: Paths): readonly string[] {
  return [
    ...reasonsWithoutPlace(spine.flatMap(filesOf)).map(
      (reason) => `${reason}: no file of the spine ends a request with it (test/path/spine.ts)`,
    ),
    ...[...paths].flatMap(([name, run]) => pathProblems(name, run, mostFiles[name])),
  ]
}

/** What is wrong with the spine of one sign-in, of which this ran. */
export function pathProblems(name: PathName, run: FilesRun, most = Infinity): readonly string[] {
  const declared = spineOf(name)
  return [
    ...(declared.length > most
      ? [`the spine of "${name}" has ${declared.length} files, at most ${most}`]
      : []),
    ...declared
      .filter((file) => !run.has(file))
      .map(
        (file) => `${file}: is on the spine of "${name}" (test/path/spine.ts), but does not run`,
      ),
    ...filesThatEnd(run)
      .filter((file) => !declared.includes(file))
      .map((file) => `${file}: can end "${name}", but is not on its spine (test/path/spine.ts)`),
  ]
}

export function filesOf({ file, passesOn = [] }: SpineFile): readonly string[] {
  return [file, ...passesOn]
}

/** The part of docs/background/architecture.md that is written by `npm run path -- --write`. */
export function drawing(paths: Paths): string {
  const rows = pathNames.map((name) => {
    const files = [spineOf(name).length, paths.get(name)?.size ?? 0]
    return `| ${name.charAt(0)} | ${pathTitles[name]} | ${files.join(' | ')} |`
  })
  return [
    '| | sign-in | files on the spine | files of `src/` that run |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    '```',
    header,
    ...spine.flatMap(linesOf(counter())),
    '```',
  ].join('\n')
}

const numberWidth = 3
/** Of the files of `transport/`, which come before those of `signin/`. */
const leftWidth = 20
const rightWidth = 32
const width = 124

const header = [
  ...pathNames.map((name) => name.charAt(0).padEnd(numberWidth)),
  'transport/'.padEnd(leftWidth),
  'signin/'.padEnd(rightWidth),
  'decides, and can end it as',
].join('')

/** The next number of each path. */
function counter(): (on: SpineFile['on']) => string {
  const next = new Map<PathName, number>()
  return (on) =>
    pathNames
      .map((name) => {
        if (!on.includes(name)) return ''.padEnd(numberWidth)
        const number = (next.get(name) ?? 0) + 1
        next.set(name, number)
        return String(number).padEnd(numberWidth)
      })
      .join('')
}

function linesOf(numbers: (on: SpineFile['on']) => string) {
  return (entry: SpineFile): string[] => {
    const { file, decides, on } = entry
    const [, part = '', ...rest] = file.split('/')
    const before = ''.padEnd(part === 'transport' ? 0 : leftWidth)
    const place = `${before}${rest.join('/')}`.padEnd(leftWidth + rightWidth - 1)
    const exits = new Set(filesOf(entry).flatMap((each) => reasonsIn(sourceOf(each))))
    const indent = ''.padEnd(numberWidth * pathNames.length + leftWidth + rightWidth + 2)
    return [
      `${numbers(on)}${place} ${decides}`,
      ...fold([...exits], width - indent.length).map((line) => indent + line),
    ]
  }
}

function fold(words: readonly string[], most: number): readonly string[] {
  const lines: string[] = []
  for (const [index, word] of words.entries()) {
    const text = index === words.length - 1 ? word : `${word},`
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + text.length > most) lines.push(text)
    else lines[lines.length - 1] = `${last} ${text}`
  }
  return lines
}

const [begin, end] = [
  '<!-- npm run path -- --write: from here -->',
  '<!-- npm run path -- --write: to here -->',
]

/** The page with the drawing in its place. */
export function withDrawing(page: string, text: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from)
    throw new Error(`docs/background/architecture.md has no "${begin}" … "${end}"`)
  return `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`
}
