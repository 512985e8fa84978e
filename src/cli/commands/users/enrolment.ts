import type { MadeCode } from '../../../operations/index.ts'
import { escapeXml } from '../../../support/index.ts'
import { command, commandGroup, jsonOption, targetOptions, userArgument } from '../../command.ts'
import { exitCodes } from '../../exit-codes.ts'
import { writeNewFile } from '../../files.ts'
import { note, print, printJson } from '../../io.ts'
import { formatQrSvg } from '../../qr/index.ts'
import { withService } from '../../service/session.ts'
import { printable } from '../../text/print.ts'
import { formatDateTime } from '../../text/times.ts'

const neededReason = {
  type: 'string',
  demandOption: true,
  requiresArg: true,
  describe: 'Reason, recorded in the audit',
} as const

const code = command({
  usage: 'code <user>',
  describe: 'Make a code with which a person sets up a phone at the portal; shown once',
  options: (yargs) => jsonOption(targetOptions(userArgument(yargs))).option('reason', neededReason),
  async run(args, io) {
    const { user: name, reason } = args
    const made = await withService(args, io, (session) =>
      session.call('enrolment.code', { name, reason }),
    )
    if (args.json) {
      printJson(io, made)
      return exitCodes.ok
    }
    const person = printable(made.person.name)
    print(io, `Code for ${person}, shown once:\n\n  ${made.code}\n`)
    print(
      io,
      `It counts once, until ${formatDateTime(made.untilMs)}, and only with the password of ${person}. An earlier code no longer counts.`,
    )
    print(
      io,
      `Make sure that you speak to ${person}. They open ${made.portal ?? 'the portal'}, sign in with their password and type the code.`,
    )
    return exitCodes.ok
  },
})

const codes = command({
  usage: 'codes <users..>',
  describe: 'Make a code for each of several people, and a page for each to print',
  options: (yargs) =>
    targetOptions(yargs)
      .positional('users', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Names as the people type them',
      })
      .option('print', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'New HTML file with a page for each person; mode 0600',
      })
      .option('reason', neededReason),
  async run(args, io) {
    const made: MadeCode[] = []
    await withService(args, io, async (session) => {
      for (const name of args.users) {
        made.push(await session.call('enrolment.code', { name, reason: args.reason }))
        note(io, `${made.length} of ${args.users.length}: ${printable(name)}`)
      }
    })
    writeNewFile(args.print, pagesFor(made), { mode: 0o600 })
    print(
      io,
      `${args.print} has a page for each person. Anyone who reads a page has its code: print it, hand it over in person, and delete the file.`,
    )
    return exitCodes.ok
  },
})

const lift = command({
  usage: 'lift <user>',
  describe: 'Let a person whose account was not used for long set up a phone again',
  options: (yargs) => targetOptions(userArgument(yargs)).option('reason', neededReason),
  async run(args, io) {
    const { user: name, reason } = args
    const { person, wasIdle } = await withService(args, io, (session) =>
      session.call('enrolment.lift', { name, reason }),
    )
    const told = wasIdle ? 'is no longer held back' : 'was not held back'
    print(io, `${printable(person.name)} ${told}: a first way to sign in can be set up.`)
    return exitCodes.ok
  },
})

export const enrolmentCommand = commandGroup(
  'enrolment',
  'Codes with which people set up a phone at the portal: code, codes, lift',
  [code, codes, lift],
)

/** One page a person. The code stands behind `#`, which no server and no log sees (PEOPLE R26). */
function pagesFor(made: readonly MadeCode[]): string {
  const pages = made.map(({ person, code: text, untilMs, portal = '' }) => {
    const name = escapeXml(person.displayName ?? person.name)
    const picture = formatQrSvg(`${portal}/#${text}`).replace(/^<\?xml.*\n/, '')
    return `<section>
<h1>Set up your phone for signing in</h1>
<p>For ${name}. Please hand this page to no one else.</p>
<ol>
<li>On a computer or your phone, open <b>${escapeXml(portal)}</b>, or scan this picture.</li>
<li>Sign in as <b>${escapeXml(person.name)}</b> with your password.</li>
<li>Type this code: <b class="code">${text}</b></li>
</ol>
${picture}
<p>The code counts once, until ${formatDateTime(untilMs)}.</p>
</section>`
  })
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Codes for setting up phones</title>
<style>
body { font: 14pt/1.5 sans-serif; margin: 2cm }
section { break-after: page }
.code { font: bold 18pt monospace }
svg { width: 5cm; height: 5cm }
</style>
</head>
<body>
${pages.join('\n')}
</body>
</html>
`
}
