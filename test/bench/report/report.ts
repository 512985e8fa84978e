import { describeLoad, describeMachine, isBusy, type Machine } from '../machine/facts.ts'
import { isMet, type Section } from './section.ts'

/** A whole run. */
export type Report = {
  readonly machine: Machine
  readonly startedAt: string
  readonly endedAt: string
  readonly loadAverage: { readonly start: number; readonly end: number }
  /** Other work ran on the machine: the figures cannot be compared. */
  readonly isBusy: boolean
  /** Tables by part. */
  readonly parts: Readonly<Record<string, readonly Section[]>>
  /** Why parts could not be measured, by part. */
  readonly failed: Readonly<Record<string, string>>
}

/** How the benchmark ends: see `--help`. */
export function exitCodeOf({ parts, failed }: Report): 0 | 1 | 3 {
  if (Object.keys(failed).length > 0) return 3
  const findings = Object.values(parts).flatMap((sections) =>
    sections.flatMap((section) => section.findings),
  )
  return findings.some((finding) => isMet(finding) === false) ? 1 : 0
}

/** What is below all tables. */
export function footOf({ machine, loadAverage, failed }: Report): string[] {
  return [
    ...describeMachine(machine),
    ...describeLoad(loadAverage.start, loadAverage.end),
    ...Object.entries(failed).map(([part, why]) => `Not measured: ${part}: ${why}`),
  ]
}

/** When and under what load, for a table of the page. */
export function measuredOf({ endedAt, loadAverage, machine }: Report): string {
  const busy = isBusy(loadAverage.start) ? '; busy machine: not comparable' : ''
  const { processor, cores } = machine
  return `${endedAt.slice(0, 10)}, ${processor}, ${cores} cores, load average at the start ${loadAverage.start.toFixed(2)}${busy}`
}
