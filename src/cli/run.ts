import yargs from 'yargs'
import type { Command } from './command.ts'
import { explainCommand } from './commands/gateways/explain.ts'
import { gatewayCommand } from './commands/gateways/gateway.ts'
import { presetCommand } from './commands/gateways/preset.ts'
import { simulateCommand } from './commands/gateways/simulate.ts'
import { tryCommand } from './commands/gateways/try.ts'
import { whyCommand } from './commands/gateways/why.ts'
import { certificateCommand } from './commands/service/certificate.ts'
import { checkCommand } from './commands/service/check.ts'
import { initCommand } from './commands/service/init.ts'
import { nodeCommand } from './commands/service/node.ts'
import { reloadCommand } from './commands/service/reload.ts'
import { serveCommand } from './commands/service/serve.ts'
import { supportCommand } from './commands/service/support.ts'
import { versionCommand } from './commands/service/version.ts'
import { auditCommand } from './commands/store/audit.ts'
import { backupCommand } from './commands/store/backup.ts'
import { keyCommand } from './commands/store/key.ts'
import { restoreCommand } from './commands/store/restore.ts'
import { storeCommand } from './commands/store/store.ts'
import { authenticatorCommand } from './commands/users/authenticator.ts'
import { bypassCommand } from './commands/users/bypass.ts'
import { campaignCommand } from './commands/users/campaign.ts'
import { enrolmentCommand } from './commands/users/enrolment.ts'
import { importCommand } from './commands/users/import.ts'
import { rememberedCommand } from './commands/users/remembered.ts'
import { sessionCommand } from './commands/users/session.ts'
import { spareTokenCommand } from './commands/users/spare-token.ts'
import { userCommand } from './commands/users/user.ts'
import { CliError, exitCodeOf, formatError } from './errors.ts'
import { type ExitCode, exitCodes, exitMeanings } from './exit-codes.ts'
import { type CliIo, print } from './io.ts'
import { programVersion } from './program-version.ts'
import type { Entered } from './usage/entered.ts'
import { describeMistake } from './usage/mistakes.ts'

/** Everything that can be typed after `holdfast`. */
export const commands: readonly Command[] = [
  serveCommand,
  checkCommand,
  initCommand,
  tryCommand,
  simulateCommand,
  presetCommand,
  userCommand,
  authenticatorCommand,
  enrolmentCommand,
  campaignCommand,
  bypassCommand,
  rememberedCommand,
  sessionCommand,
  importCommand,
  spareTokenCommand,
  auditCommand,
  whyCommand,
  explainCommand,
  gatewayCommand,
  keyCommand,
  certificateCommand,
  backupCommand,
  restoreCommand,
  storeCommand,
  nodeCommand,
  reloadCommand,
  supportCommand,
  versionCommand,
]

/**
 * Runs one command line (without `node` and the script) and gives the exit code. Never rejects:
 * whatever goes wrong becomes a message on stderr and a code.
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok
  const context = {
    io,
    finish: (result: ExitCode) => {
      code = result
    },
    enter: (found: Entered) => {
      entered = found
    },
  }
  let entered: Entered = {
    ...{ path: '', words: [], options: [], commands: commands.map(({ name }) => name) },
  }
  const parser = yargs()
    .scriptName('holdfast')
    .usage('holdfast COMMAND\n\nA RADIUS server that adds a second factor to sign-ins.')
    .locale('en')
    .strict()
    .exitProcess(false)
    .version(programVersion())
    .help()
    .alias('help', 'h')
    .wrap(Math.min(100, io.stdout.columns ?? 100))
    .demandCommand(1, '`holdfast` needs a command, for example `holdfast check`.')
    .epilogue(exitCodeHelp())
    .fail((message, error) => {
      // What yargs itself throws, such as for an option without its value, is a mistake in the command line.
      throw (
        (error?.name === 'YError' ? undefined : error) ??
        new CliError(
          'usage',
          `${describeMistake(message, argv, entered)} Add --help to see what it takes.`,
        )
      )
    })
  for (const each of commands) each.add(parser, context)
  parser.completion('completion', 'Print a script that completes commands in bash or zsh')
  try {
    await parser.parseAsync([...argv], {}, (_error, _args, output) => {
      if (output !== '') print(io, output)
    })
    return code
  } catch (error) {
    io.stderr.write(formatError(error, Boolean(io.env.HOLDFAST_DEBUG)))
    return exitCodeOf(error)
  }
}

function exitCodeHelp(): string {
  const lines = Object.entries(exitCodes).map(
    ([name, code]) =>
      `  ${String(code).padStart(3)}  ${exitMeanings[name as keyof typeof exitCodes]}`,
  )
  return `Exit codes:\n${lines.join('\n')}`
}
