import { command, targetOptions } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { exitCodes } from '../../exit-codes.ts'
import { isSameFile } from '../../files.ts'
import { print } from '../../io.ts'
import { statusOf, withService } from '../../service/session.ts'

export const reloadCommand = command({
  usage: 'reload',
  describe: 'Make the running service read its configuration again',
  options: (yargs) => targetOptions(yargs),
  async run(args, io) {
    const configFile = await withService(args, io, async (session) => {
      const { configFile: running } = await statusOf(session)
      if (args.config !== undefined && !isSameFile(running, args.config)) {
        throw new CliError(
          'service-not-running',
          `Nothing was reloaded: the service runs ${running} and cannot change to ${args.config}. Start one with that file, or leave --config out.`,
        )
      }
      await session.call('reload', {})
      return running
    })
    print(io, `The service has read ${configFile}.`)
    return exitCodes.ok
  },
})
