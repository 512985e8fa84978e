import { dirname, join } from 'node:path'

/**
 * The list of pages, from the headings and lists of docs/index.md: `[{ part, groups: [{ group, entries: [{ text, page }] }] }]`. A group
 * has the line before its list as a name, if it has one. An entry is the first link of an item. Pages that only other pages list, such
 * as those of gateways, are not in it.
 */
export function readNavigation(pages) {
  const { source: index, text } = pages.find(({ source }) => source === 'docs/index.md')
  const bySource = new Map(pages.map((page) => [page.source, page]))
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [part = ''] = section.split('\n', 1)
      const groups = section.split(/^(?=\w.*:\n\n- )/m).map((text) => {
        const [, group] = /^(\w.*):\n/.exec(text) ?? []
        return { group, entries: entriesOf(text) }
      })
      return { part, groups: groups.filter(({ entries }) => entries.length > 0) }
    })

  function entriesOf(text) {
    return [...text.matchAll(/^- \[([^\]]+)\]\(([^)#]+)\)/gm)].flatMap(([, name, link]) => {
      const page = bySource.get(join(dirname(index), link))
      return page === undefined ? [] : [{ text: name, page }]
    })
  }
}
