import type { CheckRow } from './check-row.ts'
import { checkDenials, type Denial } from './denials.ts'
import { checkPeople, type NamedPerson } from './people.ts'

/** What the log says of a rule or a list that should refuse people, and refuses no one. */
export type DeadDenialEvent = {
  readonly event: 'deny-matches-nobody'
  readonly setting: string
  readonly why: string
}

export type DenialWarnings = {
  /** Settings that deny and can match no one, whatever the directories have. */
  readonly idle: readonly { readonly setting: string; readonly why: string }[]
  /** People that rules name to deny them. */
  readonly people: readonly NamedPerson[]
  readonly denials: readonly Denial[]
  readonly log: (event: DeadDenialEvent) => void
  readonly signal: AbortSignal
}

/**
 * Warns of all rules that deny and refuse no one. People leave, so a service starts all the
 * same; `check` calls it an error. Never rejects.
 */
export async function warnOfDeadDenials(warnings: DenialWarnings): Promise<void> {
  const { idle, people, denials, log, signal } = warnings
  const tell = (setting: string, why: string) => log({ event: 'deny-matches-nobody', setting, why })
  for (const { setting, why } of idle) tell(setting, why)
  const asked: Promise<readonly CheckRow[]>[] = [
    checkPeople(people, signal),
    checkDenials(denials, signal),
  ]
  for (const rows of await Promise.allSettled(asked)) {
    if (rows.status === 'rejected') continue
    for (const { what, detail } of rows.value) tell(what, detail)
  }
}
