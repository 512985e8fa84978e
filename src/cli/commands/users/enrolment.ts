import { command, commandGroup, jsonOption, targetOptions, userArgument } from '../../command.ts'
import { blockedNote, makeCodes } from '../../enrol/make-codes.ts'
import { exitCodes } from '../../exit-codes.ts'
import { note, print, printJson } from '../../io.ts'
import { collectPeople, noteUnlisted } from '../../service/people.ts'
import { withService } from '../../service/session.ts'
import { formatCounts, formatPeople } from '../../text/people.ts'
import { createPaint, printable } from '../../text/print.ts'
import { formatDateTime } from '../../text/times.ts'

const neededReason = {
  type: 'string',
  demandOption: true,
  requiresArg: true,
  describe: 'Reason, recorded in the audit',
} as const

const code = command({
  usage: 'code <user>',
  describe: 'Make a code with which a person sets up a phone at the portal; shown once',
  options: (yargs) => jsonOption(targetOptions(userArgument(yargs))).option('reason', neededReason),
  async run(args, io) {
    const { user: name, reason } = args
    const made = await withService(args, io, (session) =>
      session.call('enrolment.code', { name, reason }),
    )
    if (args.json) {
      printJson(io, made)
      return exitCodes.ok
    }
    const person = printable(made.person.name)
    print(io, `Code for ${person}, shown once:\n\n  ${made.code}\n`)
    print(
      io,
      `It works once, until ${formatDateTime(made.untilMs)}, and only with the password of ${person}. An earlier code no longer works.`,
    )
    print(
      io,
      `Make sure that you speak to ${person}. They open ${made.portal ?? 'the portal'}, sign in with their password and type the code.`,
    )
    if (made.blocked) note(io, blockedNote(made))
    return exitCodes.ok
  },
})

const list = command({
  usage: 'list',
  describe: 'List who has something set up for signing in, and who has not',
  options: (yargs) =>
    jsonOption(targetOptions(yargs))
      .option('group', {
        type: 'string',
        requiresArg: true,
        describe: 'Only members of this group, through other groups too',
      })
      .option('missing', {
        type: 'boolean',
        default: false,
        describe: 'Only users who have no second factor',
      }),
  async run(args, io) {
    const { group, missing } = args
    const list = await collectPeople(args, io, (session, onEvent) =>
      session.call('enrolment.list', { group, missing }, onEvent),
    )
    if (args.json) printJson(io, { people: list.rows, ...list.result })
    else {
      if (list.rows.length > 0) print(io, formatPeople(list.rows, createPaint(io)))
      print(io, formatCounts(list.result.counts))
      noteUnlisted(list.result, io)
    }
    return exitCodes.ok
  },
})

const codes = command({
  usage: 'codes [users..]',
  describe: 'Make a code for each of several people or of a group, and a page for each to print',
  options: (yargs) =>
    targetOptions(yargs)
      .positional('users', {
        type: 'string',
        array: true,
        default: [],
        describe: 'Names as the people type them',
      })
      .option('group', {
        type: 'string',
        requiresArg: true,
        describe: 'Everyone of this group who has nothing set up',
      })
      .option('print', {
        type: 'string',
        requiresArg: true,
        describe: 'New HTML file with a page for each person; mode 0600',
      })
      .option('force', {
        type: 'boolean',
        default: false,
        describe: 'Write over the file that is there',
      })
      .option('renew', {
        type: 'boolean',
        default: false,
        describe: 'With --group: also for people who have a code that still works',
      })
      .option('dry-run', {
        type: 'boolean',
        default: false,
        describe: 'With --group: show who would get a code, and make none',
      })
      .option('reason', neededReason),
  run: (args, io) => makeCodes(args, io),
})

const lift = command({
  usage: 'lift <user>',
  describe: 'Let a user whose account was long unused set up a phone again',
  options: (yargs) => targetOptions(userArgument(yargs)).option('reason', neededReason),
  async run(args, io) {
    const { user: name, reason } = args
    const { person, wasIdle } = await withService(args, io, (session) =>
      session.call('enrolment.lift', { name, reason }),
    )
    const told = wasIdle ? 'is no longer held back' : 'was not held back'
    print(io, `${printable(person.name)} ${told}: a first way to sign in can be set up.`)
    return exitCodes.ok
  },
})

export const enrolmentCommand = commandGroup(
  'enrolment',
  'Help users to set up a phone at the portal: list, code, codes, lift',
  [list, code, codes, lift],
)
