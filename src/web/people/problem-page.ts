import type { ApiProblem } from './contract.ts'

type Explanation = { readonly title: string; readonly text: string; readonly todo: string }

const explanations: Partial<Record<ApiProblem['problem'], Explanation>> = {
  'store-failed': {
    title: 'This page cannot save anything at the moment',
    text: 'Nothing was lost, and how you sign in has not changed.',
    todo: 'Try again in a few minutes. If it stays like this, tell your helpdesk that the sign-in portal cannot save.',
  },
  'not-found': {
    title: 'There is nothing at this address',
    text: 'The link may be old, or the address was not typed in full.',
    todo: 'Go to the start page.',
  },
  'too-many': {
    title: 'Too many requests',
    text: 'Too many requests came from your network in a short time.',
    todo: 'Wait a minute, then load the page again.',
  },
}

const otherwise: Explanation = {
  title: 'This page does not work at the moment',
  text: 'Something broke on our side. How you sign in has not changed.',
  todo: 'Try again in a few minutes. If it stays like this, tell your helpdesk.',
}

/** A page that needs nothing else to load, for when the pages themselves cannot help. */
export function problemPage(problem: ApiProblem['problem']): string {
  const { title, text, todo } = explanations[problem] ?? otherwise
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/problem.css">
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
<p>${todo}</p>
<p><a href="/">Start page</a></p>
</main>
</body>
</html>
`
}

/** Its only style sheet: calm, readable, light and dark. */
export const problemStyle = `:root { color-scheme: light dark }
body { margin: 0; font: 1.0625rem/1.6 system-ui, sans-serif }
main { max-width: 32rem; margin: 15vh auto 0; padding: 0 1.5rem }
h1 { font-size: 1.5rem; line-height: 1.3; font-weight: 600 }
`
