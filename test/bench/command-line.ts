import yargs from 'yargs'
import { type SubjectName, subjectNames, subjects } from './compare/subjects.ts'

/** What the benchmark is to do. */
export type Order =
  | { readonly kind: 'measure'; readonly parts: readonly string[]; readonly write: boolean }
  | {
      readonly kind: 'compare'
      readonly before: string
      readonly after: string
      readonly subject: SubjectName
      readonly rounds: number
    }

/** Reads the command line. Prints help, or what is wrong with it, and ends the process there: 0 or 2. */
export async function readCommandLine(
  args: readonly string[],
  partNames: readonly string[],
): Promise<Order> {
  let order: Order | undefined
  await yargs(args)
    .scriptName('npm run bench --')
    .command(
      '$0 [parts..]',
      'Measure Holdfast, in turn with FreeRADIUS where it does the same. Needs root.',
      (command) =>
        command
          .positional('parts', {
            describe: 'What to measure; all when left out',
            choices: partNames,
            array: true,
          })
          .option('write', {
            type: 'boolean',
            default: false,
            describe: 'Write the tables into docs/performance.md',
          }),
      ({ parts = [], write }) => {
        order = { kind: 'measure', parts, write }
      },
    )
    .command(
      'compare <before> <after> [subject]',
      'Compare the CPU per sign-in of two checkouts of Holdfast, in turn',
      (command) =>
        command
          .positional('before', {
            type: 'string',
            demandOption: true,
            describe: 'The folder of a checkout, with its packages installed',
          })
          .positional('after', {
            type: 'string',
            demandOption: true,
            describe: 'The folder of the other checkout',
          })
          .positional('subject', {
            choices: subjectNames,
            default: 'wire' as const,
            describe: 'What they do',
          })
          .option('rounds', { type: 'number', default: 5, describe: 'How often both are measured' })
          .check(({ rounds }) => {
            if (Number.isInteger(rounds) && rounds > 0) return true
            throw new Error('--rounds must be a whole number above 0')
          })
          .epilogue(subjectNames.map((name) => `${name}: ${subjects[name].what}`).join('\n')),
      (found) => {
        order = { kind: 'compare', ...found }
      },
    )
    .strict()
    .version(false)
    .fail((message, error) => {
      console.error(`${message ?? error.message}\nFor help: npm run bench -- --help`)
      process.exit(2)
    })
    .parseAsync()
  if (order === undefined) throw new Error('nothing to do')
  return order
}
