// Loads the whole program once and ends. Node keeps what it made of it in the cache folder of the service, so that a new
// version starts as fast as one that has run before: while it starts, nobody is answered.
import { readdirSync, readFileSync } from 'node:fs'
import { enableCompileCache, flushCompileCache } from 'node:module'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
enableCompileCache(process.env.CACHE_DIRECTORY)

const ours = readdirSync(join(root, 'src'), { recursive: true })
  .filter((name) => name.endsWith('.ts') && name !== 'main.ts')
  .map((name) => join(root, 'src', name))
// Some of them are loaded only where the configuration needs them.
const theirs = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies)
for (const name of [...ours, ...theirs]) await import(name).catch(() => undefined)
flushCompileCache()
process.exit(0)
