import { foldName } from '../../support/index.ts'
import { decodeText } from './decode-text.ts'
import { findClashes } from './find-clashes.ts'
import { parseSeedCsv } from './lists/csv.ts'
import { isUriList, parseUriList } from './lists/otpauth.ts'
import { createZeroFinder, type UserMap } from './lists/user-map.ts'
import { type SeedDefaults, type SeedFile, type SeedRecord, seedProblem } from './record.ts'
import { parsePskc } from './xml/pskc.ts'
import type { PskcSecrets } from './xml/pskc-key.ts'
import { parseSafenet } from './xml/safenet.ts'
import { parseXml } from './xml/xml.ts'

export type SeedOptions = PskcSecrets & {
  /** Who has which token, where the file does not say it. */
  readonly users?: UserMap | undefined
  /** Whether a seed may have no person: it becomes a spare token. */
  readonly spare?: boolean
  /** Names of the columns of a list, in place of its heading. */
  readonly columns?: string | undefined
  /** The values for what the file leaves open. */
  readonly defaults?: SeedDefaults | undefined
  /** Milliseconds since 1970; tokens that expired before are refused. */
  readonly nowMs: number
}

/**
 * Reads a file of seeds, of a kind that is told by how it starts: PSKC, SafeNet's XML, links for apps, or a list. Checks it
 * as a whole: each seed has a person, or may be spare, and none is there twice with a difference.
 */
export function readSeeds(source: string | Uint8Array, options: SeedOptions): SeedFile {
  const decoded = typeof source === 'string' ? { text: source } : decodeText(source)
  if ('line' in decoded) return { records: [], problems: [decoded] }
  const file = parseFile(decoded.text, options)
  const read = file.records.map((record) => withUser(record, options.users))
  const found = findProblems(read, options)
  const own = [...found].map(([record, text]) => seedProblem(record.line, record.serial, text))
  const problems = [...file.problems, ...own]
  return {
    records: read.filter((record) => !found.has(record)),
    problems: problems.toSorted((left, right) => left.line - right.line),
    notes: [
      ...(decoded.note === undefined ? [] : [decoded.note]),
      ...(file.notes ?? []),
      ...unusedUsers(file, options.users),
    ],
  }
}

function parseFile(text: string, options: SeedOptions): SeedFile {
  const { defaults = {}, columns, nowMs } = options
  if (isUriList(text)) return parseUriList(text, defaults)
  if (!/^\uFEFF?\s*</.test(text)) return parseSeedCsv(text, { columns, defaults })
  const document = parseXml(text)
  if ('problem' in document) {
    return { records: [], problems: [{ line: document.line, text: document.problem }] }
  }
  const { root } = document
  switch (root.name) {
    case 'KeyContainer':
    case 'SecretContainer':
      return parsePskc(root, { secrets: options, defaults, nowMs })
    case 'Tokens':
    case 'Token':
      return parseSafenet(root, defaults)
    default: {
      const text = 'the root element is neither a PSKC KeyContainer nor Tokens of SafeNet'
      return { records: [], problems: [{ line: root.line, text }] }
    }
  }
}

function withUser(record: SeedRecord, users: UserMap | undefined): SeedRecord {
  const user = record.user ?? users?.get(record.serial ?? '')
  return user === undefined ? record : { ...record, user }
}

/** What is wrong between seeds, and with those that no one or two people have. */
function findProblems(
  records: readonly SeedRecord[],
  options: Pick<SeedOptions, 'spare' | 'users'>,
): ReadonlyMap<SeedRecord, string> {
  const problems = new Map(findClashes(records))
  const differsInZeros = createZeroFinder(options.users)
  for (const record of records) {
    const text = userProblem(record, options, differsInZeros)
    if (text !== undefined && !problems.has(record)) problems.set(record, text)
  }
  return problems
}

function userProblem(
  { user, serial }: SeedRecord,
  { spare = false, users }: Pick<SeedOptions, 'spare' | 'users'>,
  differsInZeros: (serial: string) => boolean,
): string | undefined {
  const listed = users?.get(serial ?? '')
  if (user !== undefined) {
    return listed === undefined || foldName(listed) === foldName(user)
      ? undefined
      : 'the file and the list of users name two users for this serial number'
  }
  if (serial === undefined) {
    return 'no user is named for this seed, and it has no serial number to find one by'
  }
  if (differsInZeros(serial)) {
    return 'a user is named for a serial number that differs only in leading zeros: a spreadsheet may have taken them'
  }
  if (spare) return undefined
  return 'no user is named for this seed; name one with --users FILE, or import it as a spare token with --spare'
}

/** A list of users may name tokens of another delivery, or have a slip in a serial number. */
function unusedUsers(
  { records, problems }: SeedFile,
  users: UserMap | undefined,
): readonly string[] {
  const serials = new Set([...records, ...problems].map(({ serial }) => serial))
  const unused = [...(users?.keys() ?? [])].filter((serial) => !serials.has(serial)).length
  if (unused === 0) return []
  return [`serial numbers in the list of users that this file does not have: ${unused}`]
}
