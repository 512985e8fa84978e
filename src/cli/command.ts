import type { ArgumentsCamelCase, Argv } from 'yargs'
import type { ExitCode } from './exit-codes.ts'
import type { CliIo } from './io.ts'
import { type Entered, needsCommand, optionsOf, optionsWithValue } from './usage/entered.ts'

/** What a command gets besides its arguments, where its exit code goes, and who says which one was found. */
export type CommandContext = {
  readonly io: CliIo
  finish(code: ExitCode): void
  enter(entered: Entered): void
}

/** A command, or a group of them, that adds itself to yargs. `above`: the group it is in, or ''. */
export type Command = {
  readonly name: string
  /** Every command below it with its usage: `user show <user>`. */
  usages(above?: string): readonly string[]
  add(yargs: Argv, context: CommandContext, above?: string): Argv
}

/**
 * A command: `usage` as yargs writes it (`show <user>`), its options, and what it does. `run`
 * returns the exit code, or throws a HoldfastError that becomes one line and a code.
 */
export function command<Options>(definition: {
  readonly usage: string
  readonly describe: string
  readonly options: (yargs: Argv) => Argv<Options>
  /** Loads what is heavy itself: `--help` must not wait for the whole service. */
  readonly run: (args: ArgumentsCamelCase<Options>, io: CliIo) => Promise<ExitCode>
}): Command {
  const { usage, describe, options, run } = definition
  const [name = '', ...words] = usage.replace(/^\$0 ?/, ' ').split(' ')
  const pathIn = (above: string) => [above, name].filter((part) => part !== '').join(' ')
  return {
    name,
    usages: (above = '') => [[pathIn(above), ...words].join(' ')],
    add: (yargs, { io, finish, enter }, above = '') =>
      yargs.command(
        usage,
        describe,
        (inner) => {
          const built = options(inner)
          built.requiresArg([...optionsWithValue(built, words)])
          enter({ path: pathIn(above), words, commands: [], options: optionsOf(built) })
          return built
        },
        async (args) => finish(await run(args, io)),
      ),
  }
}

/** A command that only has commands below it, such as `user`. */
export function commandGroup(
  name: string,
  describe: string,
  commands: readonly Command[],
): Command {
  const names = commands.map((each) => each.name).filter((each) => each !== '')
  return {
    name,
    usages: () => commands.flatMap((each) => each.usages(name)),
    add: (yargs, context) =>
      yargs.command(
        name,
        describe,
        (inner) => {
          context.enter({ path: name, words: [], commands: names, options: [] })
          return commands
            .reduce((built, each) => each.add(built, context, name), inner)
            .demandCommand(1, needsCommand(name, names))
        },
        () => undefined,
      ),
  }
}

/** `--json`, for commands that list or show. */
export function jsonOption<Options>(yargs: Argv<Options>) {
  return yargs.option('json', {
    type: 'boolean',
    default: false,
    describe: 'Print JSON instead of a table',
  })
}

/** `--socket` and `--config`: which service, or which store, a command works on. */
export function targetOptions<Options>(yargs: Argv<Options>) {
  return yargs
    .option('socket', {
      type: 'string',
      requiresArg: true,
      describe: 'Socket of the running service',
    })
    .option('config', {
      alias: 'c',
      type: 'string',
      requiresArg: true,
      describe: 'Configuration file',
    })
}

/** Whom a command that plays a gateway sends to, with which secret, and what else it sends. */
export function playedGatewayOptions<Options>(yargs: Argv<Options>) {
  return yargs
    .option('gateway-secret', {
      type: 'string',
      requiresArg: true,
      describe: 'Shared secret; others can see it in the list of processes',
    })
    .option('gateway-secret-file', {
      type: 'string',
      requiresArg: true,
      describe: 'File with the shared secret',
    })
    .option('server', {
      type: 'string',
      requiresArg: true,
      describe: 'Address of the service, such as 192.0.2.1:1812',
    })
    .option('attribute', {
      alias: 'a',
      type: 'string',
      array: true,
      default: [],
      describe: 'Further attribute NAME=VALUE; may be given again',
    })
}

/** `<user>`, for commands about someone who signs in. */
export function userArgument(yargs: Argv) {
  return yargs.positional('user', {
    type: 'string',
    demandOption: true,
    describe: 'Name as the person types it',
  })
}

/** `--reason`, for commands that change something about a person. */
export function reasonOption<Options>(yargs: Argv<Options>) {
  return yargs.option('reason', {
    type: 'string',
    requiresArg: true,
    describe: 'Reason, recorded in the audit',
  })
}
