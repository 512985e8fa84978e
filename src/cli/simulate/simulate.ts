import { createSharedSecret, loadDictionary } from '../../radius/index.ts'
import { type Asker, withAsker } from '../ask.ts'
import { CliError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { type CliIo, note, print, printJson } from '../io.ts'
import { createPaint } from '../print.ts'
import { formatDuration } from '../times.ts'
import { askPassword } from '../try/play.ts'
import { createRequests, namedAttributes } from '../try/request.ts'
import { findTryTarget, parseServer, type TryTarget } from '../try/target.ts'
import { createDemoPerson, readDemoSecrets } from './demo-person.ts'
import type { PersonEvent } from './events.ts'
import { askService, nasIdentifierOf, type Service } from './known-gateway.ts'
import { durationOf, type GatewayArgs, type GatewayKind, gatewayKind } from './options.ts'
import { createRealPerson, type Person, pause } from './person.ts'
import { createRecording, type Recording } from './recording.ts'
import { openServers } from './servers.ts'
import { type Ending, playSignIn } from './sign-in.ts'
import { drawEvent, drawHead } from './timeline.ts'
import { judge } from './verdict.ts'

/** People who are not let in try again after about this long. */
const againMs = 5_000
/** How long a late reply is waited for, where nothing says when it can come at the latest. */
const lateMs = 30_000
/** And what is added for its way. */
const lateMarginMs = 2_000

/** What the command line says. */
export type SimulateArgs = Parameters<typeof findTryTarget>[0] &
  GatewayArgs & {
    readonly user: string
    readonly gateway?: string | undefined
    readonly nasIdentifier?: string | undefined
    readonly from?: string | undefined
    readonly passwordFile?: string | undefined
    readonly answerAfter?: string | undefined
    readonly secondServer?: string | undefined
    readonly again: boolean
    /** `NAME=VALUE` each. */
    readonly attribute: readonly string[]
    readonly json: boolean
  }

/** Plays a gateway of a known kind for one person, draws what happens, and says how it went. */
export async function simulate(args: SimulateArgs, io: CliIo): Promise<ExitCode> {
  const kind = gatewayKind(args)
  const answerAfterMs =
    args.answerAfter === undefined
      ? undefined
      : durationOf('--answer-after', args.answerAfter, 0, 600_000)
  const dictionary = loadDictionary()
  const paint = createPaint(io)
  const target = await findTryTarget(args, io)
  const service = await askService(args, kind, io)
  const attributes = namedAttributes(
    {
      'User-Name': args.user,
      'NAS-Identifier': args.nasIdentifier ?? nasIdentifierOf(service.gateway),
      'Calling-Station-Id': deviceOf(args, kind),
    },
    args.attribute,
    dictionary,
  )
  return await withAsker(io, async (asker) => {
    const recording = createRecording(io.clock, (event, startMs) => {
      if (args.json) return
      for (const line of drawEvent(event, startMs, dictionary, paint)) print(io, line)
    })
    const person = await findPerson(args, answerAfterMs, target, recording.tell, asker, io)
    const secret = createSharedSecret(target.gatewaySecret)
    const servers = await openServers(
      [target.server, ...secondServer(args, kind, service)],
      kind.way,
      recording.tell,
      io,
    )
    try {
      if (!args.json) print(io, drawHead(args.user, paint))
      recording.start()
      const once = () =>
        playSignIn({ ...kind, servers }, createRequests(secret, attributes), person, io.clock)
      const playing = playTries(once, args, recording, person, service, io)
      const endings = await Promise.race([playing, person.trouble])
      return conclude(endings, person)
    } finally {
      person.stop()
      for (const server of servers) server.close()
    }

    function conclude(endings: readonly Ending[], { answersAtMs }: Person): ExitCode {
      const { gateway } = service
      const played = {
        user: args.user,
        preset: kind.name,
        advice: kind.preset.advice.map(({ text }) => text),
        ...(gateway === undefined ? {} : { known: { name: gateway.name, ...gateway.inUse } }),
        answersAtMs: answersAtMs(),
        giveUpAfterMs: kind.schedule.giveUpAtMs,
        endings,
        ...recording.facts(),
      }
      const verdict = judge(played)
      const outcome = endings.at(-1)?.kind ?? 'silence'
      if (args.json) {
        const { user, preset } = played
        const told = { user, preset, gateway: gateway?.name, outcome, ...verdict }
        printJson(io, { ...told, ...recording.toJson(dictionary) })
      } else {
        print(io, `\n${paint(outcome === 'accept' ? 'good' : 'bad', verdict.sentence)}`)
        for (const advice of verdict.advice) print(io, `- ${advice}`)
      }
      return exitOf[outcome]
    }
  })
}

const exitOf: Readonly<Record<Ending['kind'], ExitCode>> = {
  accept: exitCodes.ok,
  reject: exitCodes.rejected,
  challenge: exitCodes.rejected,
  silence: exitCodes['no-answer'],
}

/** Once, or twice where the first fails and the person is to try again. */
async function playTries(
  once: () => Promise<Ending>,
  { again }: SimulateArgs,
  recording: Recording,
  person: Person,
  { gateway }: Service,
  io: CliIo,
): Promise<readonly Ending[]> {
  const { clock, signal } = io
  const first = await once()
  if (first.kind === 'accept') return [first]
  if (again) {
    await pause(againMs, clock, signal)
    recording.tell({ kind: 'again', atMs: clock.nowMs() })
    return [first, await once()]
  }
  if (first.kind === 'silence' && recording.hasArrived()) {
    const heldMs = gateway?.inUse.patienceMs ?? lateMs
    const latestMs = Math.max(first.atMs + heldMs, person.answersAtMs() ?? 0) + lateMarginMs
    const waitMs = latestMs - clock.nowMs()
    note(io, `Waiting for a reply that comes too late, up to ${formatDuration(waitMs)}.`)
    const arrived = new AbortController()
    const waiting = pause(waitMs, clock, AbortSignal.any([signal, arrived.signal]))
    await Promise.race([recording.late, waiting])
    arrived.abort()
  }
  return [first]
}

/** What tells devices apart at gateways that send it; an address and a MAC address of nobody. */
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

/** Somebody of the demo who answers as told, else whoever sits here. */
async function findPerson(
  { user, passwordFile }: SimulateArgs,
  answerAfterMs: number | undefined,
  { demo }: TryTarget,
  onEvent: (event: PersonEvent) => void,
  asker: Asker,
  io: CliIo,
): Promise<Person> {
  if (answerAfterMs !== undefined && demo !== undefined) {
    if (demo.http === undefined) {
      throw new CliError(
        'usage',
        'This demo has no phone to answer: --answer-after needs its http.',
      )
    }
    return await createDemoPerson({
      phone: demo.http,
      user,
      secrets: readDemoSecrets(demo, user, io.env),
      answerAfterMs,
      clock: io.clock,
      signal: io.signal,
      onEvent,
    })
  }
  if (answerAfterMs !== undefined) {
    const after = formatDuration(answerAfterMs)
    note(io, `Only a demo can answer by itself: answer for ${user} after ${after}.`)
  }
  return createRealPerson(await askPassword({ passwordFile }, asker), asker)
}
