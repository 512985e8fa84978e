import {
  command,
  commandGroup,
  jsonOption,
  reasonOption,
  targetOptions,
  userArgument,
} from '../../command.ts'
import { exitCodes } from '../../exit-codes.ts'
import { print, printJson } from '../../io.ts'
import { withSession } from '../../service/session.ts'
import { createPaint, formatTable, printable } from '../../text/print.ts'
import { formatDateTime } from '../../text/times.ts'

const list = command({
  usage: 'list <user>',
  describe: 'List where a user is signed in at the portal',
  options: (yargs) => jsonOption(targetOptions(userArgument(yargs))),
  async run(args, io) {
    const { person, sessions } = await withSession(args, io, (session) =>
      session.call('session.list', { name: args.user }),
    )
    if (args.json) printJson(io, sessions)
    else if (sessions.length === 0) {
      print(io, `${printable(person.name)} is not signed in at the portal.`)
    } else {
      const headings = ['ID', 'SINCE', 'LAST SEEN', 'ENDS', 'METHOD', 'ADDRESS', 'BROWSER']
      const rows = sessions.map((each) => [
        each.id,
        formatDateTime(each.createdAtMs),
        formatDateTime(each.seenAtMs),
        formatDateTime(each.endsAtMs),
        each.kind === 'setup' ? 'set-up only' : (each.method ?? ''),
        printable(each.address),
        printable(each.userAgent.slice(0, longestBrowser)),
      ])
      print(io, formatTable(headings, rows, createPaint(io)))
    }
    return exitCodes.ok
  },
})

const longestBrowser = 60

const end = command({
  usage: 'end <user>',
  describe: 'Sign a person out of the portal, everywhere or in one browser',
  options: (yargs) =>
    reasonOption(targetOptions(userArgument(yargs))).option('id', {
      type: 'string',
      requiresArg: true,
      describe: 'One session, as list shows it',
    }),
  async run(args, io) {
    const { person, ended } = await withSession(args, io, (session) =>
      session.call('session.end', {
        name: args.user,
        reason: args.reason,
        ...(args.id === undefined ? {} : { id: args.id }),
      }),
    )
    const name = printable(person.name)
    print(
      io,
      ended === 0
        ? `${name} was not signed in at the portal.`
        : args.id === undefined
          ? `${name} is signed out of the portal everywhere.`
          : `${name} is signed out of the portal in that browser.`,
    )
    return exitCodes.ok
  },
})

export const sessionCommand = commandGroup('session', 'Manage sessions at the portal: list, end', [
  list,
  end,
])
