import { command, jsonOption, playedGatewayOptions, targetOptions } from '../../command.ts'

export const simulateCommand = command({
  usage: 'simulate',
  describe: 'Play a gateway with its timers, and say whether the user gets in before it gives up',
  options: (yargs) =>
    playedGatewayOptions(jsonOption(targetOptions(yargs)))
      .option('preset', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'Which kind of gateway; holdfast preset list shows all',
      })
      .option('user', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'Name as it is typed at the gateway',
      })
      .option('answer-after', {
        type: 'string',
        requiresArg: true,
        describe: 'In a demo: how long after each prompt the person answers. Default: 3s',
      })
      .option('with', {
        choices: ['push', 'passkey'] as const,
        requiresArg: true,
        describe: 'In a demo: what the person answers with, which they have as long as this runs',
      })
      .option('gateway', {
        type: 'string',
        requiresArg: true,
        describe: 'Its name in the configuration. Default: the one that has the preset',
      })
      .option('loss', {
        type: 'string',
        default: '0%',
        requiresArg: true,
        describe: 'Share of packets lost, each way',
      })
      .option('jitter', {
        type: 'string',
        default: '0ms',
        requiresArg: true,
        describe: 'How much later packets may come, each way',
      })
      .option('timeout', {
        type: 'string',
        requiresArg: true,
        describe: 'Time before it sends again, such as 5s. Default: as the preset has it',
      })
      .option('tries', {
        type: 'number',
        requiresArg: true,
        describe: 'How often it sends. Default: as the preset has it',
      })
      .option('challenges', {
        type: 'boolean',
        describe: 'Whether it shows challenges. Default: as the preset has it',
      })
      .option('second-server', {
        type: 'string',
        requiresArg: true,
        describe: 'Asked when the first is silent, such as 192.0.2.2:1812',
      })
      .option('again', {
        type: 'boolean',
        default: false,
        describe: 'Whether the person tries once more, 5 seconds after a failure',
      })
      .option('from', {
        type: 'string',
        requiresArg: true,
        describe: 'Address or MAC of the person’s device, as in Calling-Station-Id',
      })
      .option('nas-identifier', {
        type: 'string',
        requiresArg: true,
        describe: 'NAS-Identifier. Default: that of the gateway',
      })
      .option('password-file', {
        type: 'string',
        requiresArg: true,
        describe:
          'File with your password in its first line, and you answer. Default: asked for outside of a demo',
      }),
  async run(args, io) {
    const { simulate } = await import('../../simulate/simulate.ts')
    return await simulate(args, io)
  },
})
