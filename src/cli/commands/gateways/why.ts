import { command, jsonOption, targetOptions } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { exitCodes } from '../../exit-codes.ts'
import { type CliIo, print, printJson } from '../../io.ts'
import { withSession } from '../../service/session.ts'
import { createPaint } from '../../text/print.ts'
import { parseTime } from '../../text/times.ts'
import { formatWhy } from '../../text/why.ts'

export const whyCommand = command({
  usage: 'why <what>',
  describe: 'Explain why a sign-in was refused, by its reference or by user name',
  options: (yargs) =>
    jsonOption(targetOptions(yargs))
      .positional('what', {
        type: 'string',
        demandOption: true,
        describe: 'The reference, such as 7K2M, or the name of the person',
      })
      .option('at', {
        type: 'string',
        requiresArg: true,
        describe: 'About when: 08:12, 2025-03-01T08:12, 30m (ago)',
      }),
  async run(args, io) {
    const atMs = args.at === undefined ? undefined : pastTime(args.at, io)
    const { what } = args
    const entries = await withSession(args, io, (session) =>
      session.call('audit.why', atMs === undefined ? { what } : { what, atMs }),
    )
    if (args.json) printJson(io, entries)
    else print(io, formatWhy(entries, createPaint(io)))
    return exitCodes.ok
  },
})

/** A time of day that is still to come today was yesterday's. */
function pastTime(text: string, io: CliIo): number {
  const nowMs = io.clock.nowMs()
  const atMs = parseTime(text, nowMs)
  if (atMs === undefined) {
    throw new CliError('usage', '--at takes a time; try 08:12, 2025-03-01T08:12 or 30m.')
  }
  if (atMs <= nowMs || text.includes('-')) return atMs
  const yesterday = new Date(atMs)
  return yesterday.setDate(yesterday.getDate() - 1)
}
