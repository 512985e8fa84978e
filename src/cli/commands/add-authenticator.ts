import type { Argv } from 'yargs'
import type { EnrolmentArgs } from '../../admin/index.ts'
import { howToSetUp } from '../../admin/set-up.ts'
import { withAsker } from '../ask.ts'
import { notSetUp, shortId } from '../authenticator-text.ts'
import { command, jsonOption, reasonOption, targetOptions, userArgument } from '../command.ts'
import { CliError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import { readKeyLine } from '../files.ts'
import { type CliIo, note, print, printJson } from '../io.ts'
import { printable } from '../print.ts'
import { formatQrCode } from '../qr.ts'
import { withSession } from '../session.ts'

export const addAuthenticator = command({
  usage: 'add <user>',
  describe: 'Enrol an app, a token, a phone, a mail address, or recovery codes',
  options: (yargs) => reasonOption(jsonOption(targetOptions(addOptions(userArgument(yargs))))),
  async run(args, io) {
    const seed = args.seedFile === undefined ? undefined : readKeyLine(args.seedFile)
    const pin = args.pin ? await askPin(io) : undefined
    const authenticator = enrolmentOf({ ...args, seed, pin })
    const enrolment = await withSession(args, io, (session) =>
      session.call('authenticator.add', {
        ...{ name: args.user, authenticator, reason: args.reason },
      }),
    )
    if (args.json) {
      printJson(io, enrolment)
      return exitCodes.ok
    }
    const { uri, codes, authenticator: added, person } = enrolment
    print(
      io,
      `${printable(person.name)} has a new ${added.method} authenticator, ${shortId(added.id)}.`,
    )
    if (added.unusable) {
      const why = notSetUp(added.method)
      note(io, `${printable(person.name)} cannot use it: ${why}. ${howToSetUp(added.method)}`)
    }
    if (uri !== undefined) {
      print(
        io,
        `\n${args.qr ? 'Scan this with the app' : 'Open this with the app'}. It is shown once; whoever sees it can make the codes.\n\n`,
      )
      if (args.qr) printQrCode(uri, io)
      print(io, uri)
    }
    if (codes !== undefined) {
      print(io, '\nRecovery codes, each good for one sign-in. They are shown once.\n\n')
      print(io, codes.map((code) => `  ${code}`).join('\n'))
    }
    return exitCodes.ok
  },
})

type AddArgs = {
  readonly method: EnrolmentArgs['method']
  readonly label: string
  readonly algorithm: 'sha1' | 'sha256' | 'sha512'
  readonly digits: number
  readonly period: number
  readonly counter: number
  readonly phone?: string | undefined
  readonly backupPhone?: string | undefined
  readonly extension?: string | undefined
  readonly address?: string | undefined
  readonly seed?: string | undefined
  readonly pin?: string | undefined
}

/** The service checks the values; this only picks those that belong to the method. */
function enrolmentOf(args: AddArgs): EnrolmentArgs {
  const { method, label } = args
  const digits = args.digits === 8 ? 8 : 6
  switch (method) {
    case 'totp': {
      const periodSeconds = args.period === 60 ? 60 : 30
      return { method, label, algorithm: args.algorithm, digits, periodSeconds, seed: args.seed }
    }
    case 'hotp':
      return {
        method,
        label,
        algorithm: args.algorithm,
        digits,
        counter: args.counter,
        seed: args.seed,
      }
    case 'sms':
      return { method, label, phone: needed(args.phone, '--phone', method) }
    case 'call':
      return {
        method,
        label,
        phone: needed(args.phone, '--phone', method),
        backupPhone: args.backupPhone,
        extension: args.extension,
        pin: args.pin,
      }
    case 'email':
      return { method, label, address: needed(args.address, '--address', method) }
    case 'recovery':
      return { method, label }
  }
}

function needed(value: string | undefined, option: string, method: string): string {
  if (value !== undefined) return value
  throw new CliError('usage', `${option} is needed for ${method}.`)
}

function printQrCode(uri: string, io: CliIo): void {
  const code = formatQrCode(uri)
  const width = code.indexOf('\n')
  if ((io.stdout.columns ?? width) < width) {
    note(io, `The terminal has to be ${width} columns wide for the QR code.`)
  }
  print(io, `${code}\n`)
}

async function askPin(io: CliIo): Promise<string> {
  return await withAsker(io, (asker) => asker.askHidden('PIN (4 to 12 digits)'))
}

function addOptions<Options>(yargs: Argv<Options>) {
  return yargs
    .option('method', {
      alias: 'm',
      choices: ['totp', 'hotp', 'sms', 'call', 'email', 'recovery'] as const,
      default: 'totp' as const,
      describe: 'Kind of authenticator',
    })
    .option('label', { type: 'string', default: '', describe: 'Such as "work phone"' })
    .option('phone', { type: 'string', requiresArg: true, describe: 'Number such as +31612345678' })
    .option('backup-phone', {
      type: 'string',
      requiresArg: true,
      describe: 'call: rung when the first does not answer',
    })
    .option('extension', {
      type: 'string',
      requiresArg: true,
      describe: 'call: dialled after the answer',
    })
    .option('pin', { type: 'boolean', default: false, describe: 'call: ask for a PIN' })
    .option('address', { type: 'string', requiresArg: true, describe: 'email: where codes go' })
    .option('algorithm', {
      choices: ['sha1', 'sha256', 'sha512'] as const,
      default: 'sha1' as const,
      describe: 'totp, hotp: hash; many apps know only sha1',
    })
    .option('digits', { type: 'number', choices: [6, 8], default: 6, describe: 'totp, hotp' })
    .option('period', { type: 'number', choices: [30, 60], default: 30, describe: 'totp: seconds' })
    .option('counter', { type: 'number', default: 0, describe: 'hotp: next counter' })
    .option('seed-file', {
      type: 'string',
      requiresArg: true,
      describe: 'totp, hotp: file with the seed in base32 instead of a new one',
    })
    .option('qr', {
      type: 'boolean',
      default: true,
      describe: 'Draw the QR code; --no-qr does not',
    })
}
