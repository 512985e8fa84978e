import {
  type Attribute,
  createSharedSecret,
  type Dictionary,
  loadDictionary,
  type Packet,
  packetCode,
} from '../../radius/index.ts'
import { type Asker, withAsker } from '../ask.ts'
import { CliError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { readSecretLine } from '../files.ts'
import { type CliIo, print } from '../io.ts'
import { createPaint } from '../text/print.ts'
import { openExchange, type Schedule } from './exchange.ts'
import { createPacketPrinter } from './printer.ts'
import { createRequests, namedAttributes, type Question } from './request.ts'
import { findTryTarget } from './target.ts'

/** A gateway that never stops asking would keep `try` running forever. */
export const maximumRounds = 20

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
  const named = { 'User-Name': args.user, 'NAS-Identifier': args.nasIdentifier }
  const attributes = namedAttributes(named, args.attribute, dictionary)
  const target = await findTryTarget(args, io)
  return await withAsker(io, async (asker) => {
    const password = await askPassword(args, asker, io)
    return await signIn({ ...target, schedule, attributes, password, dictionary }, asker, io)
  })
}

/** The password of the file, otherwise as it is typed. */
export async function askPassword(
  { passwordFile }: { readonly passwordFile?: string | undefined },
  asker: Asker,
  io: CliIo,
): Promise<string> {
  return passwordFile === undefined
    ? await asker.askHidden('Password')
    : readSecretLine(passwordFile, io)
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
  const paint = createPaint(io)
  const printer = createPacketPrinter(play.dictionary, io, paint)
  const requests = createRequests(createSharedSecret(play.gatewaySecret), play.attributes)
  const exchange = await openExchange({
    server: play.server,
    clock: io.clock,
    signal: io.signal,
    onEvent: printer.event,
  })
  try {
    let password = play.password
    for (let round = 0; round < maximumRounds; round += 1) {
      const { request, attributes } = requests.next(password)
      printer.request(request.identifier, attributes)
      const reply = await exchange.ask(request, play.schedule)
      if (!reply) {
        print(io, paint('bad', 'No answer.'))
        return exitCodes['no-answer']
      }
      if (reply.code !== packetCode.AccessChallenge) return finish(reply)
      password = await askPerson(requests.challenged(reply), asker)
    }
    print(io, paint('bad', `Still a challenge after ${maximumRounds} rounds.`))
    return exitCodes.rejected
  } finally {
    exchange.close()
  }

  function finish(reply: Packet): ExitCode {
    const isAccepted = reply.code === packetCode.AccessAccept
    const word = isAccepted ? paint('good', 'Accepted') : paint('bad', 'Rejected')
    print(io, `${word} after ${printer.elapsed()}.`)
    return isAccepted ? exitCodes.ok : exitCodes.rejected
  }
}

/** Asks at the terminal; what is typed is hidden unless the challenge allows it. */
export async function askPerson({ text, echo }: Question, asker: Asker): Promise<string> {
  const question = text.replace(/[.:\s]+$/, '')
  return echo ? await asker.ask(question) : await asker.askHidden(question)
}

function scheduleOf({ timeout, retries }: TryArgs): Schedule {
  if (!(timeout >= 0.1 && timeout <= 600)) {
    throw new CliError('usage', '--timeout is between 0.1 and 600 seconds.')
  }
  if (!Number.isInteger(retries) || retries < 0 || retries > 100) {
    throw new CliError('usage', '--retries is a whole number up to 100.')
  }
  const everyMs = timeout * 1000
  return {
    sendAtMs: Array.from({ length: retries + 1 }, (_, index) => index * everyMs),
    giveUpAtMs: (retries + 1) * everyMs,
  }
}
