import type { EnrolmentList, EnrolmentRow } from '../../operations/index.ts'
import { type CliIo, note } from '../io.ts'
import type { Target } from './find-service.ts'
import { withService } from './session.ts'
import type { Session } from './session-type.ts'

/** After so many people it is said how many have come. */
const noteEvery = 1_000

/** Runs an operation that sends people as it finds them; gives them in the order of their names. */
export async function collectPeople<Result>(
  target: Target,
  io: CliIo,
  ask: (session: Session, onEvent: (event: unknown) => void) => Promise<Result>,
): Promise<{ readonly rows: readonly EnrolmentRow[]; readonly result: Result }> {
  const rows: EnrolmentRow[] = []
  let noted = 0
  const result = await withService(target, io, (session) =>
    ask(session, (event) => {
      rows.push(...(event as { readonly rows: readonly EnrolmentRow[] }).rows)
      if (rows.length - noted < noteEvery) return
      noted = rows.length
      note(io, `${noted} people so far`)
    }),
  )
  const sorted = rows.toSorted((one, other) => one.name.localeCompare(other.name))
  return { rows: sorted, result }
}

export function noteUnlisted({ unlisted }: Pick<EnrolmentList, 'unlisted'>, io: CliIo): void {
  if (unlisted.length === 0) return
  note(io, `People of ${unlisted.join(', ')} are not in the list: it cannot say who they are.`)
}
