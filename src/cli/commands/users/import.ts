import { command, targetOptions } from '../../command.ts'

export const importCommand = command({
  usage: 'import <file>',
  describe: 'Enrol all tokens of a file, or none; first shows what will happen',
  options: (yargs) =>
    targetOptions(yargs)
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe: 'PSKC or SafeNet XML, a list (CSV), a YubiKey log, or otpauth links',
      })
      .option('users', {
        type: 'string',
        requiresArg: true,
        describe: 'List of serial,user for files that name no users',
      })
      .option('columns', {
        type: 'string',
        requiresArg: true,
        describe: 'Columns of a list, such as serial,user,seed_hex; - for one to leave out',
      })
      .option('set', {
        type: 'string',
        array: true,
        requiresArg: true,
        default: [],
        describe:
          'What to assume where the file does not say, such as digits=8; may be given again',
      })
      .option('key-file', {
        type: 'string',
        requiresArg: true,
        describe: 'PSKC: file with the pre-shared key in hex',
      })
      .option('password-file', {
        type: 'string',
        requiresArg: true,
        describe: 'PSKC: file with the password',
      })
      .option('spare', {
        type: 'boolean',
        default: false,
        describe: 'Tokens without a user become spare ones, which people claim at the portal',
      })
      .option('replace', {
        type: 'boolean',
        default: false,
        describe: 'Replace tokens of the same person, or spare ones, that differ',
      })
      .option('skip-refused', {
        type: 'boolean',
        default: false,
        describe: 'Import the others where some are refused',
      })
      .option('dry-run', {
        type: 'boolean',
        default: false,
        describe: 'Show the table and store nothing',
      })
      .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'Do not ask' }),
  async run(args, io) {
    const { importSeeds } = await import('../../import/import-seeds.ts')
    return await importSeeds(args, io)
  },
})
