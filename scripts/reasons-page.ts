import { dropReasons, hints, reasonPages, rejectReasons } from '../src/signin/index.ts'
import { builtInLanguages } from '../src/texts/index.ts'

/** The page of reasons, in Markdown: every way a request ends, and what to do. */
export function reasonsPage(): string {
  return [
    '# Reasons',
    '',
    'Every request that is not accepted has one of these reasons: in the log, in the audit',
    '(`holdfast audit`) and in the counts. Generated from `src/signin/reasons/reasons.ts` by',
    '`node scripts/generate-docs.ts`; do not edit. Each links to a page that says more.',
    '',
    '## Rejects',
    '',
    'The gateway gets Access-Reject. Where the text is the same for several reasons, and it leaves',
    'at the same moment, that is on purpose: an attacker does not learn which check failed. The text ends in a',
    'reference such as `Ref 7K2M`; it follows from the request alone, and `holdfast why 7K2M` explains it.',
    '',
    ...entriesOf(rejectReasons).flatMap(([reason, { meaning, remedy, says, delay }]) => [
      `### ${reason}`,
      '',
      meaning,
      '',
      `- The person sees: “${builtInLanguages.en?.[says] ?? ''}”${delay ? ', a second after asking' : ''}`,
      `- What to do: ${remedy}`,
      moreAbout(reason),
      '',
    ]),
    '## Drops',
    '',
    'The gateway gets no answer, because answering would help an attacker, or because another server',
    'should be asked. The person sees what the gateway shows when a server does not answer.',
    '',
    ...entriesOf(dropReasons).flatMap(([reason, { meaning, remedy }]) => [
      `### ${reason}`,
      '',
      meaning,
      '',
      `- What to do: ${remedy}`,
      moreAbout(reason),
      '',
    ]),
    '## Hints',
    '',
    'What the time line of a sign-in may hold besides its reason. `holdfast why` points at it.',
    '',
    ...entriesOf(hints).flatMap(([hint, { meaning, remedy }]) => [
      `### ${hint}`,
      '',
      meaning,
      '',
      `- What to do: ${remedy}`,
      moreAbout(hint),
      '',
    ]),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n')
}

function moreAbout(reason: keyof typeof reasonPages): string {
  const page = reasonPages[reason]
  return `- More: [${page.replaceAll('-', ' ')}](reasons/${page}.md)`
}

function entriesOf<Name extends string, Value>(
  record: Readonly<Record<Name, Value>>,
): readonly (readonly [Name, Value])[] {
  return Object.entries(record) as [Name, Value][]
}
