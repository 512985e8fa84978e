import type { ArgumentsCamelCase, Argv } from 'yargs'
import type { ExitCode } from './exit-codes.ts'
import type { CliIo } from './io.ts'

/** What a command gets besides its arguments, and where its exit code goes. */
export type CommandContext = { readonly io: CliIo; finish(code: ExitCode): void }

/** Adds itself to yargs. */
export type Command = (yargs: Argv, context: CommandContext) => Argv

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
  return (yargs, { io, finish }) =>
    yargs.command(definition.usage, definition.describe, definition.options, async (args) =>
      finish(await definition.run(args, io)),
    )
}

/** A command that only has commands below it, such as `user`. */
export function commandGroup(
  name: string,
  describe: string,
  commands: readonly Command[],
): Command {
  return (yargs, context) =>
    yargs.command(
      name,
      describe,
      (inner) =>
        commands
          .reduce((built, add) => add(built, context), inner)
          .demandCommand(1, `Say what to do with ${name}.`),
      () => undefined,
    )
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
    .option('server', { type: 'string', requiresArg: true, describe: 'Such as 192.0.2.1:1812' })
    .option('attribute', {
      alias: 'a',
      type: 'string',
      array: true,
      default: [],
      describe: 'Further attribute NAME=VALUE; may be given again',
    })
}

/** `<user>`, for commands about somebody who signs in. */
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
