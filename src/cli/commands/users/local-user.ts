import { hashPassword } from '../../../directory/local/password-hash.ts'
import { command, reasonOption, targetOptions } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { exitCodes } from '../../exit-codes.ts'
import { type CliIo, note, print } from '../../io.ts'
import { readConfigSummary } from '../../service/config-summary.ts'
import type { Target } from '../../service/find-service.ts'
import { connectService, withSession, workingConfig } from '../../service/session.ts'
import { printable } from '../../text/print.ts'

export const addUser = command({
  usage: 'add <user>',
  describe: 'Add a person to a local directory (its users_file); asks for the password',
  options: (yargs) =>
    targetOptions(yargs)
      .positional('user', { type: 'string', demandOption: true, describe: 'User name' })
      .option('directory', {
        type: 'string',
        requiresArg: true,
        describe: 'Which local directory, where there are several',
      })
      .option('display-name', { type: 'string', requiresArg: true, describe: 'Full name' })
      .option('phone', {
        type: 'string',
        array: true,
        default: [],
        describe: 'Number such as +31612345678; may be given again',
      })
      .option('email', { type: 'string', requiresArg: true, describe: 'Mail address' })
      .option('group', {
        type: 'string',
        array: true,
        default: [],
        describe: 'Group; may be given again',
      }),
  async run(args, io) {
    const { addToUsersFile, askNewPassword, findUsersFile } = await import(
      '../../local-users/file.ts'
    )
    const file = findUsersFile(await workingConfig(args, io), args.directory, io)
    const hash = await hashPassword(await askNewPassword(io))
    const { user: name, displayName, phone: phones, email, group: groups } = args
    addToUsersFile(file, { name, displayName, phones, email, groups }, hash)
    print(io, `${name} is in ${file}.`)
    await reloadService(args, io)
    return exitCodes.ok
  },
})

export const removeUser = command({
  usage: 'remove <user>',
  describe: 'Remove everything enrolled for a user, and their entry in a users_file',
  options: (yargs) =>
    reasonOption(targetOptions(yargs))
      .positional('user', { type: 'string', demandOption: true, describe: 'User name' })
      .option('erase-audit', {
        type: 'boolean',
        default: false,
        describe: 'Also take their name, address and device out of the audit',
      })
      .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'Do not ask' }),
  async run(args, io) {
    if (!args.yes) await confirm(`Remove everything enrolled for ${printable(args.user)}?`, io)
    const { eraseAudit } = args
    const { person, known } = await withSession(args, io, (session) =>
      session.call('user.forget', { name: args.user, eraseAudit, reason: args.reason }),
    )
    const name = printable(person.name)
    if (!known) print(io, `Nothing was stored about ${name}.`)
    else
      print(
        io,
        `${name} is forgotten${eraseAudit ? ', also in the audit' : '; the audit is kept'}.`,
      )
    if (args.config === undefined) return exitCodes.ok
    const { removeFromUsersFiles } = await import('../../local-users/file.ts')
    const files = removeFromUsersFiles(readConfigSummary(args.config, io).usersFiles, person.name)
    for (const file of files) print(io, `${name} is no longer in ${file}.`)
    if (files.length > 0) await reloadService(args, io)
    return exitCodes.ok
  },
})

export const hashUserPassword = command({
  usage: 'hash',
  describe: 'Print the password_hash of a password, for a local directory',
  options: (yargs) => yargs,
  async run(_args, io) {
    const { askNewPassword } = await import('../../local-users/file.ts')
    print(io, await hashPassword(await askNewPassword(io)))
    return exitCodes.ok
  },
})

export const sealUserPassword = command({
  usage: 'seal <user>',
  describe: 'Print the sealed_password of a person, for gateways that use CHAP, or sealed_nt_hash',
  options: (yargs) =>
    targetOptions(yargs)
      .positional('user', { type: 'string', demandOption: true, describe: 'User name' })
      .option('directory', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'Local directory the person is in; the line opens in no other',
      })
      .option('nt-hash', {
        type: 'boolean',
        default: false,
        describe: 'Seal the NT hash of the password instead of the password',
      })
      .option('key-file', {
        type: 'string',
        requiresArg: true,
        describe: 'Seal with the key in this file, such as the one that key rotate gets',
      }),
  async run({ user, directory, ntHash, keyFile, ...target }, io) {
    const { askNewPassword } = await import('../../local-users/file.ts')
    const { sealNewPassword } = await import('../../local-users/seal-password.ts')
    const password = await askNewPassword(io)
    const as = ntHash ? 'nt-hash' : 'password'
    const request = { owner: { directory, user }, password, as, keyFile } as const
    const sealed = await sealNewPassword(request, target, io)
    print(io, `${ntHash ? 'sealed_nt_hash' : 'sealed_password'}: ${sealed}`)
    return exitCodes.ok
  },
})

/** A running service has to read the file again; without one there is nothing to do. */
async function reloadService(target: Target, io: CliIo): Promise<void> {
  const session = await connectService(target, io)
  if (!session) return
  try {
    await session.call('reload', {})
    note(io, 'The service has read it.')
  } finally {
    await session.close()
  }
}
