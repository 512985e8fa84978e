// Fails where a part imports what it may not (see "Layout" in docs/architecture.md), or where a file
// of one folder reaches past another folder's front door.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'

const source = 'src'

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
  web: ['signin', 'accounts'],
  ops: ['signin', 'files'],
  config: ['accounts', 'signin'],
  operations: ['accounts', 'files', 'methods', 'patience', 'signin', 'store'],
  compose: ['*'],
  cli: ['*'],
  main: ['cli', 'files'],
}

const importPattern = /(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'pages' ? [] : filesBelow(path)
    return path.endsWith('.ts') ? [path] : []
  })
}

/** `src/radius/packet.ts` is of `radius`; `src/compose/index.ts` of `compose`. */
function partOf(path: string): string {
  return (relative(source, path).split('/')[0] ?? '').replace(/\.ts$/, '')
}

const problems: string[] = []
for (const file of filesBelow(source)) {
  const from = partOf(file)
  const rules = allowed[from]
  if (rules === undefined)
    problems.push(`${file}: folder ${from} has no rule in scripts/check-imports.ts`)
  for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(importPattern)) {
    const path = normalize(join(dirname(file), target))
    const to = partOf(path)
    if (to === from) continue
    if (to === 'support' && from === 'radius')
      problems.push(`${file}: radius/ imports nothing of ours`)
    if (to !== 'support' && !rules?.includes('*') && !rules?.includes(to)) {
      problems.push(`${file}: ${from} may not import ${to} (${target})`)
    }
    const isFrontDoor = path === `${source}/${to}/index.ts` || path === `${source}/${to}.ts`
    // A command loads only what it needs, so that `--help` does not wait for the whole service.
    if (!isFrontDoor && from !== 'cli')
      problems.push(`${file}: goes past the front door of ${to} (${target})`)
  }
}

for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exit(1)
