import type { EnrolmentList, EnrolmentRow } from '../../operations/index.ts'
import { formatTable, type Paint, printable } from './print.ts'
import { formatDateTime } from './times.ts'

/** A table of people, and what is set up for each. */
export function formatPeople(rows: readonly EnrolmentRow[], paint: Paint): string {
  return formatTable(
    ['NAME', 'SET UP', 'REMARKS', 'FULL NAME'],
    rows.map((row) => [
      printable(row.name),
      setUpOf(row, paint),
      remarksOn(row),
      printable(row.displayName),
    ]),
    paint,
  )
}

/** `12 people: 9 have something set up, 1 is reached by the directory, 2 have nothing.` */
export function formatCounts({
  people,
  'set-up': done,
  directory,
  missing,
}: EnrolmentList['counts']): string {
  const byDirectory =
    directory === 0
      ? ''
      : ` ${directory} ${directory === 1 ? 'has' : 'have'} only a number or address of the directory,`
  return `${people} ${people === 1 ? 'person' : 'people'}: ${done} ${done === 1 ? 'has' : 'have'} something set up,${byDirectory} ${missing} ${missing === 1 ? 'has' : 'have'} nothing.`
}

function setUpOf({ methods, state }: EnrolmentRow, paint: Paint): string {
  if (state === 'missing') return paint('warn', 'nothing')
  const names = methods.join(', ')
  return state === 'set-up' ? paint('good', names) : `${names} of the directory`
}

function remarksOn({ before, blocked, codeUntilMs, idle }: EnrolmentRow): string {
  return [
    ...(blocked ? ['blocked'] : []),
    ...(idle ? ['not used for 30 days'] : []),
    ...(before ? ['had something before'] : []),
    ...(codeUntilMs === undefined ? [] : [`has a code until ${formatDateTime(codeUntilMs)}`]),
  ].join('; ')
}
