import { constants } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { type FolderHandle, fileError } from '../../../files/index.ts'
import type { BackupReady } from '../../../operations/index.ts'
import { command, targetOptions } from '../../command.ts'
import { exitCodes } from '../../exit-codes.ts'
import { openFolderOf } from '../../files.ts'
import { print } from '../../io.ts'
import { withSession } from '../../service/session.ts'
import type { Session } from '../../service/session-type.ts'

export const backupCommand = command({
  usage: 'backup <file>',
  describe: 'Write a consistent copy of the store to a new file; the service keeps running',
  options: (yargs) =>
    targetOptions(yargs).positional('file', {
      type: 'string',
      demandOption: true,
      describe: 'New file; mode 0600',
    }),
  async run(args, io) {
    const folder = openFolderOf(args.file)
    try {
      const bytes = await writeThrough(folder, args, (file) =>
        withSession(args, io, (session) => copyBackup(session, file)),
      )
      print(io, `${args.file}: ${bytes} bytes.`)
      print(io, 'The sealing key is not in it. Keep a copy of that too, in another place.')
      return exitCodes.ok
    } finally {
      folder.close()
    }
  },
})

/** Gives `write` a new file, which stays only if that succeeds. */
async function writeThrough(
  folder: FolderHandle,
  { file: path }: { readonly file: string },
  write: (file: FileHandle) => Promise<number>,
): Promise<number> {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
  const inFolder = folder.at(basename(path))
  const file = await open(inFolder, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600).catch(
    (cause) => {
      throw fileError(path, cause)
    },
  )
  let isComplete = false
  try {
    const bytes = await write(file)
    await file.sync()
    isComplete = true
    return bytes
  } finally {
    await file.close()
    // In the folder that was opened: its path may lead elsewhere by now.
    if (!isComplete) await rm(inFolder, { force: true })
  }
}

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
