import { randomBytes, randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { otpCode, parseSeed } from '../../../src/methods/index.ts'
import type { SignInRequest } from '../../lab/gateway.ts'
import type { AskingSchedule, Ending, FailoverGateway } from '../../lab/nodes/failover-gateway.ts'
import type { Nodes } from '../../lab/nodes/pair.ts'
import { administer, seedOf } from '../../lab/service-config.ts'

/** What someone does, and what must come of it. */
type Deed =
  /** Presses # in the call. */
  | 'call'
  /** Hangs up. */
  | 'call-refused'
  /** Types password and code. */
  | 'code'
  /** The code that let them in before, from another device at the other server. */
  | 'code-again'
  /** Types the code of a text. */
  | 'text'
  | 'wrong-password'

const truths: Readonly<Record<Deed, Ending['kind']>> = {
  call: 'accept',
  'call-refused': 'reject',
  code: 'accept',
  'code-again': 'reject',
  text: 'accept',
  'wrong-password': 'reject',
}

/** One sign-in that is over. */
export type Lived = {
  readonly user: string
  readonly deed: Deed
  readonly truth: Ending['kind']
  readonly ending: Ending
  /** Calls that it has caused. */
  readonly rings: number
  readonly startedMs: number
  readonly endedMs: number
}

export type CrowdOptions = {
  readonly nodes: Nodes
  readonly people: number
  readonly perSecond: number
  /** How long someone looks at a phone that rings. */
  readonly thinkMs: readonly [least: number, most: number]
  readonly schedule: AskingSchedule
  /** How often a gateway goes through both servers. */
  readonly rounds: number
  /** Each as often as it is there. */
  readonly deeds: readonly Deed[]
  /** Default 16. Each has one socket for each server, and 256 identifiers there. */
  readonly gateways?: number
}

export type Crowd = {
  /** Those that are over, in the order of their ends. */
  readonly lived: readonly Lived[]
  open(): number
  /** Begins no further ones, and waits for those that are open. Safe to call twice. */
  end(): Promise<void>
}

type Somebody = {
  readonly name: string
  readonly number: string
  counter: number
  /** The request with the code that counted last. */
  usedPassword: string | undefined
}

/** The name of a member of the crowd. */
export const nameOf = (index: number) => `u${index}`
const numberOf = (index: number) => `+316${String(20_000_000 + index * 7)}`

/** The directory of so many people. */
export function crowdUsers(count: number): Readonly<Record<string, object>> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      nameOf(index),
      { password: `pw-${nameOf(index)}`, phones: [numberOf(index)] },
    ]),
  )
}

/** Gives each of them a token whose codes go by a counter. */
export async function enrolCrowd({ services: [first] }: Nodes, count: number): Promise<void> {
  if (first === undefined) throw new Error('no service runs')
  for (let from = 0; from < count; from += 20) {
    const names = Array.from({ length: Math.min(20, count - from) }, (_, n) => nameOf(from + n))
    await administer(
      first,
      names.map((name) => {
        const authenticator = { method: 'hotp', seed: seedOf(name) }
        return ['authenticator.add', { name, authenticator }] as const
      }),
    )
  }
}

/** Lets them sign in at random, each at one thing at a time, half of them with the second server first. */
export async function startCrowd(options: CrowdOptions): Promise<Crowd> {
  const { nodes, people, perSecond, deeds, rounds } = options
  const gateways = await Promise.all(
    Array.from({ length: options.gateways ?? 16 }, (_, index) =>
      nodes.openGateway(options.schedule, `127.0.0.${index + 1}`),
    ),
  )
  const idle: Somebody[] = Array.from({ length: people }, (_, index) => ({
    ...{ name: nameOf(index), number: numberOf(index), counter: 0, usedPassword: undefined },
  }))
  const lived: Lived[] = []
  const open = new Set<Promise<void>>()
  let started = 0
  let isOver = false

  async function live(somebody: Somebody, deed: Deed, gateway: FailoverGateway): Promise<void> {
    const first = randomInt(2)
    const order = Array.from({ length: 2 * rounds }, (_, turn) => (first + turn) % 2)
    const ringsBefore = ringsOf(nodes, somebody.number)
    const startedMs = performance.now()
    const ending = await act(options, somebody, deed, gateway, order)
    const rings = ringsOf(nodes, somebody.number) - ringsBefore
    const endedMs = performance.now()
    const life = { user: somebody.name, deed, truth: truths[deed], ending, rings }
    lived.push({ ...life, startedMs, endedMs })
    // What a gateway that gave up has left open must not meet the next sign-in.
    if (ending.kind === truths[deed] || isToldToWait({ deed, ending })) idle.push(somebody)
  }

  const starting = (async () => {
    const beganMs = performance.now()
    while (!isOver) {
      const aheadMs = (started * 1_000) / perSecond - (performance.now() - beganMs)
      if (aheadMs > 0) await sleep(aheadMs)
      const gateway = gateways[started % gateways.length]
      const somebody = idle.shift()
      started += 1
      if (gateway === undefined || somebody === undefined) continue
      const drawn = deeds[randomInt(deeds.length)] ?? 'code'
      const deed = drawn === 'code-again' && !somebody.usedPassword ? 'code' : drawn
      const living: Promise<void> = live(somebody, deed, gateway).finally(() => open.delete(living))
      open.add(living)
    }
  })()

  let ending: Promise<void> | undefined
  async function end(): Promise<void> {
    isOver = true
    await starting
    await Promise.all(open)
    for (const gateway of gateways) gateway.close()
  }
  return {
    lived,
    open: () => open.size,
    end() {
      ending ??= end()
      return ending
    },
  }
}

