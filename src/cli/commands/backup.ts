import { type FileHandle, open, rm } from 'node:fs/promises'
import type { BackupReady } from '../../admin/index.ts'
import { command, targetOptions } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { fileError } from '../files.ts'
import { print } from '../io.ts'
import { type Session, withSession } from '../session.ts'

export const backupCommand = command({
  usage: 'backup <file>',
  describe: 'Write a consistent copy of the store to a new file; the service goes on',
  options: (yargs) =>
    targetOptions(yargs).positional('file', {
      type: 'string',
      demandOption: true,
      describe: 'New file; mode 0600',
    }),
  async run(args, io) {
    const file = await open(args.file, 'wx', 0o600).catch((cause) => {
      throw fileError(args.file, cause)
    })
    let isComplete = false
    try {
      const bytes = await withSession(args, io, (session) => copyBackup(session, file))
      await file.sync()
      isComplete = true
      print(io, `${args.file}: ${bytes} bytes.`)
      print(io, 'The sealing key is not in it. Keep a copy of that too, in another place.')
      return exitCodes.ok
    } finally {
      await file.close()
      if (!isComplete) await rm(args.file, { force: true })
    }
  },
})

/** Asks for one piece after the other while the operation `backup` keeps the copy. */
async function copyBackup(session: Session, file: FileHandle): Promise<number> {
  const { promise: ready, resolve, reject } = Promise.withResolvers<BackupReady>()
  const running = session.call('backup', {}, (event) => resolve(event as BackupReady))
  running.catch(reject)
  const { id, bytes } = await ready
  for (let offset = 0; offset < bytes; ) {
    const { piece } = await session.call('backup.read', { id, offset })
    const data = Buffer.from(piece, 'base64')
    if (data.length === 0) break
    await file.write(data, 0, data.length, offset)
    offset += data.length
  }
  await session.call('backup.end', { id })
  return (await running).bytes
}
