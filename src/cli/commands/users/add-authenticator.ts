import type { Argv } from 'yargs'
import { howToSetUp } from '../../../operations/authenticators/set-up.ts'
import type { Enrolment, EnrolmentArgs } from '../../../operations/index.ts'
import { HoldfastError } from '../../../support/index.ts'
import { withAsker } from '../../ask.ts'
import { command, jsonOption, reasonOption, targetOptions, userArgument } from '../../command.ts'
import { askFirstCode } from '../../enrol/ask-first-code.ts'
import { showLink } from '../../enrol/show-link.ts'
import { withSvgFile } from '../../enrol/svg-file.ts'
import { CliError } from '../../errors.ts'
import { exitCodes } from '../../exit-codes.ts'
import { readKeyLine } from '../../files.ts'
import { type CliIo, note, print, printJson } from '../../io.ts'
import { withSession } from '../../service/session.ts'
import type { Session } from '../../service/session-type.ts'
import { notSetUp, shortId } from '../../text/authenticator.ts'
import { printable } from '../../text/print.ts'
import { exampleOfOption } from '../../usage/words.ts'

export const addAuthenticator = command({
  usage: 'add <user>',
  describe: 'Enrol an app, a token, a phone, a mail address, or recovery codes',
  options: (yargs) => reasonOption(jsonOption(targetOptions(addOptions(userArgument(yargs))))),
  async run(args, io) {
    checkOptions(args)
    const seed = args.seedFile === undefined ? undefined : readKeyLine(args.seedFile)
    const pin = args.pin ? await askPin(io) : undefined
    const authenticator = enrolmentOf({ ...args, seed, pin })
    const enrolment = await withSession(args, io, (session) =>
      enrol(session, { ...args, authenticator }, io),
    ).catch(sayOption)
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
    if (uri !== undefined && !args.verify) showLink(uri, args, io)
    if (args.svg !== undefined) {
      print(
        io,
        `The QR code is in ${args.svg}. Anyone who has that file can make the codes: delete it once it is scanned.`,
      )
    }
    if (codes !== undefined) {
      print(io, '\nRecovery codes, each good for one sign-in. They are shown once.\n\n')
      print(io, codes.map((code) => `  ${code}`).join('\n'))
    }
    return exitCodes.ok
  },
})

type Wanted = {
  readonly user: string
  readonly authenticator: EnrolmentArgs
  readonly reason: string | undefined
  readonly qr: boolean
  readonly svg: string | undefined
  readonly force: boolean
  readonly verify: boolean
}

/** Enrols at once, or in steps where the picture and the first code come before. */
async function enrol(session: Session, wanted: Wanted, io: CliIo): Promise<Enrolment> {
  const { user: name, authenticator, reason, svg, verify } = wanted
  const inSteps = svg !== undefined || verify
  const isOtp = authenticator.method === 'totp' || authenticator.method === 'hotp'
  if (!inSteps || !isOtp) {
    return await session.call('authenticator.add', { name, authenticator, reason })
  }
  const { seed, uri } = await session.call('authenticator.prepare', { name, authenticator })
  const add = (code?: string) =>
    session.call('authenticator.add', {
      ...{ name, reason, authenticator: { ...authenticator, seed } },
      ...(code === undefined ? {} : { firstCode: code }),
    })
  const finish = async () => {
    if (!verify) return await add()
    showLink(uri, wanted, io)
    return await askFirstCode(io, add)
  }
  return svg === undefined ? await finish() : await withSvgFile(svg, uri, wanted, finish)
}

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

/** What the service calls `authenticator.backupPhone` is `--backup-phone` on the command line. */
function sayOption(cause: unknown): never {
  if (!(cause instanceof HoldfastError) || cause.code !== 'bad-arguments') throw cause
  const text = cause.message.replaceAll(
    /^authenticator\.(\w+):/gm,
    (_, name: string) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}:`,
  )
  throw new CliError('usage', text, { cause })
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

/** What asks or draws needs a method with a seed, and cannot be mixed with JSON for a program. */
function checkOptions(args: {
  readonly method: string
  readonly svg?: string | undefined
  readonly verify: boolean
  readonly json: boolean
}): void {
  const given = args.verify ? '--verify' : args.svg === undefined ? undefined : '--svg'
  if (given === undefined) return
  if (!['totp', 'hotp'].includes(args.method)) {
    throw new CliError('usage', `${given} is for totp and hotp, not for ${args.method}.`)
  }
  if (args.verify && args.json) {
    throw new CliError('usage', '--verify shows a QR code and asks; it cannot be used with --json.')
  }
}

function needed(value: string | undefined, option: string, method: string): string {
  if (value !== undefined) return value
  const example = exampleOfOption(option.slice('--'.length))
  const text = `\`authenticator add\` needs ${option} for ${method}, for example \`${example}\`.`
  throw new CliError('usage', text)
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
    .option('svg', {
      type: 'string',
      requiresArg: true,
      describe: 'totp, hotp: write the QR code to a new file as a picture; mode 0600',
    })
    .option('force', { type: 'boolean', default: false, describe: '--svg: write over the file' })
    .option('verify', {
      type: 'boolean',
      default: false,
      describe: 'totp, hotp: ask for a first code; without a right one nothing is enrolled',
    })
}
