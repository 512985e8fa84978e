/** What every command ends with. docs/reference/commands.md has the same table; a test compares them. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  'service-not-running': 3,
  'not-found': 4,
  configuration: 5,
  'bad-file': 6,
  rejected: 7,
  'no-answer': 8,
  interrupted: 130,
} as const satisfies Record<string, number>

export type ExitName = keyof typeof exitCodes
export type ExitCode = (typeof exitCodes)[ExitName]

/** One line for each exit code, for `--help` and the documentation. */
export const exitMeanings: Readonly<Record<ExitName, string>> = {
  ok: 'Done.',
  failed: 'It did not work; the message says why.',
  usage: 'The command line is wrong.',
  'service-not-running': 'This needs the running service, or needs it stopped.',
  'not-found': 'No such person, authenticator, gateway or sign-in.',
  configuration: 'The configuration is wrong or cannot be read.',
  'bad-file': 'A file that was given cannot be used; nothing was changed.',
  rejected: 'try, simulate: the sign-in was refused.',
  'no-answer': 'try, simulate: no valid answer came.',
  interrupted: 'Ended by Ctrl-C.',
}
