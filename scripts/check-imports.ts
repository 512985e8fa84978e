// Fails where a part imports what it may not, where a file reaches past an index.ts, and where files or folders import
// each other in a circle. Also fails where a folder has too many files: see "Layout" in
// docs/background/architecture.md.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import {
  findCircles,
  findFullFolders,
  findRoomCircles,
  type ImportGraph,
  readImports,
} from './import-graph.ts'

const source = 'src'
const filesInFolder = 16

/** What each folder may import, besides itself and `support/`. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  support: [],
  files: [],
  radius: [],
  mschap: [],
  accounts: [],
  signin: ['accounts', 'mschap'],
  patience: ['signin', 'transport'],
  texts: ['signin'],
  transport: ['radius', 'mschap', 'signin', 'accounts'],
  certificates: [],
  eap: ['radius', 'mschap', 'signin', 'transport'],
  directory: ['signin', 'accounts', 'mschap', 'radius'],
  delivery: [],
  methods: ['signin', 'accounts', 'delivery', 'texts'],
  store: ['signin', 'accounts', 'files'],
  web: ['signin', 'accounts', 'operations'],
  ops: ['signin', 'files'],
  config: ['accounts', 'signin'],
  operations: ['accounts', 'files', 'methods', 'patience', 'signin', 'store'],
  compose: ['*'],
  cli: ['*'],
  main: ['cli', 'files'],
}

/** Numbers of standards, without code: every part may import them. */
const tables: readonly string[] = [`${source}/radius/numbers.ts`]

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'pages' ? [] : filesBelow(path)
    return path.endsWith('.ts') ? [path] : []
  })
}

/** `src/radius/packet.ts` is of `radius`; `src/main.ts` of `main`. */
function partOf(path: string): string {
  return (relative(source, path).split('/')[0] ?? '').replace(/\.ts$/, '')
}

function* wrongArrows(graph: ImportGraph): Generator<string> {
  for (const [file, targets] of graph) {
    const from = partOf(file)
    const rules = allowed[from]
    if (rules === undefined) yield `${file}: folder ${from} has no rule in scripts/check-imports.ts`
    for (const path of targets) {
      const to = partOf(path)
      if (to === from || tables.includes(path)) continue
      if (to === 'support' && from === 'radius') yield `${file}: radius/ imports nothing of ours`
      if (to !== 'support' && !rules?.includes('*') && !rules?.includes(to)) {
        yield `${file}: ${from} may not import ${to} (${path})`
      }
      // A command loads only what it needs, so that `--help` does not wait for the whole service.
      if (path !== `${source}/${to}/index.ts` && from !== 'cli') {
        yield `${file}: goes past the index.ts of ${to} (${path})`
      }
    }
  }
}

/** A room that has an index.ts is entered through it; files in it and below it know each other. */
function* bypassedIndexFiles(graph: ImportGraph): Generator<string> {
  for (const [file, targets] of graph) {
    for (const path of targets) {
      const room = dirname(path)
      const isInside = file.startsWith(`${room}/`)
      const isPart = dirname(room) === source
      if (isInside || isPart || partOf(file) === 'cli' || path === `${room}/index.ts`) continue
      if (graph.has(`${room}/index.ts`)) yield `${file}: goes past ${room}/index.ts (${path})`
    }
  }
}

const files = filesBelow(source)
const graph = readImports(files, (file) => readFileSync(file, 'utf8'))
const problems = [
  ...wrongArrows(graph),
  ...bypassedIndexFiles(graph),
  ...findCircles(graph).map((circle) => `circle: ${circle.join(' -> ')}`),
  ...findRoomCircles(graph).map(
    ({ folder, imports }) =>
      `circle of folders in ${folder}: ${imports.map(({ from, to }) => `${from} -> ${to}`).join(', ')}`,
  ),
  ...findFullFolders(files, filesInFolder).map(
    ({ folder, count }) => `${folder}: ${count} files, at most ${filesInFolder}: make a room`,
  ),
]
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exit(1)
