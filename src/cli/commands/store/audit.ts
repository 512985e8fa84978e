import type { Argv } from 'yargs'
import type { OperationArgs } from '../../../operations/index.ts'
import { auditRowsPerPage } from '../../../operations/page-sizes.ts'
import type { AuditEntry } from '../../../store/index.ts'
import { command, commandGroup, jsonOption, targetOptions } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { exitCodes } from '../../exit-codes.ts'
import { type CliIo, print, printJson } from '../../io.ts'
import { withService, withSession } from '../../service/session.ts'
import type { Session } from '../../service/session-type.ts'
import { formatAuditEntry, formatAuditLine, formatAuditLines } from '../../text/audit.ts'
import { formatJson } from '../../text/json.ts'
import { createPaint } from '../../text/print.ts'
import { parseTime } from '../../text/times.ts'

const search = command({
  usage: 'search',
  describe: 'Search past sign-ins, newest last',
  options: (yargs) =>
    jsonOption(targetOptions(filterOptions(yargs)))
      .option('since', {
        type: 'string',
        requiresArg: true,
        describe:
          'Only after this time: 2025-03-01, 2025-03-01T08:12, 08:12 (today), 30m, 12h, 7d (ago)',
      })
      .option('until', {
        type: 'string',
        requiresArg: true,
        describe: 'Only before this time, in the same form',
      })
      .option('limit', {
        type: 'number',
        default: 50,
        describe: 'Most lines to print, 1 to 10000',
      }),
  async run(args, io) {
    const limit = limitOf(args.limit)
    const query = {
      ...filtersOf(args),
      fromMs: timeOf(args.since, '--since', io),
      toMs: timeOf(args.until, '--until', io),
    }
    const found = await withSession(args, io, (session) => searchAll(session, query, limit))
    // Rows are written when a sign-in ends; what is shown is when it began.
    const entries = found.toSorted((a, b) => a.startedAtMs - b.startedAtMs || a.seq - b.seq)
    if (args.json) printJson(io, entries)
    else if (entries.length === 0) print(io, 'No sign-in in the audit matches.')
    else printLines(entries, io)
    return exitCodes.ok
  },
})

const show = command({
  usage: 'show <id>',
  describe: 'Show one sign-in with its whole time line',
  options: (yargs) =>
    jsonOption(targetOptions(yargs)).positional('id', {
      type: 'string',
      demandOption: true,
      describe: 'Id that audit search shows',
    }),
  async run(args, io) {
    const entries = await withSession(args, io, (session) =>
      session.call('audit.show', { id: args.id }),
    )
    const paint = createPaint(io)
    if (args.json) printJson(io, entries)
    else print(io, entries.map((entry) => formatAuditEntry(entry, paint)).join('\n'))
    return exitCodes.ok
  },
})

const follow = command({
  usage: 'follow',
  describe: 'Show sign-ins as they happen, until Ctrl-C; JSON is one object a line',
  options: (yargs) => jsonOption(targetOptions(filterOptions(yargs))),
  async run(args, io) {
    const paint = createPaint(io)
    // `audit follow | head` ends with its reader.
    const { promise: readerGone, resolve } = Promise.withResolvers<void>()
    io.stdout.once('error', () => resolve())
    await withService(args, io, (session) => {
      const following = session.call('audit.follow', filtersOf(args), (event) => {
        // The service is this program: its events are what `audit.follow` sends.
        const entry = event as AuditEntry
        print(io, args.json ? formatJson(entry, { indent: 0 }) : formatAuditLine(entry, paint))
      })
      return Promise.race([following, readerGone])
    })
    return exitCodes.ok
  },
})

export const auditCommand = commandGroup(
  'audit',
  'Show sign-ins and refusals with their reasons: search, show, follow',
  [search, show, follow],
)

async function searchAll(
  session: Session,
  query: Omit<OperationArgs<'audit.search'>, 'limit' | 'before'>,
  limit: number,
): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = []
  while (entries.length < limit) {
    const page = await session.call('audit.search', {
      ...query,
      before: placeOf(entries.at(-1)),
      limit: Math.min(limit - entries.length, auditRowsPerPage),
    })
    entries.push(...page)
    if (page.length < auditRowsPerPage) break
  }
  return entries
}

function placeOf(entry: AuditEntry | undefined) {
  return entry && { endedAtMs: entry.endedAtMs, node: entry.node, seq: entry.seq }
}

function filterOptions<Options>(yargs: Argv<Options>) {
  return yargs
    .option('user', { type: 'string', requiresArg: true, describe: 'Name of the person' })
    .option('gateway', { type: 'string', requiresArg: true, describe: 'Name of the gateway' })
    .option('outcome', {
      choices: ['accept', 'reject', 'challenge', 'drop'] as const,
      describe: 'How it ended',
    })
    .option('reason', {
      type: 'string',
      requiresArg: true,
      describe: 'Reason, such as password-wrong (docs/reference/reasons.md)',
    })
}

function filtersOf(args: {
  readonly user: string | undefined
  readonly gateway: string | undefined
  readonly outcome: 'accept' | 'reject' | 'challenge' | 'drop' | undefined
  readonly reason: string | undefined
}) {
  const { user, gateway, outcome, reason } = args
  return { user, gateway, outcome, reason }
}

function limitOf(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= 10_000) return limit
  throw new CliError('usage', '--limit is a whole number from 1 to 10000.')
}

function timeOf(text: string | undefined, option: string, io: CliIo): number | undefined {
  if (text === undefined) return undefined
  const atMs = parseTime(text, io.clock.nowMs())
  if (atMs !== undefined) return atMs
  throw new CliError('usage', `${option} takes a time; try 2025-03-01, 08:12 or 30m.`)
}

function printLines(entries: readonly AuditEntry[], io: CliIo): void {
  const paint = createPaint(io)
  let day = ''
  const lines = formatAuditLines(entries, paint)
  for (const [index, entry] of entries.entries()) {
    const itsDay = new Date(entry.startedAtMs).toDateString()
    if (itsDay !== day) print(io, paint('dim', itsDay))
    day = itsDay
    print(io, lines[index] ?? '')
  }
}
