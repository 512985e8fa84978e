import type { OperationResult, SeedRow } from '../../operations/index.ts'
import { maximumSeedsPerCall } from '../../operations/page-sizes.ts'
import { readSeeds, type SeedFile, type SeedRecord } from '../../operations/seeds/index.ts'
import { counted } from '../../support/index.ts'
import { confirm } from '../confirm.ts'
import { CliError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { readBytes } from '../files.ts'
import { type CliIo, note, print } from '../io.ts'
import type { Target } from '../service/find-service.ts'
import { withSession } from '../service/session.ts'
import type { Session } from '../service/session-type.ts'
import { createPaint, printable } from '../text/print.ts'
import { formatPlan } from './plan-table.ts'
import { type GivenFiles, readOptions } from './read-options.ts'

const problemsShown = 50

export type ImportArgs = Target &
  GivenFiles & {
    readonly file: string
    /** Whether tokens without a user become spare ones. */
    readonly spare: boolean
    readonly replace: boolean
    readonly skipRefused: boolean
    readonly dryRun: boolean
    /** Does not ask on a terminal. */
    readonly yes: boolean
  }

type Plan = { readonly result: OperationResult<'seeds.import'>; readonly rows: readonly SeedRow[] }

/**
 * Shows what would happen to each seed of a file, and then does it: after a question on a terminal, at once elsewhere.
 * With a refused row nothing is stored, unless the caller asked to skip refused rows.
 */
export async function importSeeds(args: ImportArgs, io: CliIo): Promise<ExitCode> {
  const file = readSeeds(readBytes(args.file), {
    ...readOptions(args, io),
    spare: args.spare,
    nowMs: io.clock.nowMs(),
  })
  for (const text of file.notes ?? []) note(io, `${args.file}: ${printable(text)}`)
  if (file.records.length === 0) return refuseFile(args.file, file.problems, io)
  if (file.records.length > maximumSeedsPerCall) throw tooMany(args.file, file)
  return await withSession(args, io, async (session): Promise<ExitCode> => {
    const { result, rows } = await callImport(session, file.records, { ...args, dryRun: true })
    const { add, spare = 0, there, replace } = result.counts
    const refused = result.counts.refuse + file.problems.length
    print(io, formatPlan(file, rows, createPaint(io)))
    const others = `${there} there already, ${replace} to replace, ${refused} refused`
    print(io, `\n${add} to add, ${spare > 0 ? `${spare} spare, ` : ''}${others}.`)
    if (refused > 0 && !args.skipRefused) return refuseRows(args, refused, io)
    if (args.dryRun) {
      print(io, 'Nothing was imported, because this is a dry run.')
      return refused > 0 ? exitCodes['bad-file'] : exitCodes.ok
    }
    if (add + spare + replace > 0) await importPlanned(args, io, session, file.records, result.plan)
    print(io, doneLine(result.counts, refused))
    return exitCodes.ok
  })
}

async function importPlanned(
  args: ImportArgs,
  io: CliIo,
  session: Session,
  records: readonly SeedRecord[],
  plan: string,
): Promise<void> {
  if (io.stdin.isTTY === true && !args.yes) {
    await confirm('Import these tokens now, except those that are there already or refused?', io)
  }
  await callImport(session, records, { ...args, dryRun: false, plan })
}

async function callImport(
  session: Session,
  records: readonly SeedRecord[],
  options: Pick<ImportArgs, 'replace' | 'skipRefused' | 'dryRun'> & { readonly plan?: string },
): Promise<Plan> {
  const { replace, skipRefused, dryRun, plan } = options
  const seeds = records.map(({ notes, ...record }) => ({
    ...record,
    seed: Buffer.from(record.seed).toString('base64'),
  }))
  const rows: SeedRow[] = []
  const takeRows = (event: unknown) => rows.push(...(event as { readonly rows: SeedRow[] }).rows)
  const call = { seeds, replace, skipRefused, dryRun, ...(plan === undefined ? {} : { plan }) }
  return { result: await session.call('seeds.import', call, takeRows), rows }
}

function refuseFile(name: string, problems: SeedFile['problems'], io: CliIo): ExitCode {
  for (const { line, serial, text } of problems.slice(0, problemsShown)) {
    const token = serial === undefined ? '' : `serial number ${printable(serial)}: `
    note(io, `${name}:${line}: ${token}${printable(text)}`)
  }
  const more = problems.length - problemsShown
  if (more > 0) note(io, `and ${more} more`)
  note(
    io,
    `holdfast: nothing was imported, because no token in ${name} can be imported. Correct the file and try again.`,
  )
  return exitCodes['bad-file']
}

function refuseRows(args: ImportArgs, refused: number, io: CliIo): ExitCode {
  const rows = `${counted(refused, 'token')} ${refused === 1 ? 'is' : 'are'} refused`
  note(
    io,
    `holdfast: nothing was imported, because ${rows}. Correct ${args.file}, or add --skip-refused to import the others.`,
  )
  return exitCodes['bad-file']
}

function doneLine(counts: Plan['result']['counts'], refused: number): string {
  return [
    `${counts.add} imported`,
    ...(counts.spare > 0 ? [`${counts.spare} imported as spare tokens`] : []),
    `${counts.there} there already`,
    ...(counts.replace > 0 ? [`${counts.replace} replaced`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
  ]
    .join(', ')
    .concat('.')
}

function tooMany(name: string, { records }: SeedFile): CliError {
  return new CliError(
    'file-unreadable',
    `${name} has ${counted(records.length, 'token')}; at most ${maximumSeedsPerCall} can be imported at once. Split the file.`,
  )
}
