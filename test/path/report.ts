import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { counted } from '../../src/support/index.ts'
import type { FilesRun } from './coverage.ts'
import { type PathName, pathTitles, spineOf } from './spine.ts'

/** What ran for one sign-in, for a terminal: each room with its files, and how many functions of each were called. */
export function report(name: PathName, run: FilesRun): string {
  const rooms = Map.groupBy([...run.keys()].sort(), (file) => posix.dirname(file))
  const onSpine = new Set(spineOf(name))
  const lines = [...rooms].sort().flatMap(([room, files]) => [
    `  ${room}: ${counted(files.length, 'file')}`,
    ...files.map((file) => {
      const mark = onSpine.has(file) ? '*' : ' '
      const called = counted(run.get(file)?.length ?? 0, 'function')
      return `  ${mark} ${posix.basename(file).padEnd(30)} ${called}`
    }),
  ])
  const functions = [...run.values()].reduce((sum, { length }) => sum + length, 0)
  return [
    `${name}: ${pathTitles[name]}`,
    ...lines,
    `  ${counted(run.size, 'file')} with ${counted(functions, 'function')} that ran; ${onSpine.size} on the spine (*)`,
    `  not counted, because they only hand on what others export: ${indexFilesOf(run).join(', ')}`,
    '',
  ].join('\n')
}

/** The index files of the rooms in which something ran, where they have no function of their own. */
function indexFilesOf(run: FilesRun): readonly string[] {
  const folders = new Set([...run.keys()].flatMap(foldersOf))
  return [...folders]
    .map((folder) => `${folder}/index.ts`)
    .filter((file) => existsSync(file) && !run.has(file))
    .sort()
}

function foldersOf(file: string): readonly string[] {
  const folder = posix.dirname(file)
  return folder === 'src' ? [] : [folder, ...foldersOf(folder)]
}
