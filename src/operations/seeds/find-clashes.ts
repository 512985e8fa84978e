import { foldName } from '../../support/index.ts'
import type { SeedRecord } from './record.ts'

/**
 * Exact doubles are fine and skipped later; one seed or one serial number for two different things is not. Which of them is
 * right is not known, so all of them have the problem.
 */
export function findClashes(records: readonly SeedRecord[]): ReadonlyMap<SeedRecord, string> {
  const problems = new Map<SeedRecord, string>()
  const bySerial = Map.groupBy(records, ({ serial }) => serial)
  for (const [serial, group] of bySerial) {
    if (serial === undefined || group.length === 1) continue
    for (const record of group) {
      const other = group.find(({ seed }) => !Buffer.from(seed).equals(record.seed))
      if (other) {
        problems.set(record, `this serial number is on line ${other.line} with another seed`)
      }
    }
  }
  for (const group of Map.groupBy(records, hexOf).values()) {
    if (group.length === 1) continue
    for (const record of group) {
      const another = group.find(({ user }) => foldName(user ?? '') !== foldName(record.user ?? ''))
      const other = another ?? group.find((each) => !isSameToken(each, record))
      if (other) {
        const what = another ? 'for another person' : 'with other settings'
        problems.set(record, `the same seed is on line ${other.line} ${what}`)
      }
    }
  }
  return problems
}

function hexOf({ seed }: SeedRecord): string {
  return Buffer.from(seed).toString('hex')
}

function isSameToken(one: SeedRecord, other: SeedRecord): boolean {
  return (['serial', 'method', 'algorithm', 'digits', 'periodSeconds'] as const).every(
    (name) => one[name] === other[name],
  )
}
