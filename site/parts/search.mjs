import MiniSearch from 'minisearch'

/** The same in assets/site.js, which loads the index. */
const options = { fields: ['title', 'heading', 'text'], storeFields: ['title', 'heading', 'url'] }

/** A script that brings the index: a page that was opened as a file may load scripts, and no JSON. */
export function searchIndex(rendered) {
  const index = new MiniSearch(options)
  const parts = rendered.flatMap(({ page, title, sections }) =>
    sections.map(({ id, heading, text }, number) => ({
      url: number === 0 ? page.url : `${page.url}#${id}`,
      title,
      heading: number === 0 ? '' : heading,
      text,
    })),
  )
  index.addAll(parts.map((part, id) => ({ id, ...part })))
  return `window.holdfastIndex = ${JSON.stringify(index).replaceAll('<', '\\u003c')}\n`
}
