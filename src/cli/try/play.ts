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
import { CliError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { readSecretLine } from '../files.ts'
import { type CliIo, print } from '../io.ts'
import { createPaint, printable } from '../print.ts'
import { openExchange, type Schedule } from './exchange.ts'
import { createPacketPrinter } from './printer.ts'
import { findTryTarget } from './target.ts'

/** A gateway that never stops asking would keep `try` for ever. */
const maximumRounds = 20

/** What the command line says about a sign-in to be tried. */
export type TryArgs = Parameters<typeof findTryTarget>[0] & {
  readonly user: string
  readonly nasIdentifier?: string | undefined
  readonly passwordFile?: string | undefined
  /** Seconds. */
  readonly timeout: number
  readonly retries: number
  /** `NAME=VALUE` each. */
  readonly attribute: readonly string[]
}

/** Plays a gateway for one sign-in, asking the person for password and answers. */
export async function trySignIn(args: TryArgs, io: CliIo): Promise<ExitCode> {
  const schedule = scheduleOf(args)
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
}

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
  const question = printable(message).replace(/[.:\s]+$/, '')
  const echo = findInteger(challenge, promptAttribute) === 1
  return echo ? await asker.ask(question) : await asker.askHidden(question)
}

const promptAttribute = 76

function scheduleOf(args: TryArgs): Schedule {
  if (!(args.timeout >= 0.1 && args.timeout <= 600)) {
    throw new CliError('usage', '--timeout is between 0.1 and 600 seconds.')
  }
  if (!Number.isInteger(args.retries) || args.retries < 0 || args.retries > 100) {
    throw new CliError('usage', '--retries is a whole number up to 100.')
  }
  return { timeoutMs: args.timeout * 1000, retries: args.retries }
}

function requestAttributes(args: TryArgs, dictionary: Dictionary): readonly Attribute[] {
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
