import type { AuditedSignIn } from '../../lab/nodes/pair.ts'
import { isToldToWait, type Lived } from './crowd.ts'

/** What must never happen, with what it happened to. */
export type Wrongs = {
  /** Another outcome than the person's deed, those apart who are told to wait. */
  readonly untrue: readonly string[]
  readonly toldToWait: readonly string[]
  readonly silent: readonly string[]
  readonly rangTwice: readonly string[]
  /** A code that let someone in a second time. */
  readonly codeTwice: readonly string[]
  /** People who were let in more often than the audit says. */
  readonly withoutRow: readonly string[]
}

/** Judges all sign-ins of a run by the audit. `mayLack`: whose row may be lost; default no one's. */
export function judge(
  audit: readonly AuditedSignIn[],
  lived: readonly Lived[],
  mayLack: (each: Lived) => boolean = () => false,
): Wrongs {
  const rows = new Map<string, number>()
  for (const { user_name: user, outcome } of audit) {
    if (outcome === 'accept') rows.set(user, (rows.get(user) ?? 0) + 1)
  }
  const accepts = new Map<string, number>()
  for (const each of lived) {
    const { user, ending } = each
    if (ending.kind === 'accept' && !mayLack(each)) accepts.set(user, (accepts.get(user) ?? 0) + 1)
  }
  return {
    untrue: describe(
      lived.filter(
        (each) =>
          each.ending.kind !== each.truth &&
          each.ending.kind !== 'silence' &&
          each.deed !== 'code-again' &&
          !isToldToWait(each),
      ),
    ),
    toldToWait: describe(lived.filter(isToldToWait)),
    silent: describe(lived.filter(({ ending }) => ending.kind === 'silence')),
    rangTwice: describe(lived.filter(({ rings }) => rings > 1)),
    codeTwice: describe(
      lived.filter(({ deed, ending }) => deed === 'code-again' && ending.kind === 'accept'),
    ),
    withoutRow: [...accepts]
      .filter(([user, count]) => count > (rows.get(user) ?? 0))
      .map(([user, count]) => `${user}: ${count} times, and ${rows.get(user) ?? 0} rows`),
  }
}

function describe(lived: readonly Lived[]): readonly string[] {
  return lived.map(
    ({ user, deed, ending: { kind, message, server, tookMs }, rings }) =>
      `${user} ${deed}: ${kind} "${message}" of server ${server} after ${tookMs} ms, ${rings} rings`,
  )
}

/** Throws where there are any of these kinds, with the first of each. */
export function refuse(wrongs: Partial<Wrongs>): void {
  const found = Object.entries(wrongs).filter(([, all]) => all.length > 0)
  if (found.length === 0) return
  const lines = found.flatMap(([kind, all]) => [
    `${kind}: ${all.length}`,
    ...all.slice(0, 10).map((each) => `  ${each}`),
  ])
  throw new Error(lines.join('\n'))
}

/** Whether it ended as it should, for the person. */
export function isRight({ ending, truth, rings }: Lived): boolean {
  return ending.kind === truth && rings <= 1
}
