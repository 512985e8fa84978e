import { createSharedSecret, loadDictionary } from '../../radius/index.ts'
import { withAsker } from '../ask.ts'
import type { ExitCode } from '../exit-codes.ts'
import { type CliIo, note, print } from '../io.ts'
import { createPaint } from '../text/print.ts'
import { formatDuration } from '../text/times.ts'
import type { Exchange } from '../try/exchange.ts'
import { createRequests, namedAttributes } from '../try/request.ts'
import { findTryTarget, parseServer, type TryTarget } from '../try/target.ts'
import { findPerson, type PersonArgs } from './find-person.ts'
import { askService, nasIdentifierOf, type Service } from './known-gateway.ts'
import { type GatewayArgs, type GatewayKind, gatewayKind, parseAnswerAfter } from './options.ts'
import { type Person, pause } from './person.ts'
import { createRecording, type Recording } from './recording.ts'
import { report } from './report.ts'
import { withServers } from './servers.ts'
import { type Ending, playSignIn } from './sign-in.ts'
import { drawEvent, drawHeader } from './timeline.ts'

/** People who are not let in try again after about this long. */
const retryMs = 5_000
/** How long a late reply is waited for, where nothing says when it can come at the latest. */
const lateMs = 30_000
/** And what is added for delays on the link. */
const lateMarginMs = 2_000

/** What the command line says. */
export type SimulateArgs = Parameters<typeof findTryTarget>[0] &
  GatewayArgs &
  PersonArgs & {
    readonly gateway?: string | undefined
    readonly nasIdentifier?: string | undefined
    readonly from?: string | undefined
    readonly secondServer?: string | undefined
    readonly again: boolean
    /** `NAME=VALUE` each. */
    readonly attribute: readonly string[]
    readonly json: boolean
  }

/** Plays a gateway of a known kind for one person, draws what happens, and says how it went. */
export async function simulate(args: SimulateArgs, io: CliIo): Promise<ExitCode> {
  const kind = gatewayKind(args)
  const answerAfterMs = parseAnswerAfter(args)
  const dictionary = loadDictionary()
  const paint = createPaint(io)
  const target = await findTryTarget(args, io)
  const service = await askService(args, kind, io)
  warnOfProtocol(kind, io)
  const attributes = namedAttributes(
    {
      'User-Name': args.user,
      'NAS-Identifier': args.nasIdentifier ?? nasIdentifierOf(service.gateway),
      [deviceAttributeOf(kind)]: deviceOf(args, kind),
    },
    args.attribute,
    dictionary,
  )
  const recording = createRecording(io.clock, (event, startMs) => {
    if (args.json) return
    for (const line of drawEvent(event, startMs, dictionary, paint)) print(io, line)
  })
  const tries = await withAsker(io, async (asker) => {
    const person = await findPerson(
      { ...args, ...kind },
      answerAfterMs,
      target,
      recording.tell,
      asker,
      io,
    )
    const secret = createSharedSecret(target.gatewaySecret)
    const addresses = [target.server, ...secondServer(args, kind, service)]
    const play = async (servers: readonly Exchange[]) => {
      if (!args.json) print(io, drawHeader(args.user, paint))
      recording.start()
      const once = () =>
        playSignIn({ ...kind, servers }, createRequests(secret, attributes), person, io.clock)
      const playing = args.again
        ? playTwice(once, recording, io)
        : playOnce(once, recording, person, service, io)
      return await Promise.race([playing, person.trouble])
    }
    try {
      const endings = await withServers(addresses, kind.link, recording.tell, io, play)
      return { endings, answersAtMs: person.answersAtMs() }
    } finally {
      await person.stop()
    }
  })
  return report({ ...args, ...tries, kind, service, recording, dictionary }, io)
}

/** Once, and then for as long as a late reply may still come. */
async function playOnce(
  once: () => Promise<Ending>,
  recording: Recording,
  person: Person,
  { gateway }: Service,
  io: CliIo,
): Promise<readonly Ending[]> {
  const { clock, signal } = io
  const ending = await once()
  if (ending.kind !== 'silence' || !recording.hasArrived()) return [ending]
  const heldMs = gateway?.inUse.patienceMs ?? lateMs
  const latestMs = Math.max(ending.atMs + heldMs, person.answersAtMs() ?? 0) + lateMarginMs
  const waitMs = latestMs - clock.nowMs()
  note(io, `Waiting for a reply that comes too late, up to ${formatDuration(waitMs)}.`)
  const arrived = new AbortController()
  const waiting = pause(waitMs, clock, AbortSignal.any([signal, arrived.signal]))
  await Promise.race([recording.late, waiting])
  arrived.abort()
  return [ending]
}

/** Twice where the first fails. */
async function playTwice(
  once: () => Promise<Ending>,
  recording: Recording,
  { clock, signal }: CliIo,
): Promise<readonly Ending[]> {
  const first = await once()
  if (first.kind === 'accept') return [first]
  await pause(retryMs, clock, signal)
  recording.tell({ kind: 'again', atMs: clock.nowMs() })
  return [first, await once()]
}

function warnOfProtocol({ name, preset, sendsPassword }: GatewayKind, io: CliIo): void {
  const protocols = preset.protocols.map(({ value }) => value)
  if (!sendsPassword || protocols.includes('pap')) return
  note(io, `${name} speaks ${protocols.join(', ')}; its timers are played with PAP.`)
}

/** Where this kind of gateway names the person's device. */
function deviceAttributeOf({ preset }: GatewayKind): string {
  return preset.settings.device_attribute?.value ?? 'Calling-Station-Id'
}

/** What tells devices apart at gateways that send it; an address and a MAC address that no one has. */
function deviceOf({ from }: SimulateArgs, { preset }: GatewayKind): string | undefined {
  const sent = preset.device.find(({ name }) => name === 'Calling-Station-Id')
  if (from !== undefined || sent === undefined) return from
  return sent.use.startsWith('MAC') ? '02-00-5E-00-53-01' : '198.51.100.1'
}

function secondServer(
  { secondServer: named }: SimulateArgs,
  { preset }: GatewayKind,
  { listen }: Service,
): readonly TryTarget['server'][] {
  if (named !== undefined) return [parseServer(named)]
  return preset.sending.secondServer ? listen.slice(1, 2) : []
}
