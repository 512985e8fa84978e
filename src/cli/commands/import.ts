import { command, targetOptions } from '../command.ts'

export const importCommand = command({
  usage: 'import <file>',
  describe: 'Enrol hardware tokens from a PSKC (RFC 6030) or CSV file: all of them, or none',
  options: (yargs) =>
    targetOptions(yargs)
      .positional('file', { type: 'string', demandOption: true, describe: 'PSKC XML or CSV' })
      .option('users', {
        type: 'string',
        requiresArg: true,
        describe: 'CSV of serial,user for files that name nobody',
      })
      .option('key-file', {
        type: 'string',
        requiresArg: true,
        describe: 'PSKC: file with the pre-shared key in hex',
      })
      .option('dry-run', {
        type: 'boolean',
        default: false,
        describe: 'Check everything and store nothing',
      }),
  async run(args, io) {
    const { importSeeds } = await import('../import-seeds.ts')
    return await importSeeds(args, io)
  },
})
