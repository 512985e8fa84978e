import { methods, pausesOf } from '../../../accounts/index.ts'
import { howToSetUp } from '../../../operations/authenticators/set-up.ts'
import { usersPerPage } from '../../../operations/page-sizes.ts'
import type { ListedUser } from '../../../store/index.ts'
import { counted } from '../../../support/index.ts'
import {
  command,
  commandGroup,
  jsonOption,
  reasonOption,
  targetOptions,
  userArgument,
} from '../../command.ts'
import { exitCodes } from '../../exit-codes.ts'
import { note, print, printJson } from '../../io.ts'
import { withSession } from '../../service/session.ts'
import type { Session } from '../../service/session-type.ts'
import { formatStepReset, notSetUp } from '../../text/authenticator.ts'
import { createPaint, formatTable, printable } from '../../text/print.ts'
import { directoryRefusal, formatUser, lockOf, unaskedText } from '../../text/user.ts'
import { addUser, hashUserPassword, removeUser, sealUserPassword } from './local-user.ts'

const list = command({
  usage: 'list',
  describe: 'List users who have signed in or have something enrolled',
  options: (yargs) =>
    jsonOption(targetOptions(yargs)).option('search', {
      type: 'string',
      requiresArg: true,
      describe: 'Only names with this in them',
    }),
  async run(args, io) {
    const users = await withSession(args, io, (session) => listAll(session, args.search))
    if (args.json) printJson(io, users)
    else if (users.length === 0) print(io, 'No user is known yet.')
    else {
      const paint = createPaint(io)
      const now = io.clock.nowMs()
      const rows = users.map((user) => [
        printable(user.name),
        user.blocked ? paint('bad', 'blocked') : lockOf(user.lockedUntilMs, now, paint),
        String(user.authenticators),
        printable(user.userKey),
      ])
      print(io, formatTable(['NAME', 'STATE', 'AUTHENTICATORS', 'KEY'], rows, paint))
    }
    return exitCodes.ok
  },
})

const show = command({
  usage: 'show <user>',
  describe: 'Show what is known about one user',
  options: (yargs) => jsonOption(targetOptions(userArgument(yargs))),
  async run(args, io) {
    const user = await withSession(args, io, (session) =>
      session.call('user.show', { name: args.user }),
    )
    if (args.json) {
      printJson(io, user)
      return exitCodes.ok
    }
    print(io, formatUser(user, io.clock.nowMs(), createPaint(io)))
    return exitCodes.ok
  },
})

const block = command({
  usage: 'block <user>',
  describe: 'Refuse every sign-in of a person until they are unlocked',
  options: (yargs) =>
    targetOptions(userArgument(yargs)).option('reason', {
      type: 'string',
      default: 'blocked by an administrator',
      requiresArg: true,
      describe: 'Reason, recorded in the audit and shown by user show',
    }),
  async run(args, io) {
    const person = await withSession(args, io, (session) =>
      session.call('user.block', { name: args.user, reason: args.reason }),
    )
    print(
      io,
      `${printable(person.name)} is blocked. holdfast user unlock ${printable(person.name)} ends it.`,
    )
    return exitCodes.ok
  },
})

const unlock = command({
  usage: 'unlock <user>',
  describe: 'End a block or a lock, and forget wrong codes and a clock that was ahead',
  options: (yargs) => reasonOption(targetOptions(userArgument(yargs))),
  async run(args, io) {
    const done = await withSession(args, io, (session) =>
      session.call('user.unlock', { name: args.user, reason: args.reason }),
    )
    const { person, before, reset, directoryStatus } = done
    const now = io.clock.nowMs()
    const was = before.blocked
      ? `was blocked (${printable(before.blocked.reason)})`
      : before.promptsStopped
        ? 'got no calls and messages, since a stranger was reported,'
        : pausesOf(before, now).length > 0
          ? 'got no prompts from one network, since three were not answered,'
          : before.lockedUntilMs > now
            ? 'was locked'
            : `was not locked (${counted(before.wrongCodes, 'wrong code')})`
    const refusal = directoryRefusal(directoryStatus, now)
    const unasked = unaskedText(done)
    const is =
      refusal !== undefined
        ? `not locked here now, but ${refusal}`
        : unasked !== undefined
          ? `not locked here now. The directory could not be asked: ${unasked}`
          : 'free to sign in'
    print(io, `${printable(person.name)} ${was} and is ${is.replace(/\.$/, '')}.`)
    for (const one of reset) print(io, formatStepReset(one))
    return exitCodes.ok
  },
})

const prefer = command({
  usage: 'prefer <user> <method>',
  describe: 'Choose the method that a person is asked for first',
  options: (yargs) =>
    targetOptions(userArgument(yargs)).positional('method', {
      choices: [...methods, 'none'] as const,
      demandOption: true,
      describe: 'none: in the order of the gateway',
    }),
  async run(args, io) {
    const method = args.method === 'none' ? null : args.method
    const person = await withSession(args, io, (session) =>
      session.call('user.prefer', { name: args.user, method }),
    )
    const first = method ?? 'what the gateway lists first'
    print(io, `${printable(person.name)} is asked for ${first}.`)
    if (method !== null && person.unusable) {
      note(io, `It has no effect now: ${notSetUp(method)}. ${howToSetUp(method)}`)
    }
    return exitCodes.ok
  },
})

const exportAll = command({
  usage: 'export <user>',
  describe: 'Print everything that is stored about a person, as JSON, without secrets',
  options: (yargs) => targetOptions(userArgument(yargs)),
  async run(args, io) {
    const { collectExport } = await import('../../../operations/users/export.ts')
    const document = await withSession(args, io, (session) =>
      collectExport(
        (page) => session.call('person.export', { name: args.user, ...page }),
        io.clock.nowMs(),
      ),
    )
    printJson(io, document)
    return exitCodes.ok
  },
})

async function listAll(session: Session, search: string | undefined) {
  const users: ListedUser[] = []
  for (;;) {
    const page = await session.call('user.list', { search, after: users.at(-1) })
    users.push(...page)
    if (page.length < usersPerPage) return users
  }
}

export const userCommand = commandGroup(
  'user',
  'Manage users: list, show, add, remove, block, unlock, prefer, export, hash, seal',
  [
    list,
    show,
    addUser,
    removeUser,
    block,
    unlock,
    prefer,
    exportAll,
    hashUserPassword,
    sealUserPassword,
  ],
)
