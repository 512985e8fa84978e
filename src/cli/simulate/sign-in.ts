import {
  attributeType,
  type EncodedRequest,
  findText,
  type Packet,
  packetCode,
} from '../../radius/index.ts'
import type { Clock } from '../../support/index.ts'
import { CliError } from '../errors.ts'
import { printable } from '../text/print.ts'
import type { Exchange, Schedule } from '../try/exchange.ts'
import { maximumRounds } from '../try/play.ts'
import type { Requests } from '../try/request.ts'
import type { Person } from './person.ts'

/** How one try ended, for the gateway. */
export type Ending = {
  readonly kind: 'accept' | 'reject' | 'silence' | 'challenge'
  readonly atMs: number
  /** What the reply said; '' where it said nothing. */
  readonly text: string
  /** When Holdfast asked for more, in ms since 1970, one for each time. */
  readonly askedAtMs: readonly number[]
}

/** A gateway, as its preset or the command line has it. */
export type GatewayPlay = {
  /** In the order in which it asks them. */
  readonly servers: readonly Pick<Exchange, 'ask'>[]
  readonly schedule: Schedule
  readonly sendsPassword: boolean
  /** Whether it can show an Access-Challenge; otherwise it ends the sign-in, as a Reject does. */
  readonly challenges: boolean
}

/** Signs a person in once: challenges are shown, and a second server is asked where the first is silent. */
export async function playSignIn(
  { servers, schedule, sendsPassword, challenges }: GatewayPlay,
  requests: Requests,
  person: Person,
  clock: Clock,
): Promise<Ending> {
  const askedAtMs: number[] = []
  let password = sendsPassword ? person.password : undefined
  for (let round = 0; round < maximumRounds; round += 1) {
    const reply = await askServers(() => requests.next(password).request)
    const isShown = reply?.code === packetCode.AccessChallenge && challenges
    if (!isShown) return endingOf(reply, askedAtMs, clock.nowMs())
    askedAtMs.push(clock.nowMs())
    password = await person.answer(requests.challenged(reply))
  }
  return { kind: 'challenge', atMs: clock.nowMs(), text: '', askedAtMs }

  /** Each server gets a request of its own: another identifier and authenticator. */
  async function askServers(next: () => EncodedRequest): Promise<Packet | undefined> {
    for (const [index, server] of servers.entries()) {
      const asking = server.ask(next(), schedule)
      const isLast = index === servers.length - 1
      const reply = await (isLast ? asking : asking.catch(unlessUnreachable))
      if (reply) return reply
    }
    return undefined
  }
}

/** Where nothing listens there, the gateway goes on to its next server. */
function unlessUnreachable(error: unknown): undefined {
  if (error instanceof CliError && error.code === 'server-unreachable') return undefined
  throw error
}

function endingOf(reply: Packet | undefined, askedAtMs: readonly number[], atMs: number): Ending {
  if (!reply) return { kind: 'silence', atMs, text: '', askedAtMs }
  const text = printable(findText(reply, attributeType.ReplyMessage) ?? '')
  return { kind: kinds[reply.code] ?? 'reject', atMs, text, askedAtMs }
}

const kinds: Readonly<Record<number, Ending['kind']>> = {
  [packetCode.AccessAccept]: 'accept',
  [packetCode.AccessChallenge]: 'challenge',
}
