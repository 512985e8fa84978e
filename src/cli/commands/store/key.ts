import { command, commandGroup, targetOptions } from '../../command.ts'
import { exitCodes } from '../../exit-codes.ts'
import { writeNewFile } from '../../files.ts'
import { note, print } from '../../io.ts'
import { createSealingKey, readSealingKey } from '../../service/sealing-key.ts'
import { withSession } from '../../service/session.ts'

const create = command({
  usage: 'create <file>',
  describe: 'Write a new sealing key to a file that only its owner can read',
  options: (yargs) =>
    yargs.positional('file', { type: 'string', demandOption: true, describe: 'New file' }),
  async run(args, io) {
    writeNewFile(args.file, createSealingKey(), { mode: 0o600 })
    print(io, `${args.file} holds a new sealing key.`)
    print(io, 'Keep a copy apart from the backups: without the key every enrolment is lost.')
    return exitCodes.ok
  },
})

const rotate = command({
  usage: 'rotate <file>',
  describe: 'Seal everything with the key in a file, while the service runs',
  options: (yargs) =>
    targetOptions(yargs).positional('file', {
      type: 'string',
      demandOption: true,
      describe: 'File that key create wrote',
    }),
  async run(args, io) {
    const key = readSealingKey(args.file)
    const { resealed, unreadable } = await withSession(
      args,
      io,
      (session) => session.call('key.rotate', { key }),
      { furtherKeys: [key] },
    )
    for (const id of unreadable) {
      note(
        io,
        `Authenticator ${id} did not open with the old key and was left as it is; enrol it again.`,
      )
    }
    print(io, `Values sealed with the new key: ${resealed}.`)
    print(
      io,
      `Now put ${args.file} in the place of the old key, before the service is started again.`,
    )
    print(io, 'Backups made before this still need the old key.')
    print(
      io,
      `What user seal printed needs a new line: holdfast user seal --key-file ${args.file}.`,
    )
    return exitCodes.ok
  },
})

export const keyCommand = commandGroup(
  'key',
  'Manage the key that encrypts the store: create, rotate',
  [create, rotate],
)
