import { type Context, note } from '../context.ts'
import type { NameProblem, Resolved } from '../ports/index.ts'

/** What the time line has of a name that means no one. */
export const nameSteps: readonly string[] = [
  'name-invalid',
  'name-ambiguous',
  'domain-unknown',
  'no-account',
]

/**
 * Notes why a directory has no account for a name. The name itself stays out of it: people type passwords where a name
 * belongs, and half of one could be what is after an `@`.
 */
export function noteProblem(
  context: Context,
  directory: string,
  problem: NameProblem | undefined,
): void {
  if (problem === undefined) return
  if (problem.kind === 'domain') {
    note(context, 'domain-unknown', { directory, domains: problem.domains.join(', ') })
  } else {
    note(context, 'no-account', { directory, why: problem.kind })
  }
}

export function noteAmbiguous(
  context: Context,
  directory: string,
  { attribute }: Extract<Resolved, { kind: 'ambiguous' }>,
): void {
  note(context, 'name-ambiguous', {
    directory,
    ...(attribute === undefined ? {} : { attribute }),
  })
}
