import { randomInt } from 'node:crypto'
import {
  type Attribute,
  attributeType,
  createSharedSecret,
  type Dictionary,
  encodeRequest,
  findAllAttributes,
  findInteger,
  findText,
  loadDictionary,
  type Packet,
  packetCode,
  RadiusError,
} from '../../radius/index.ts'
import { type Asker, withAsker } from '../ask.ts'
import { command, targetOptions } from '../command.ts'
import { CliError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { readSecretLine } from '../files.ts'
import { openExchange, type Schedule } from '../gateway-exchange.ts'
import { type CliIo, print } from '../io.ts'
import { createPaint, printable } from '../print.ts'
import { createPacketPrinter } from '../try-printer.ts'
import { findTryTarget } from '../try-target.ts'

const maximumRounds = 20

export const tryCommand = command({
  usage: 'try <user>',
  describe: 'Sign in as a gateway would, and show every packet with its time',
  options: (yargs) =>
    targetOptions(yargs)
      .positional('user', { type: 'string', demandOption: true, describe: 'User-Name' })
      .option('nas-identifier', {
        type: 'string',
        requiresArg: true,
        describe: 'NAS-Identifier; in the demo it chooses the flow',
      })
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
      .option('password', {
        type: 'string',
        requiresArg: true,
        describe: 'Only "-": read it from standard input. Otherwise it is asked for',
      })
      .option('password-file', {
        type: 'string',
        requiresArg: true,
        describe: 'File with the password in its first line',
      })
      .option('timeout', { type: 'number', default: 5, describe: 'Seconds before each resend' })
      .option('retries', { type: 'number', default: 3, describe: 'Resends after the first packet' })
      .option('attribute', {
        alias: 'a',
        type: 'string',
        array: true,
        default: [],
        describe: 'Further attribute NAME=VALUE; may be given again',
      }),
  async run(args, io): Promise<ExitCode> {
    const schedule = scheduleOf(args)
    if (args.password !== undefined && args.password !== '-') {
      throw new CliError('usage', 'A password does not belong on the command line: --password -')
    }
    const dictionary = loadDictionary()
    const attributes = requestAttributes(args, dictionary)
    const target = await findTryTarget(args, io)
    return await withAsker(io, async (asker) => {
      const password =
        args.passwordFile === undefined
          ? await asker.askHidden('Password')
          : readSecretLine(args.passwordFile)
      return await signIn({ ...target, schedule, attributes, password, dictionary }, asker, io)
    })
  },
})

type SignInPlay = {
  readonly server: { readonly address: string; readonly port: number }
  readonly gatewaySecret: string
  readonly schedule: Schedule
  readonly attributes: readonly Attribute[]
  readonly password: string
  readonly dictionary: Dictionary
}

/** Goes on through challenges until there is an answer, or none. */
async function signIn(play: SignInPlay, asker: Asker, io: CliIo): Promise<ExitCode> {
  const secret = createSharedSecret(play.gatewaySecret)
  const paint = createPaint(io)
  const printer = createPacketPrinter(play.dictionary, io, paint)
  const exchange = await openExchange({
    server: play.server,
    clock: io.clock,
    signal: io.signal,
    onEvent: printer.event,
  })
  try {
    let identifier = randomInt(256)
    let password = play.password
    let state: readonly Attribute[] = []
    for (let round = 0; round < maximumRounds; round += 1) {
      const attributes = [...play.attributes, ...state]
      const request = encode(() =>
        encodeRequest({ code: packetCode.AccessRequest, identifier, attributes, password }, secret),
      )
      printer.request(identifier, attributes)
      const reply = await exchange.ask(request, play.schedule)
      if (!reply) {
        print(io, paint('bad', 'No answer.'))
        return exitCodes['no-answer']
      }
      if (reply.code !== packetCode.AccessChallenge) return finish(reply, io)
      state = findAllAttributes(reply, attributeType.State).map((value) => ({
        type: attributeType.State,
        value,
      }))
      password = await answerChallenge(reply, asker)
      identifier = (identifier + 1) % 256
    }
    print(io, paint('bad', `Still a challenge after ${maximumRounds} rounds.`))
    return exitCodes.rejected
  } finally {
    exchange.close()
  }

  function finish(reply: Packet, to: CliIo): ExitCode {
    const isAccepted = reply.code === packetCode.AccessAccept
    const word = isAccepted ? paint('good', 'Accepted') : paint('bad', 'Rejected')
    print(to, `${word} after ${printer.elapsed()}.`)
    return isAccepted ? exitCodes.ok : exitCodes.rejected
  }
}

/** Shows what the person is to be shown, and hides what is typed unless Prompt allows it (RFC 2869 5.10). */
async function answerChallenge(challenge: Packet, asker: Asker): Promise<string> {
  const message = findText(challenge, attributeType.ReplyMessage) ?? 'Answer'
  const question = printable(message).replace(/[:\s]+$/, '')
  const echo = findInteger(challenge, promptAttribute) === 1
  return echo ? await asker.ask(question) : await asker.askHidden(question)
}

const promptAttribute = 76

function scheduleOf(args: { readonly timeout: number; readonly retries: number }): Schedule {
  if (!(args.timeout >= 0.1 && args.timeout <= 600)) {
    throw new CliError('usage', '--timeout is between 0.1 and 600 seconds.')
  }
  if (!Number.isInteger(args.retries) || args.retries < 0 || args.retries > 100) {
    throw new CliError('usage', '--retries is a whole number up to 100.')
  }
  return { timeoutMs: args.timeout * 1000, retries: args.retries }
}

function requestAttributes(
  args: {
    readonly user: string
    readonly nasIdentifier?: string | undefined
    readonly attribute: readonly string[]
  },
  dictionary: Dictionary,
): readonly Attribute[] {
  const named = [
    ['User-Name', args.user] as const,
    ...(args.nasIdentifier === undefined ? [] : [['NAS-Identifier', args.nasIdentifier] as const]),
    ...args.attribute.map(parseAttribute),
  ]
  return named.flatMap(([name, value]) => encode(() => dictionary.encode({ name, value })))
}

function parseAttribute(text: string): readonly [name: string, value: string | number] {
  const [, name, value] = /^([^=\s]+)\s*=\s*(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined) {
    throw new CliError('usage', `--attribute ${text} has to be NAME=VALUE.`)
  }
  return [name, /^\d{1,10}$/.test(value) ? Number(value) : value]
}

/** What cannot be encoded was typed wrong. */
function encode<Result>(make: () => Result): Result {
  try {
    return make()
  } catch (cause) {
    if (cause instanceof RadiusError) throw new CliError('usage', `${cause.message}.`, { cause })
    throw cause
  }
}
