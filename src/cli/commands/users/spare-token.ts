import type { SpareTokenView } from '../../../operations/index.ts'
import { counted } from '../../../support/index.ts'
import { command, commandGroup, jsonOption, reasonOption, targetOptions } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { CliError } from '../../errors.ts'
import { exitCodes } from '../../exit-codes.ts'
import { print, printJson } from '../../io.ts'
import { withSession } from '../../service/session.ts'
import { formatSpareTokens } from '../../text/authenticator.ts'
import { createPaint } from '../../text/print.ts'

const list = command({
  usage: 'list',
  describe: 'List tokens that were imported without a user and are not claimed yet',
  options: (yargs) => jsonOption(targetOptions(yargs)),
  async run(args, io) {
    const rows: SpareTokenView[] = []
    const takeRows = (event: unknown) =>
      rows.push(...(event as { readonly rows: SpareTokenView[] }).rows)
    await withSession(args, io, (session) => session.call('spare-token.list', {}, takeRows))
    if (args.json) printJson(io, rows)
    else print(io, formatSpareTokens(rows, createPaint(io)))
    return exitCodes.ok
  },
})

const remove = command({
  usage: 'remove [serial..]',
  describe: 'Remove spare tokens; tokens that users have claimed stay',
  options: (yargs) =>
    reasonOption(targetOptions(yargs))
      .positional('serial', {
        type: 'string',
        array: true,
        default: [],
        describe: 'Serial numbers that list shows',
      })
      .option('all', { type: 'boolean', default: false, describe: 'All spare tokens' })
      .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'Do not ask' }),
  async run(args, io) {
    const { all, serial, reason } = args
    if (all === serial.length > 0) {
      throw new CliError(
        'usage',
        'Name serial numbers that holdfast spare-token list shows, or give --all.',
      )
    }
    if (all && !args.yes) await confirm('Remove all spare tokens?', io)
    const { removed } = await withSession(args, io, (session) =>
      session.call('spare-token.remove', { which: all ? 'all' : serial.map(String), reason }),
    )
    print(io, `${counted(removed, 'spare token')} removed.`)
    return exitCodes.ok
  },
})

export const spareTokenCommand = commandGroup(
  'spare-token',
  'Manage hardware tokens that no user has yet: list, remove',
  [list, remove],
)
