import { dirname, relative } from 'node:path'

/** One whole page. `headings` are those below the title. */
export function layout({ page, title, html, headings, navigation }) {
  const to = (url) => relative(dirname(page.url), url) || url.split('/').at(-1)
  const name = title === 'Documentation' ? 'Holdfast' : `${title} · Holdfast`
  const toc = contents(headings)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(name)}</title>
<link rel="stylesheet" href="${to('assets/style.css')}">
<script defer src="${to('assets/site.js')}" data-root="${relative(dirname(page.url), '.') || '.'}"></script>
</head>
<body>
<a class="skip" href="#content">Skip to the text</a>
<header>
<a class="name" href="${to('index.html')}">Holdfast</a>
<form role="search" hidden><input type="search" aria-label="Search" placeholder="Search" autocomplete="off" spellcheck="false"></form>
<a class="pages" href="#pages">All pages</a>
</header>
<section class="results" aria-label="Results" hidden><p role="status"></p><ol></ol></section>
<div class="columns">
<main id="content">
${toc === '' ? html : withContents(html, toc)}
</main>
<nav id="pages" aria-label="All pages">
${navigation.map((part) => navigationPart(part, page, to)).join('\n')}
</nav>
${toc === '' ? '' : `<aside><nav aria-label="On this page"><h2>On this page</h2>${toc}</nav></aside>`}
</div>
</body>
</html>
`
}

/** On a phone the list of headings comes after the title, folded. */
function withContents(html, toc) {
  return html.replace(
    '</h1>',
    `</h1>\n<details class="contents"><summary>On this page</summary>${toc}</details>`,
  )
}

function navigationPart({ part, groups }, page, to) {
  const lists = groups.map(({ group, entries }) => {
    const items = entries.map((entry) => navigationItem(entry, page, to)).join('')
    return `${group === undefined ? '' : `<h3>${escaped(group)}</h3>`}<ul>${items}</ul>`
  })
  return `<h2>${escaped(part)}</h2>\n${lists.join('\n')}`
}

function navigationItem({ text, page: { source, url } }, page, to) {
  // A page that is in no list is below the one it is named after: reference/gateways/fortigate.html.
  const below = page.source.startsWith(source.replace(/\.md$/, '/'))
  const current = source === page.source ? ' aria-current="page"' : below ? ' class="above"' : ''
  return `<li><a href="${to(url)}"${current}>${escaped(text)}</a></li>`
}

/** Links to the headings of the first level below the title, where there are enough to choose from. */
function contents(headings) {
  const top = headings.filter(({ level }) => level === 2)
  if (top.length < 3) return ''
  const items = top.map(({ id, text }) => `<li><a href="#${id}">${escaped(text)}</a></li>`)
  return `<ul>${items.join('')}</ul>`
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