async function act(
  { nodes, thinkMs }: CrowdOptions,
  somebody: Somebody,
  deed: Deed,
  gateway: FailoverGateway,
  order: readonly number[],
): Promise<Ending> {
  const { name, number } = somebody
  const device = newDevice()
  const signIn: SignInRequest = { user: name, password: `pw-${name}`, nas: 'hold', device }
  switch (deed) {
    case 'call':
    case 'call-refused':
      nodes.phones.people.set(number, {
        does: 'answers',
        hangsUp: true,
        // Asked for when the call begins.
        get keys() {
          return [sleep(randomInt(...thinkMs), deed === 'call' ? '#' : '')]
        },
      })
      return gateway.signIn(signIn, order)
    case 'code': {
      const seed = parseSeed(seedOf(name))
      if (seed === undefined) throw new Error('no seed')
      const code = otpCode({ seed, algorithm: 'sha1', digits: 6 }, somebody.counter)
      somebody.counter += 1
      const password = `pw-${name},${code}`
      const ending = await gateway.signIn({ ...signIn, nas: 'append', password }, order)
      somebody.usedPassword = ending.kind === 'accept' ? password : undefined
      return ending
    }
    case 'code-again':
      return gateway.signIn(
        {
          ...{ user: name, nas: 'append', device },
          password: somebody.usedPassword ?? '',
        },
        order,
      )
    case 'text': {
      const asked = await gateway.signIn({ ...signIn, nas: 'text' }, order)
      if (asked.kind !== 'challenge' || asked.state === undefined) return asked
      const sent = nodes.phones.requests.findLast(
        (request) => request.name === 'POST Messages' && request.form.To === number,
      )
      const [password = ''] = /\d{6}/.exec(sent?.form.Body ?? '') ?? []
      await sleep(randomInt(...thinkMs) / 4)
      return gateway.signIn({ ...signIn, nas: 'text', password, state: asked.state }, order)
    }
    case 'wrong-password':
      return gateway.signIn({ ...signIn, password: 'wrong' }, order)
  }
}

/**
 * Whether the code may have counted before a standby took over that has not heard of all, and the person is told to
 * wait for the next one (see docs/how-to/two-servers.md).
 */
export function isToldToWait({ deed, ending }: Pick<Lived, 'deed' | 'ending'>): boolean {
  const isCode = deed === 'code' || deed === 'text'
  return isCode && ending.message.startsWith('We have just switched servers')
}

/** Another one each time: an equal sign-in soon after the first would have its outcome (RULES 10). */
function newDevice(): string {
  const [a, b, c] = randomBytes(3).toString('hex').toUpperCase().match(/../g) ?? []
  return `02-00-00-${a}-${b}-${c}`
}

/** Calls to each number; the list of all calls is too long to look through each time. */
const counted = new WeakMap<Nodes, { seen: number; readonly rings: Map<string, number> }>()

function ringsOf(nodes: Nodes, number: string): number {
  const counts = counted.get(nodes) ?? { seen: 0, rings: new Map<string, number>() }
  counted.set(nodes, counts)
  const { requests } = nodes.phones
  for (; counts.seen < requests.length; counts.seen += 1) {
    const request = requests[counts.seen]
    if (request?.name !== 'POST Calls') continue
    const to = request.form.To ?? ''
    counts.rings.set(to, (counts.rings.get(to) ?? 0) + 1)
  }
  return counts.rings.get(number) ?? 0
}
