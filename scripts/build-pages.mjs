// Builds people's pages with Vite when their sources, or the packages that go into them, are not what they were
// at the last build. Plain JavaScript, so that any Node from 18 on can run it, as scripts/setup.mjs does.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const sources = join(root, 'src/web/pages/people')
const built = join(root, 'src/web/pages/dist')
const pages = join(built, 'people')
/** What the pages were built from. */
const stamp = join(built, 'people.sources')
const packages = ['vite', 'rolldown', 'preact', 'uqr']

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? filesBelow(path) : [path]
    })
    .sort()
}

function hashOfSources() {
  const hash = createHash('sha256')
  for (const file of filesBelow(sources)) {
    hash
      .update(`${relative(sources, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  }
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  for (const name of packages) hash.update(lock.packages[`node_modules/${name}`]?.integrity ?? '')
  return hash.digest('hex')
}

/** Vite needs a newer Node than the one that may run this. npm 9 leaves out the link in `.bin`. */
function nodeForVite() {
  const own = join(root, `node_modules/node-linux-${process.arch}/bin/node`)
  return existsSync(own) ? own : process.execPath
}

/** Throws where Vite fails. */
export function buildPages() {
  const hash = hashOfSources()
  const isBuilt = existsSync(join(pages, 'index.html')) && existsSync(stamp)
  if (isBuilt && readFileSync(stamp, 'utf8') === hash) return
  console.log("building people's pages")
  mkdirSync(built, { recursive: true })
  // Another run may build at the same time, and a service may serve what is there.
  const fresh = join(built, `people.${process.pid}`)
  const old = `${fresh}.old`
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const words = ['build', '--config', join(sources, 'vite.config.ts'), '--outDir', fresh]
  const { status, stdout, stderr, error } = spawnSync(
    nodeForVite(),
    [vite, ...words, '--logLevel', 'warn'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
  if (status !== 0) {
    rmSync(fresh, { recursive: true, force: true })
    throw new Error(`Vite could not build the pages: ${error?.message ?? `${stdout}${stderr}`}`)
  }
  if (existsSync(pages)) renameSync(pages, old)
  renameSync(fresh, pages)
  rmSync(old, { recursive: true, force: true })
  writeFileSync(stamp, hash)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildPages()
