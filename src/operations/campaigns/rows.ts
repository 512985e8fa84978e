import type { Method } from '../../accounts/index.ts'
import type { EnrolmentParts } from '../enrolment/parts.ts'
import { type ListedPerson, reachedByDirectory } from './list-people.ts'

/** One line of a list of people. */
export type EnrolmentRow = {
  readonly key: string
  readonly name: string
  readonly displayName: string
  /** `directory`: nothing is set up, and a number or address of the directory serves. `missing`: nothing serves. */
  readonly state: 'set-up' | 'directory' | 'missing'
  /** What is set up, or what the directory serves for. */
  readonly methods: readonly Method[]
  readonly blocked?: true
  /** Not used for long, with nothing set up: only `enrolment lift` lets this person set something up. */
  readonly idle?: true
  /** Nothing is left of what was set up before: no campaign opens anything for this person. */
  readonly before?: true
  /** A code of the helpdesk is valid until then. */
  readonly codeUntilMs?: number
}

export type EnrolmentCounts = Readonly<Record<'people' | EnrolmentRow['state'], number>>

export function rowOf(
  enrolment: Pick<EnrolmentParts, 'reach'>,
  { user, standing }: ListedPerson,
): EnrolmentRow {
  const { key, name, displayName } = user
  const { methods: own, blocked, codeUntilMs, enrolledOnce, idle } = standing
  const contacts = own.length > 0 ? [] : reachedByDirectory(enrolment, user)
  const state = own.length > 0 ? 'set-up' : contacts.length > 0 ? 'directory' : 'missing'
  return {
    ...{ key, name, displayName, state, methods: state === 'set-up' ? own : contacts },
    ...(blocked ? { blocked } : {}),
    ...(idle && state !== 'set-up' ? { idle } : {}),
    ...(enrolledOnce && state !== 'set-up' ? { before: true } : {}),
    ...(codeUntilMs === undefined ? {} : { codeUntilMs }),
  }
}

/** Counts rows as they come. */
export function createCounts() {
  const counts = { people: 0, 'set-up': 0, directory: 0, missing: 0 }
  return {
    add(rows: readonly EnrolmentRow[]) {
      counts.people += rows.length
      for (const { state } of rows) counts[state] += 1
    },
    counts: (): EnrolmentCounts => ({ ...counts }),
  }
}
