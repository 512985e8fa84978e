export type PlainPage = {
  readonly title: string
  /** Paragraphs, as HTML: nothing that anyone sent may be in them. */
  readonly paragraphs: readonly string[]
}

/** A page that needs nothing else to load except its style sheet. */
export function plainPage({ title, paragraphs }: PlainPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${plainStylePath}">
</head>
<body>
<main>
<h1>${title}</h1>
${paragraphs.map((text) => `<p>${text}</p>`).join('\n')}
</main>
</body>
</html>
`
}

/** Where each surface serves `plainStyle`. */
export const plainStylePath = '/problem.css'

/** The only style sheet of such a page: calm, readable, light and dark. */
export const plainStyle = `:root { color-scheme: light dark }
body { margin: 0; font: 1.0625rem/1.6 system-ui, sans-serif }
main { max-width: 32rem; margin: 15vh auto 0; padding: 0 1.5rem }
h1 { font-size: 1.5rem; line-height: 1.3; font-weight: 600 }
`
