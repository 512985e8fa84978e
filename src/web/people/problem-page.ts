import { plainPage } from '../ground/plain-page.ts'
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
  const startPage = '<a href="/">Start page</a>'
  return plainPage({ title, paragraphs: [text, todo, startPage] })
}
