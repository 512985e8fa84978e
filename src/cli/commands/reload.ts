import { command, targetOptions } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { print } from '../io.ts'
import { withService } from '../session.ts'

export const reloadCommand = command({
  usage: 'reload',
  describe: 'Make the running service read its configuration again',
  options: (yargs) => targetOptions(yargs),
  async run(args, io) {
    await withService(args, io, (session) => session.call('reload', {}))
    print(io, 'The service has read its configuration.')
    return exitCodes.ok
  },
})
