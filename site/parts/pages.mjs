import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Pages beside docs/, and where they are in the site. */
const others = {
  'README.md': 'readme.html',
  'CHANGELOG.md': 'changelog.html',
  'SECURITY.md': 'security-notes.html',
}

/** Every page: `source` from the root of the repository, `url` from that of the site, and its Markdown. */
export function readPages(root) {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .sort()
    .map((path) => ({ source: `docs/${path}`, url: path.replace(/\.md$/, '.html') }))
  return [...docs, ...Object.entries(others).map(([source, url]) => ({ source, url }))].map(
    (page) => ({ ...page, text: readFileSync(join(root, page.source), 'utf8') }),
  )
}
