import { command, targetOptions } from '../../command.ts'
import { exitCodes } from '../../exit-codes.ts'
import { writeNewFile } from '../../files.ts'
import { print } from '../../io.ts'
import { connectService } from '../../service/session.ts'

export const supportCommand = command({
  usage: 'support <file>',
  describe: 'Write a file that helps others to find a fault; it has no secrets and no names',
  options: (yargs) =>
    targetOptions(yargs).positional('file', {
      type: 'string',
      demandOption: true,
      describe: 'New file, JSON; mode 0600',
    }),
  async run(args, io) {
    const service = await connectService(args, io)
    const { collectOffline } = await import('../../check/support-bundle.ts')
    const bundle = service
      ? await service.call('support', {}).finally(() => service.close())
      : await collectOffline(args, io)
    const text = `${JSON.stringify(bundle, undefined, 2)}\n`
    writeNewFile(args.file, text, { mode: 0o600 })
    print(io, `${args.file}: ${Buffer.byteLength(text)} bytes. Read it before you send it.`)
    return exitCodes.ok
  },
})
