// Fails where people's pages weigh too much before they show anything, or where they name another origin.
// Builds them first, if they are not built from today's sources.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildPages } from './build-pages.mjs'
import { foreignOrigins, type Manifest, weighFirstPaint } from './pages-weight.ts'

const most = 30_000
const folder = join(import.meta.dirname, '../src/web/pages/dist/people')

buildPages()
const read = (file: string) => readFileSync(join(folder, file))
const manifest = JSON.parse(read('.vite/manifest.json').toString('utf8')) as Manifest
const { bytes, later } = weighFirstPaint(manifest, read)
console.log(
  `People's pages load ${bytes} bytes (gzip) before first paint, at most ${most}; the heaviest page ${later} more`,
)
const foreign = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(?:js|css|html|svg)$/.test(file))
  .flatMap((file) =>
    foreignOrigins(read(file).toString('utf8')).map((origin) => `${file}: ${origin}`),
  )
for (const each of foreign) console.error(`People's pages name another origin: ${each}`)
if (bytes > most) console.error('That is too much: load later what the first page does not need.')
if (bytes > most || foreign.length > 0) process.exit(1)
