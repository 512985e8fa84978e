import yargs from 'yargs'
import { type Compared, compared, subjectNames, subjects } from './compare/subjects.ts'
import { parts } from './parts/index.ts'

/** What the benchmark is to do. `json`: the file for every figure of every round. */
export type Order = { readonly json: string | undefined } & (
  | {
      readonly kind: 'measure'
      readonly parts: readonly string[]
      /** As many as each part usually has where it is left out. */
      readonly rounds: number | undefined
      readonly markdown: boolean
      readonly write: boolean
    }
  | {
      readonly kind: 'compare'
      readonly before: string
      readonly after: string
      readonly subject: Compared
      readonly rounds: number
    }
)

const exitCodes = `Exit codes: 0 every budget is met, 1 a budget is missed, 2 wrong usage, 3 a part could not be measured.`

/** Reads the command line. Prints help, or what is wrong with it, and ends the process there: 0 or 2. */
export async function readCommandLine(args: readonly string[]): Promise<Order> {
  let order: Order | undefined
  await yargs(args)
    .scriptName('npm run bench --')
    .option('json', {
      type: 'string',
      requiresArg: true,
      describe: 'Write every figure of every round to this file',
    })
    .option('rounds', {
      type: 'number',
      requiresArg: true,
      describe: 'How often both sides are measured',
    })
    .check(({ rounds }) => {
      if (rounds === undefined || (Number.isInteger(rounds) && rounds > 0)) return true
      throw new Error('--rounds must be a whole number above 0.')
    })
    .command(
      '$0 [parts..]',
      'Measure Holdfast, in turn with FreeRADIUS where it does the same. Needs root.',
      (command) =>
        command
          .positional('parts', {
            describe: 'What to measure; everything when left out',
            choices: Object.keys(parts),
            array: true,
          })
          .option('markdown', {
            type: 'boolean',
            default: false,
            describe: 'Print the tables as docs/reference/performance.md has them',
          })
          .option('write', {
            type: 'boolean',
            default: false,
            describe: 'Write the tables into docs/reference/performance.md',
          })
          .epilogue(
            [
              ...Object.entries(parts).map(([name, { what }]) => `${name}: ${what}`),
              '',
              exitCodes,
            ].join('\n'),
          ),
      ({ parts: chosen = [], rounds, markdown, write, json }) => {
        const all = Object.keys(parts)
        const wanted = chosen.length === 0 ? all : all.filter((name) => chosen.includes(name))
        order = { kind: 'measure', parts: wanted, rounds, markdown, write, json }
      },
    )
    .command(
      'compare <before> <after> [subject]',
      'Compare the CPU per sign-in of two checkouts of Holdfast, or their memory, in turn',
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
            choices: compared,
            default: 'wire' as const,
            describe: 'What they do',
          })
          .epilogue(
            [
              ...subjectNames.map((name) => `${name}: ${subjects[name].what}`),
              'memory: what the whole service holds, with a store in a file',
            ].join('\n'),
          ),
      ({ before, after, subject, rounds = 5, json }) => {
        order = { kind: 'compare', before, after, subject, rounds, json }
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
