import { momentIn } from '../../../methods/index.ts'
import type { EnrolmentTextKey } from '../../../signin/index.ts'
import type { AdminParts } from '../../parts.ts'
import type { Person } from '../../people.ts'

/** What a printed page with a code says, except the code itself. Plain text, none of it escaped. */
export type CodePage = {
  /** BCP 47 tag of the texts. */
  readonly language: string
  readonly title: string
  readonly forWhom: string
  /** In their order; the code is after the last. */
  readonly steps: readonly string[]
  readonly until: string
}

/** The page in the language that the person has chosen, or has in the directory. Undefined where there is no portal. */
export async function writeCodePage(
  { enrolment, store }: Pick<AdminParts, 'enrolment' | 'store'>,
  person: Person,
  untilMs: number,
): Promise<CodePage | undefined> {
  const { portal } = enrolment?.settings() ?? {}
  if (enrolment === undefined || portal === undefined) return undefined
  const chosen = (await store.personRecords.load(person.key)).language
  const language = enrolment.languageOf(chosen ?? person.language)
  const say = (key: EnrolmentTextKey, values: Readonly<Record<string, string>> = {}) =>
    enrolment.text(key, language, values)
  return {
    language,
    title: say('paper-title'),
    forWhom: say('paper-for', { name: person.displayName ?? person.name }),
    steps: [
      say('paper-open', { portal }),
      say('paper-sign-in', { user: person.name }),
      say('paper-type'),
    ],
    until: say('paper-until', { until: momentIn(language, untilMs) }),
  }
}
