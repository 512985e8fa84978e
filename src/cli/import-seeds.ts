import type { SeedRemark } from '../admin/index.ts'
import { maximumSeedsPerCall } from '../admin/page-sizes.ts'
import { decodeHex, parseUserMap, readSeeds, type SeedRecord } from '../admin/seeds/index.ts'
import { CliError } from './errors.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { readKeyLine, readText } from './files.ts'
import type { Target } from './find-service.ts'
import { type CliIo, note, print } from './io.ts'
import { printable } from './print.ts'
import { type Session, withSession } from './session.ts'

const remarksShown = 50

export type ImportArgs = Target & {
  readonly file: string
  /** CSV of serial,user. */
  readonly users?: string | undefined
  /** File with the pre-shared key of an encrypted PSKC file, in hex. */
  readonly keyFile?: string | undefined
  readonly dryRun: boolean
}

/** Enrols every seed of a file, or none: problems are printed with file and line. */
export async function importSeeds(args: ImportArgs, io: CliIo): Promise<ExitCode> {
  const { records, problems } = readSeeds(readText(args.file), {
    ...(args.keyFile === undefined ? {} : { preSharedKey: readKey(args.keyFile) }),
    ...(args.users === undefined ? {} : { users: readUsers(args.users) }),
  })
  if (problems.length > 0) return refuse(args.file, problems, io)
  return await withSession(args, io, async (session): Promise<ExitCode> => {
    const trial = await importAll(session, records, true)
    if (trial.problems.length > 0) return refuse(args.file, trial.problems, io)
    const done = args.dryRun ? trial : await importAll(session, records, false)
    if (done.problems.length > 0) return refuse(args.file, done.problems, io)
    printRemarks(args.file, done.skipped, io)
    const verb = args.dryRun ? 'would be imported' : 'imported'
    print(io, `${done.added} ${verb}, ${done.skipped.length} there already.`)
    return exitCodes.ok
  })
}

/** Sends the seeds in as many calls as the socket needs. */
async function importAll(session: Session, records: readonly SeedRecord[], dryRun: boolean) {
  const skipped: SeedRemark[] = []
  const problems: SeedRemark[] = []
  let added = 0
  for (let at = 0; at < records.length; at += maximumSeedsPerCall) {
    const seeds = records.slice(at, at + maximumSeedsPerCall).map((record) => ({
      ...record,
      user: record.user ?? '',
      seed: Buffer.from(record.seed).toString('base64'),
    }))
    const result = await session.call('seeds.import', { seeds, dryRun })
    added += result.added
    skipped.push(...result.skipped)
    problems.push(...result.problems)
  }
  return { added, skipped, problems }
}

function refuse(file: string, problems: readonly SeedRemark[], io: CliIo): ExitCode {
  printRemarks(file, problems, io)
  note(io, `holdfast: nothing was imported; lines with problems: ${problems.length}.`)
  return exitCodes['bad-file']
}

function printRemarks(file: string, remarks: readonly SeedRemark[], io: CliIo): void {
  for (const { line, text } of remarks.slice(0, remarksShown)) {
    note(io, `${file}:${line}: ${printable(text)}`)
  }
  const more = remarks.length - remarksShown
  if (more > 0) note(io, `and ${more} more`)
}

function readKey(file: string): Uint8Array {
  const key = decodeHex(readKeyLine(file))
  if (key && [16, 24, 32].includes(key.length)) return key
  throw new CliError('file-unreadable', `${file} has to hold a key of 16, 24 or 32 bytes in hex.`)
}

function readUsers(file: string): ReadonlyMap<string, string> {
  const map = parseUserMap(readText(file))
  if ('users' in map) return map.users
  throw new CliError('file-unreadable', `${file}:${map.line}: ${map.text}`)
}
