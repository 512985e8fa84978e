import { parseSeedCsv } from './csv.ts'
import { parsePskc } from './pskc.ts'
import type { SeedFile, SeedProblem, SeedRecord } from './record.ts'

/**
 * Reads a file of seeds, PSKC or CSV by what it starts with, and checks it as a whole: each seed
 * has a person, and none stands there twice with a difference. `users` gives the person for a
 * serial number where the file does not.
 */
export function readSeeds(
  source: string,
  options: { readonly preSharedKey?: Uint8Array; readonly users?: ReadonlyMap<string, string> },
): SeedFile {
  const file = /^\uFEFF?\s*</.test(source)
    ? parsePskc(source, options.preSharedKey)
    : parseSeedCsv(source)
  const records = file.records.map((record) => withUser(record, options.users))
  const problems = [...file.problems, ...records.flatMap(missingUser), ...findClashes(records)]
  return { records, problems: problems.toSorted((left, right) => left.line - right.line) }
}

function withUser(record: SeedRecord, users: ReadonlyMap<string, string> | undefined): SeedRecord {
  const user = record.user ?? users?.get(record.serial ?? '')
  return user === undefined ? record : { ...record, user }
}

function missingUser(record: SeedRecord): readonly SeedProblem[] {
  if (record.user !== undefined) return []
  return [{ line: record.line, text: 'no user is named for this seed; name one with --users FILE' }]
}

/** Exact doubles are fine and skipped later; one seed or serial for two different things is not. */
function findClashes(records: readonly SeedRecord[]): readonly SeedProblem[] {
  const problems: SeedProblem[] = []
  const bySeed = new Map<string, SeedRecord>()
  const bySerial = new Map<string, SeedRecord>()
  for (const record of records) {
    const seed = Buffer.from(record.seed).toString('hex')
    const sameSeed = bySeed.get(seed)
    const sameSerial = record.serial === undefined ? undefined : bySerial.get(record.serial)
    if (sameSeed && sameSeed.user !== record.user) {
      problems.push({
        line: record.line,
        text: `the same seed stands on line ${sameSeed.line} for another person`,
      })
    } else if (sameSerial && sameSerial !== sameSeed && !equalSeeds(sameSerial, record)) {
      problems.push({
        line: record.line,
        text: `this serial number stands on line ${sameSerial.line} with another seed`,
      })
    }
    bySeed.set(seed, sameSeed ?? record)
    if (record.serial !== undefined) bySerial.set(record.serial, sameSerial ?? record)
  }
  return problems
}

function equalSeeds(left: SeedRecord, right: SeedRecord): boolean {
  return Buffer.from(left.seed).equals(right.seed)
}
