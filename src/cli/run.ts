import yargs from 'yargs'
import { auditCommand } from './commands/audit.ts'
import { authenticatorCommand } from './commands/authenticator.ts'
import { backupCommand } from './commands/backup.ts'
import { bypassCommand } from './commands/bypass.ts'
import { certificateCommand } from './commands/certificate.ts'
import { checkCommand } from './commands/check.ts'
import { explainCommand } from './commands/explain.ts'
import { gatewayCommand } from './commands/gateway.ts'
import { importCommand } from './commands/import.ts'
import { initCommand } from './commands/init.ts'
import { keyCommand } from './commands/key.ts'
import { presetCommand } from './commands/preset.ts'
import { reloadCommand } from './commands/reload.ts'
import { rememberedCommand } from './commands/remembered.ts'
import { restoreCommand } from './commands/restore.ts'
import { serveCommand } from './commands/serve.ts'
import { simulateCommand } from './commands/simulate.ts'
import { storeCommand } from './commands/store.ts'
import { supportCommand } from './commands/support.ts'
import { tryCommand } from './commands/try.ts'
import { userCommand } from './commands/user.ts'
import { versionCommand } from './commands/version.ts'
import { whyCommand } from './commands/why.ts'
import { CliError, exitCodeOf, formatError } from './errors.ts'
import { type ExitCode, exitCodes, exitMeanings } from './exit-codes.ts'
import { type CliIo, print } from './io.ts'
import { programVersion } from './program-version.ts'

const commands = [
  serveCommand,
  checkCommand,
  initCommand,
  tryCommand,
  simulateCommand,
  presetCommand,
  userCommand,
  authenticatorCommand,
  bypassCommand,
  rememberedCommand,
  importCommand,
  auditCommand,
  whyCommand,
  explainCommand,
  gatewayCommand,
  keyCommand,
  certificateCommand,
  backupCommand,
  restoreCommand,
  storeCommand,
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
  }
  const parser = yargs()
    .scriptName('holdfast')
    .usage('holdfast COMMAND\n\nRADIUS with a second factor that holds the request open.')
    .locale('en')
    .updateStrings({ 'Did you mean %s?': 'There is no such command; did you mean %s?' })
    .strict()
    .exitProcess(false)
    .version(programVersion())
    .help()
    .alias('help', 'h')
    .wrap(Math.min(100, io.stdout.columns ?? 100))
    .recommendCommands()
    .demandCommand(1, 'Say what to do.')
    .epilogue(exitCodeHelp())
    .fail((message, error) => {
      // What yargs itself throws, such as for an option without its value, is a mistake in the words.
      throw (
        (error?.name === 'YError' ? undefined : error) ??
        new CliError('usage', `${plainMessage(message, argv)} Add --help to see what it takes.`)
      )
    })
  for (const add of commands) add(parser, context)
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

/**
 * yargs speaks of "non-option arguments", and quotes what was typed, which may be a password at the wrong place.
 * Of that only the names of options are said again.
 */
function plainMessage(message: string, argv: readonly string[]): string {
  const [, listed] = /^Unknown (?:arguments?|commands?): (.*)$/s.exec(message) ?? []
  if (listed !== undefined) {
    const options = argv.flatMap((word) => /^--?([a-z][a-z-]{0,14})(?:=|$)/.exec(word)?.[1] ?? [])
    const unknown = options.filter((name) => listed.split(', ').includes(name))
    return unknown.length > 0
      ? `There is no option ${unknown.map((name) => `--${name}`).join(', ')}.`
      : 'There is no such command, or it does not take that many words.'
  }
  const [, named, choices] =
    /Argument: ([\w-]+), Given: .*?, Choices: ([^\n]*)/s.exec(message) ?? []
  if (named !== undefined) return `${named} must be one of ${choices}.`
  const [, given, needed] =
    /^Not enough non-option.* got (\d+), need at least (\d+)/.exec(message) ?? []
  if (needed !== undefined) return `Words given: ${given}, needed: ${needed}.`
  return message.replace(/[^.?!]$/, '$&.')
}

function exitCodeHelp(): string {
  const lines = Object.entries(exitCodes).map(
    ([name, code]) =>
      `  ${String(code).padStart(3)}  ${exitMeanings[name as keyof typeof exitCodes]}`,
  )
  return `Exit codes:\n${lines.join('\n')}`
}
