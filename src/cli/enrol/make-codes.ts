import { lstatSync } from 'node:fs'
import type { BatchEvent, MadeCode, NoCode, OperationResult } from '../../operations/index.ts'
import { counted } from '../../support/index.ts'
import { CliError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { openFolderOf, writeNewFile } from '../files.ts'
import { type CliIo, note, print } from '../io.ts'
import type { Target } from '../service/find-service.ts'
import { withService } from '../service/session.ts'
import { createPaint, formatTable, printable } from '../text/print.ts'
import { codePages } from './code-pages.ts'

export type CodesArgs = Target & {
  readonly users: readonly string[]
  readonly group?: string | undefined
  readonly print?: string | undefined
  readonly force: boolean
  readonly renew: boolean
  readonly dryRun: boolean
  readonly reason: string
}

/** What became of one person of a group. */
type Line = readonly [name: string, outcome: string]

/** After so many codes it is said how many are made. */
const noteEvery = 25

const whyNone: Readonly<Record<NoCode, string>> = {
  'set-up': 'no: has something set up already',
  blocked: 'no: is blocked',
  idle: 'no: the account was not used for 30 days (holdfast enrolment lift)',
  'has-code': 'no: has a code that still works (--renew makes a new one)',
  limit: 'no: three codes were made in 24 hours',
}

/** Throws CliError `usage` for arguments that do not go together. */
function checkArguments({ dryRun, group, print: file, renew, users }: CodesArgs): void {
  const problem =
    (group === undefined) === (users.length === 0)
      ? 'Name either people or a group: codes alice bob, or codes --group staff.'
      : group === undefined && (renew || dryRun)
        ? '--renew and --dry-run go with --group.'
        : file === undefined && !dryRun
          ? 'Add --print FILE: the codes are shown nowhere else.'
          : undefined
  if (problem !== undefined) throw new CliError('usage', problem)
}

/**
 * Makes codes and writes their pages. The file is looked at before any code is made; what was made when something fails is
 * written all the same.
 */
export async function makeCodes(args: CodesArgs, io: CliIo): Promise<ExitCode> {
  checkArguments(args)
  const { print: file, group } = args
  if (file !== undefined && !args.dryRun) checkPlace(file, args.force)
  const made: MadeCode[] = []
  const lines: Line[] = []
  try {
    if (group === undefined) await makeForUsers(args, io, made)
    else {
      const result = await makeForGroup({ ...args, group }, io, made, lines)
      printLines(lines, io)
      print(io, summaryOf(result, args.dryRun, lines))
    }
  } finally {
    if (file !== undefined && made.length > 0) {
      writeNewFile(file, codePages(made), { mode: 0o600, force: args.force })
      print(
        io,
        `${file} has ${counted(made.length, 'page')}. Anyone who reads a page has its code: print it, hand it over in person, and delete the file.`,
      )
    }
  }
  return exitCodes.ok
}

/** The helper who hands the code over must know that it opens nothing yet. */
export function blockedNote({ person }: MadeCode): string {
  const name = printable(person.name)
  return `${name} is blocked: the code works only after holdfast user unlock ${name}`
}

/** As for one person: with the limits of the caller. */
async function makeForUsers({ users, reason, ...target }: CodesArgs, io: CliIo, made: MadeCode[]) {
  await withService(target, io, async (session) => {
    for (const name of users) {
      const code = await session.call('enrolment.code', { name, reason })
      if (code.page === undefined) throw new CliError('usage', 'There is no portal to print for.')
      made.push(code)
      note(io, `${made.length} of ${users.length}: ${printable(name)}`)
      if (code.blocked) note(io, blockedNote(code))
    }
  })
}

async function makeForGroup(
  args: CodesArgs & { readonly group: string },
  io: CliIo,
  made: MadeCode[],
  lines: Line[],
): Promise<OperationResult<'enrolment.codes'>> {
  const { group, reason, dryRun, renew } = args
  const take = (event: unknown) => {
    const told = event as BatchEvent
    if ('skipped' in told) lines.push([told.skipped.name, whyNone[told.skipped.why]])
    else if ('wanted' in told) lines.push([told.wanted.name, 'yes'])
    else {
      made.push(told.made)
      lines.push([told.made.person.name, 'yes'])
      const isDue = told.done % noteEvery === 0 || told.done === told.of
      if (isDue) note(io, `${told.done} of ${counted(told.of, 'code')} made`)
    }
  }
  return await withService(args, io, (session) =>
    session.call('enrolment.codes', { group, reason, dryRun, renew }, take),
  )
}

function printLines(lines: readonly Line[], io: CliIo): void {
  const sorted = lines.toSorted(([one], [other]) => one.localeCompare(other))
  const rows = sorted.map(([name, outcome]) => [printable(name), outcome])
  if (rows.length > 0) print(io, formatTable(['NAME', 'CODE'], rows, createPaint(io)))
}

function summaryOf(
  { made, skipped }: OperationResult<'enrolment.codes'>,
  isDryRun: boolean,
  lines: readonly Line[],
): string {
  if (!isDryRun)
    return `${counted(made, 'code')} made, ${counted(skipped, 'person', 'people')} without one.`
  return `${counted(lines.length - skipped, 'code')} would be made. No code was made, because this is a dry run.`
}

/** Before any code is made that could not be written down. Throws CliError `file-exists`, FileError `file-unwritable`. */
function checkPlace(file: string, force: boolean): void {
  openFolderOf(file).close()
  if (force || lstatSync(file, { throwIfNoEntry: false }) === undefined) return
  throw new CliError(
    'file-exists',
    `${file} exists already, so no code was made. Choose another name, or add --force to write over it.`,
  )
}
