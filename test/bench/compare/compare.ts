import type { Measured } from '../load/measured.ts'
import { type Round, runRounds } from '../load/rounds.ts'
import { formatSpread, type Section } from '../report/section.ts'
import { ratioOf, spreadOf } from '../statistics/spread.ts'
import type { PerSide } from '../statistics/turns.ts'
import { checkoutAt } from './checkouts.ts'
import { compareMemory } from './memory.ts'
import { type Compared, subjects } from './subjects.ts'

const names = ['before', 'after'] as const
type Name = (typeof names)[number]

/**
 * Runs two checkouts of Holdfast in turn and compares their CPU for each sign-in, or their memory: before and after a
 * change. The first one must not be later than the other.
 *
 * @param say gets a line of progress now and then
 * @throws where a folder is not a checkout with its packages installed
 */
export async function compareCheckouts(
  folders: PerSide<Name, string>,
  subject: Compared,
  rounds: number,
  say: (line: string) => void,
): Promise<Section> {
  const checkouts = { before: checkoutAt(folders.before), after: checkoutAt(folders.after) }
  if (subject === 'memory') return compareMemory(checkouts, rounds, say)
  const { what, slices, mostWindows, open } = subjects[subject]
  const { start, close } = await open(checkouts.before)
  try {
    const done = await runRounds({
      names,
      rounds,
      slices,
      mostWindows,
      start: (name) => start(checkouts[name]),
      say,
    })
    return section(`Before and after: ${what}`, checkouts, done)
  } finally {
    close()
  }
}

function section(
  title: string,
  checkouts: PerSide<Name, string>,
  rounds: PerSide<Name, readonly Round[]>,
): Section {
  const figures = (name: Name, figure: keyof Measured) => rounds[name].map((round) => round[figure])
  const ratio = (figure: keyof Measured) =>
    ratioOf(figures('after', figure), figures('before', figure))
  return {
    title,
    columns: ['', 'CPU each, µs', 'sign-ins a second', 'p99, ms'],
    rows: names.map((name) => [
      `${name}: ${checkouts[name]}`,
      formatSpread(spreadOf(figures(name, 'cpuMicros')), 1),
      formatSpread(spreadOf(figures(name, 'perSecond'))),
      formatSpread(spreadOf(figures(name, 'p99Ms')), 1),
    ]),
    findings: [
      { id: 'compare.cpu', what: 'CPU per sign-in, after / before', ratio: ratio('cpuMicros') },
      { id: 'compare.rate', what: 'Sign-ins a second, after / before', ratio: ratio('perSecond') },
    ],
    notes: [
      'A difference within the spread is noise. To see the noise of this machine, compare a checkout with itself.',
    ],
    rounds,
  }
}
