// Builds the documentation as a static site in dist/, with a search that needs no server. Plain JavaScript, so that any
// Node from 20 on can run it. Fails on a link that leads nowhere.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { layout } from './parts/layout.mjs'
import { readNavigation } from './parts/navigation.mjs'
import { readPages } from './parts/pages.mjs'
import { createRenderer } from './parts/render.mjs'
import { searchIndex } from './parts/search.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..')
const out = join(here, 'dist')

rmSync(out, { recursive: true, force: true })
const pages = readPages(root)
const render = createRenderer(root, pages)
const navigation = readNavigation(pages)
const rendered = pages.map((page) => ({ page, ...render(page) }))

for (const { page, title, html, headings } of rendered) {
  write(page.url, layout({ page, title, html, headings, navigation }))
}
for (const [from, to] of render.files()) copy(join(root, from), to)
for (const name of ['style.css', 'site.js']) copy(join(here, 'assets', name), `assets/${name}`)
copy(join(here, 'node_modules/minisearch/dist/umd/index.js'), 'assets/minisearch.js')
write('assets/search-index.js', searchIndex(rendered))

for (const problem of render.problems()) console.error(problem)
if (render.problems().length > 0) process.exit(1)
console.log(`${pages.length} pages in ${out}. Open ${join(out, 'index.html')}`)

function write(path, text) {
  const file = join(out, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

function copy(from, to) {
  mkdirSync(dirname(join(out, to)), { recursive: true })
  cpSync(from, join(out, to))
}
