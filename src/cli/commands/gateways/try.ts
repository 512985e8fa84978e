import { command, playedGatewayOptions, targetOptions } from '../../command.ts'
import { CliError } from '../../errors.ts'
import type { ExitCode } from '../../exit-codes.ts'

export const tryCommand = command({
  usage: 'try <user>',
  describe: 'Sign in as a gateway would, and show every packet with its time',
  options: (yargs) =>
    playedGatewayOptions(targetOptions(yargs))
      .positional('user', { type: 'string', demandOption: true, describe: 'User-Name' })
      .option('nas-identifier', {
        type: 'string',
        requiresArg: true,
        describe: 'NAS-Identifier; in the demo it chooses the flow',
      })
      .option('password', {
        type: 'string',
        requiresArg: true,
        describe: 'Only "-": read it from standard input. Otherwise it is asked for',
      })
      .option('password-file', {
        type: 'string',
        requiresArg: true,
        describe: 'File with the password in its first line',
      })
      .option('timeout', { type: 'number', default: 5, describe: 'Seconds before each resend' })
      .option('retries', {
        type: 'number',
        default: 3,
        describe: 'How many resends follow the first packet',
      }),
  async run(args, io): Promise<ExitCode> {
    if (args.password !== undefined && args.password !== '-') {
      throw new CliError('usage', 'A password does not belong on the command line: --password -')
    }
    const { trySignIn } = await import('../../try/play.ts')
    return await trySignIn(args, io)
  },
})
