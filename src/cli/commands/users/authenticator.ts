import { withAsker } from '../../ask.ts'
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
import { formatAuthenticators, formatStepReset, shortId } from '../../text/authenticator.ts'
import { createPaint, printable } from '../../text/print.ts'
import { addAuthenticator } from './add-authenticator.ts'

const list = command({
  usage: 'list <user>',
  describe: 'List what a user can sign in with',
  options: (yargs) => jsonOption(targetOptions(userArgument(yargs))),
  async run(args, io) {
    const { authenticators } = await withSession(args, io, (session) =>
      session.call('authenticator.list', { name: args.user }),
    )
    if (args.json) printJson(io, authenticators)
    else print(io, formatAuthenticators(authenticators, createPaint(io)))
    return exitCodes.ok
  },
})

const remove = command({
  usage: 'remove <user> <id>',
  describe: 'Remove an authenticator; the id may be shortened',
  options: (yargs) =>
    reasonOption(targetOptions(userArgument(yargs))).positional('id', {
      type: 'string',
      demandOption: true,
      describe: 'Id that authenticator list shows',
    }),
  async run(args, io) {
    const { person, removed } = await withSession(args, io, (session) =>
      session.call('authenticator.remove', {
        ...{ name: args.user, id: args.id, reason: args.reason },
      }),
    )
    print(io, `${printable(person.name)} no longer has ${removed.method} ${shortId(removed.id)}.`)
    return exitCodes.ok
  },
})

const resync = command({
  usage: 'resync <user> [id]',
  describe: 'Correct the counter or clock of a token or app; asks for two codes',
  options: (yargs) =>
    reasonOption(targetOptions(userArgument(yargs))).positional('id', {
      type: 'string',
      describe: 'Id that authenticator list shows, where there are several tokens or apps',
    }),
  async run(args, io) {
    const codes = await withAsker(io, async (asker): Promise<[string, string]> => {
      const first = await asker.ask('A code of the token or app')
      return [withoutSpaces(first), withoutSpaces(await asker.ask('The next code it shows'))]
    })
    const { person, authenticator, reset } = await withSession(args, io, (session) =>
      session.call('authenticator.resync', {
        ...{ name: args.user, id: args.id, codes, reason: args.reason },
      }),
    )
    print(
      io,
      `${authenticator.method} ${shortId(authenticator.id)} of ${printable(person.name)} is right.`,
    )
    if (reset !== undefined) print(io, formatStepReset(reset))
    return exitCodes.ok
  },
})

export const authenticatorCommand = commandGroup(
  'authenticator',
  'Manage what users sign in with: add, list, remove, resync',
  [addAuthenticator, list, remove, resync],
)

function withoutSpaces(code: string): string {
  return code.replace(/\s/g, '')
}
