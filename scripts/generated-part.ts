const end = '<!-- End of what is generated. -->'

/** A page that has nothing but a title and the place for what is generated from `source`. */
export function emptyPage(title: string, source: string): string {
  return `# ${title}\n\n${beginOf(source)}\n${end}\n`
}

/** Puts `generated` between the markers of a page; what is written by hand around them stays. Throws where they are missing. */
export function withGenerated(page: string, source: string, generated: string): string {
  const begin = beginOf(source)
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from < 0 || to < from) throw new Error(`a page lacks its markers: ${page.split('\n', 1)}`)
  return `${page.slice(0, from)}${begin}\n\n${generated}\n\n${page.slice(to)}`
}

function beginOf(source: string): string {
  return `<!-- Generated from ${source} by node scripts/generate-docs.ts; do not edit. -->`
}
