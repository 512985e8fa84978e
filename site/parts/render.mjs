import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import MarkdownIt from 'markdown-it'
import { sectionsOf } from './sections.mjs'
import { createSlugs } from './slugs.mjs'

/**
 * Makes a function that renders one page. It gives the title, the HTML, the headings below the title, and the
 * sections for the search. Links lead to the pages of the site; a file of the repository that is linked comes along.
 */
export function createRenderer(root, pages) {
  const markdown = new MarkdownIt({ html: true, linkify: false })
  // What is wider than a phone scrolls by itself, with the keyboard too.
  markdown.renderer.rules.table_open = () => '<div class="table" tabindex="0"><table>'
  markdown.renderer.rules.table_close = () => '</table></div>'
  for (const name of ['fence', 'code_block']) {
    const rule = markdown.renderer.rules[name]
    markdown.renderer.rules[name] = (...given) =>
      rule(...given).replace('<pre', '<pre tabindex="0"')
  }
  const files = new Map()
  const problems = []
  const bySource = new Map(pages.map((page) => [page.source, page]))
  const tokens = new Map(pages.map((page) => [page.source, withAnchors(markdown, page.text)]))
  const anchors = new Map(
    [...tokens].map(([source, list]) => [source, headingsOf(list).map(({ id }) => id)]),
  )

  /** Where a link of a page leads in the site; undefined where it leads to a folder, which the site does not have. */
  function follow(page, link) {
    if (/^(https?|mailto):/.test(link)) return link
    const [target = '', anchor] = link.split('#')
    const source = target === '' ? page.source : join(dirname(page.source), target)
    const aim = bySource.get(source)
    if (aim === undefined && !existsSync(join(root, source))) {
      problems.push(`${page.source}: ${link} leads nowhere`)
      return link
    }
    if (aim === undefined && statSync(join(root, source)).isDirectory()) return undefined
    if (aim !== undefined && anchor !== undefined && !anchors.get(source).includes(anchor)) {
      problems.push(`${page.source}: ${link} leads to a heading that is not there`)
    }
    const url = aim?.url ?? fileUrl(source)
    const path = target === '' ? '' : relative(dirname(page.url), url)
    return `${path}${anchor === undefined ? '' : `#${anchor}`}`
  }

  function fileUrl(source) {
    const url = source.startsWith('docs/') ? source.slice('docs/'.length) : `files/${source}`
    files.set(source, url)
    return url
  }

  function render(page) {
    const list = tokens.get(page.source)
    const sections = sectionsOf(list)
    for (const token of list) redirect(token, (link) => follow(page, link))
    const [first, ...headings] = headingsOf(list)
    return {
      title: first?.text ?? page.source,
      html: markdown.renderer.render(list, markdown.options, {}),
      headings,
      sections,
    }
  }
  return Object.assign(render, { files: () => files, problems: () => problems })
}

/** The tokens of a page, with the anchors that GitHub gives to headings. */
function withAnchors(markdown, text) {
  const tokens = markdown.parse(text, {})
  const slugs = createSlugs()
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'heading_open') {
      token.attrSet('id', slugs(textOf(tokens[index + 1])))
    }
  }
  return tokens
}

function headingsOf(tokens) {
  return tokens.flatMap((token, index) =>
    token.type === 'heading_open'
      ? [
          {
            level: Number(token.tag.slice(1)),
            id: token.attrGet('id'),
            text: textOf(tokens[index + 1]),
          },
        ]
      : [],
  )
}

function textOf(inline) {
  return inline.children.map(({ content }) => content).join('')
}

/** Sets every link and picture in a token, also in HTML, to where `follow` says. */
function redirect(token, follow) {
  for (const name of ['href', 'src']) {
    const link = token.attrGet(name)
    if (link === null) continue
    const target = follow(link)
    if (target !== undefined) token.attrSet(name, target)
    // It stays in the text, as a link without an aim.
    else token.attrs = token.attrs.filter(([each]) => each !== name)
  }
  if (token.type.startsWith('html_')) {
    token.content = token.content.replaceAll(
      /(src|href)="([^"]+)"/g,
      (_, name, link) => `${name}="${follow(link)}"`,
    )
  }
  for (const child of token.children ?? []) redirect(child, follow)
}
