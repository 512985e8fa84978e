import { dirname, join } from 'node:path'

/**
 * The list of pages, from the headings and lists of docs/index.md: `[{ part, entries: [{ text, source }] }]`. An entry is the first link
 * of an item. Pages that only other pages list, such as those of gateways, are not in it.
 */
export function readNavigation(pages) {
  const { source: index, text } = pages.find(({ source }) => source === 'docs/index.md')
  const bySource = new Map(pages.map((page) => [page.source, page]))
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [part = ''] = section.split('\n', 1)
      const entries = [...section.matchAll(/^- \[([^\]]+)\]\(([^)#]+)\)/gm)].flatMap(
        ([, name, link]) => {
          const page = bySource.get(join(dirname(index), link))
          return page === undefined ? [] : [{ text: name, page }]
        },
      )
      return { part, entries }
    })
}
