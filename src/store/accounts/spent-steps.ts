import type { SpentSteps } from '../../accounts/index.ts'
import type { AuthenticatorRow } from '../schema.ts'

/** Room for some twenty steps of the recent past. */
export const recentLength = 200
/** Comes at the end of `recent_steps` where there were older ones. */
const older = '?'

type StepColumns = Pick<AuthenticatorRow, 'recent_steps' | 'spent_ahead'>

/** The steps in the columns. The last number may be cut off in a list that fills its room. */
export function readSteps({ recent_steps, spent_ahead }: StepColumns): SpentSteps {
  const listed = (recent_steps ?? '').split(',').slice(1)
  const isFull = (recent_steps ?? '').length >= recentLength
  const forgotten = isFull || listed.at(-1) === older
  return {
    recent: (forgotten ? listed.slice(0, -1) : listed).map(Number),
    forgotten,
    ahead: spent_ahead === null ? [] : readAhead(spent_ahead),
  }
}

/** The columns for these steps, the last accepted one among them. */
export function writeSteps({ recent, forgotten, ahead }: SpentSteps): StepColumns & {
  readonly last_step: number
} {
  const listed = [...recent, ...(forgotten ? [older] : [])].map((step) => `,${step}`).join('')
  return {
    last_step: recent[0] ?? -1,
    recent_steps: listed === '' ? null : listed,
    spent_ahead: ahead.length === 0 ? null : `,${ahead.join(',')},`,
  }
}

export function readAhead(text: string): readonly number[] {
  return text.split(',').filter(Boolean).map(Number)
}
