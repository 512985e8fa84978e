import { bypassMs } from '../../../accounts/index.ts'
import {
  command,
  commandGroup,
  jsonOption,
  reasonOption,
  targetOptions,
  userArgument,
} from '../../command.ts'
import { CliError } from '../../errors.ts'
import { exitCodes } from '../../exit-codes.ts'
import { print, printJson } from '../../io.ts'
import { withSession } from '../../service/session.ts'
import { createPaint, formatTable, printable } from '../../text/print.ts'
import { formatDateTime } from '../../text/times.ts'

const give = command({
  usage: '$0 <user>',
  describe: 'Let a user in with the password alone for a limited time',
  options: (yargs) =>
    targetOptions(userArgument(yargs))
      .option('for', {
        type: 'string',
        default: '15m',
        requiresArg: true,
        describe: 'How long: 1m to 7d',
      })
      .option('once', {
        type: 'boolean',
        default: false,
        describe: 'End it with the first sign-in that uses it',
      })
      .option('reason', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'Reason, recorded in the audit',
      }),
  async run(args, io) {
    const { parseDuration } = await import('../../../config/index.ts')
    const forMs = parseDuration(args.for)
    if (forMs === undefined || forMs < bypassMs.min || forMs > bypassMs.max) {
      throw new CliError('usage', '--for must be a time from 1m to 7d, such as 15m or 8h.')
    }
    const { user, once, reason } = args
    const { person, untilMs } = await withSession(args, io, (session) =>
      session.call('bypass.give', { name: user, forMs, once, reason }),
    )
    const howOften = once ? 'once, ' : ''
    print(
      io,
      `${printable(person.name)} signs in with the password alone: ${howOften}until ${formatDateTime(untilMs)}. A code typed after the password is ignored. holdfast bypass end ${printable(person.name)} ends it at once.`,
    )
    return exitCodes.ok
  },
})

const list = command({
  usage: 'list',
  describe: 'List who signs in with only the password now, and why',
  options: (yargs) => jsonOption(targetOptions(yargs)),
  async run(args, io) {
    const bypasses = await withSession(args, io, (session) => session.call('bypass.list', {}))
    if (args.json) printJson(io, bypasses)
    else if (bypasses.length === 0) print(io, 'No user has a bypass.')
    else {
      const rows = bypasses.map(({ name, untilMs, once, reason }) => [
        printable(name),
        formatDateTime(untilMs),
        once ? 'once' : 'until then',
        printable(reason),
      ])
      print(io, formatTable(['NAME', 'ENDS', 'HOLDS', 'REASON'], rows, createPaint(io)))
    }
    return exitCodes.ok
  },
})

const end = command({
  usage: 'end <user>',
  describe: 'Ask a person for the second factor again',
  options: (yargs) => reasonOption(targetOptions(userArgument(yargs))),
  async run(args, io) {
    const { person, before } = await withSession(args, io, (session) =>
      session.call('bypass.end', { name: args.user, reason: args.reason }),
    )
    const name = printable(person.name)
    const ended =
      before === undefined
        ? `${name} had no bypass.`
        : `The bypass of ${name} (${printable(before.reason)}) has ended.`
    print(io, `${ended} The second factor is needed again.`)
    return exitCodes.ok
  },
})

export const bypassCommand = commandGroup(
  'bypass',
  'Let a user in with the password alone for a limited time: give, list, end',
  [give, list, end],
)
