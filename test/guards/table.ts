import type { Verdict } from './try-guards.ts'

/** A row a guard: what it came to, its name, and the test that noticed, or what is wrong. */
export function formatTable(verdicts: readonly Verdict[]): string {
  const width = Math.max(0, ...verdicts.map(({ guard }) => guard.name.length))
  return verdicts
    .map(({ kind, guard, detail }) => `${kind.padEnd(7)}  ${guard.name.padEnd(width)}  ${detail}`)
    .join('\n')
}
