import type { MadeCode } from '../../operations/index.ts'
import { escapeXml } from '../../support/index.ts'
import { formatQrSvg } from '../qr/index.ts'

const style = `body { font: 14pt/1.5 sans-serif; margin: 2cm }
section { break-after: page }
.code { font: bold 18pt monospace }
svg { width: 5cm; height: 5cm }`

/** An HTML document with one page a person, each in the person's language. */
export function codePages(made: readonly MadeCode[]): string {
  return `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<title>Holdfast</title>
<style>
${style}
</style>
</head>
<body>
${made.map(pageOf).join('\n')}
</body>
</html>
`
}

/** The code is after `#`, which no server and no log sees (PEOPLE R26). */
function pageOf({ code, page, portal }: MadeCode): string {
  if (page === undefined || portal === undefined) return ''
  const picture = formatQrSvg(`${portal}/#${code}`).replace(/^<\?xml.*\n/, '')
  const steps = page.steps.map((step, at) => {
    const isLast = at === page.steps.length - 1
    return `<li>${escapeXml(step)}${isLast ? ` <b class="code">${escapeXml(code)}</b>` : ''}</li>`
  })
  return `<section lang="${escapeXml(page.language)}">
<h1>${escapeXml(page.title)}</h1>
<p>${escapeXml(page.forWhom)}</p>
<ol>
${steps.join('\n')}
</ol>
${picture}<p>${escapeXml(page.until)}</p>
</section>`
}
