// Loads the whole program once and ends. Node keeps what it made of it in the cache folder of the service, so that a new
// version starts as fast as one that has run before: while it starts, nobody is answered.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { enableCompileCache, flushCompileCache } from 'node:module'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const cache = process.env.CACHE_DIRECTORY
// What was kept of the version before is never read again.
for (const name of readdirSync(cache)) rmSync(join(cache, name), { recursive: true, force: true })
enableCompileCache(cache)

const ours = readdirSync(join(root, 'src'), { recursive: true })
  .filter((name) => name.endsWith('.ts') && name !== 'main.ts')
  .map((name) => join(root, 'src', name))
// Some of them are loaded only where the configuration needs them.
const theirs = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies)
for (const name of [...ours, ...theirs]) await import(name).catch(() => undefined)
flushCompileCache()
process.exit(0)
