import { setTimeout as sleep } from 'node:timers/promises'
import { openGateway, type TestGateway } from '../../lab/gateway.ts'
import { type Nodes, startNodes } from '../../lab/nodes/pair.ts'
import { cpuSeconds } from '../machine/process-cpu.ts'
import type { PartOptions } from '../parts/part.ts'
import { formatSpread, type Section } from '../report/section.ts'
import { percentile, spreadOf } from '../statistics/spread.ts'
import { inTurns } from '../statistics/turns.ts'

/** Approvals a second: so few that each is alone, and as many as are wanted. */
const rates = { '50': 50, '200': 200 } as const
/** Calls that ring before the first one is answered. */
const seconds = 5
const count = rates['200'] * seconds
/** A source port has 256 identifiers. */
const perGateway = 200
const budgetMs = 25

/** Who gets the webhook, the node that holds the request or the other one, and how many come a second. */
const names = ['same 50', 'other 50', 'same 200', 'other 200'] as const
type Name = (typeof names)[number]
type Load = { readonly goesTo: 'same' | 'other'; readonly perSecond: number }

const loads: Readonly<Record<Name, Load>> = {
  'same 50': { goesTo: 'same', perSecond: rates['50'] },
  'other 50': { goesTo: 'other', perSecond: rates['50'] },
  'same 200': { goesTo: 'same', perSecond: rates['200'] },
  'other 200': { goesTo: 'other', perSecond: rates['200'] },
}

type Round = {
  readonly p50Ms: number
  readonly p99Ms: number
  /** Of both nodes, from the first webhook to the last Accept. */
  readonly cpuMs: number
}

/** Calls that the first node has placed and holds: from the webhook with # to the Access-Accept. */
export async function benchApprovals({ rounds, say }: PartOptions): Promise<Section> {
  const nodes = await startNodes({
    direct: true,
    users: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        nameOf(index),
        { password: `pw-${nameOf(index)}`, phones: [numberOf(index)] },
      ]),
    ),
    patience: '2m',
    more: {
      limits: {
        ...{ prompts_per_user_hour: 1_000, prompts_per_number_hour: 1_000 },
        ...{ prompts_per_prefix_hour: 100_000, prompts_per_day: 1_000_000 },
      },
    },
  })
  const gateways: TestGateway[] = []
  try {
    const [first] = nodes.services
    for (let opened = 0; opened < count; opened += perGateway) {
      gateways.push(
        await openGateway({ port: first?.port ?? 0, from: `127.0.0.${gateways.length + 1}` }),
      )
    }
    let turn = 0
    const run = async (name: Name) => {
      turn += 1
      const round = await approve(nodes, gateways, loads[name], turn)
      say(`${name}: p50 ${round.p50Ms.toFixed(1)} ms, p99 ${round.p99Ms.toFixed(1)} ms`)
      return round
    }
    say('warming up')
    for (const name of names) await run(name)
    const done = await inTurns(names, rounds, run)
    return section(done)
  } finally {
    for (const gateway of gateways) gateway.close()
    await nodes.stop()
  }
}

async function approve(
  { services, phones, webhooks }: Nodes,
  gateways: readonly TestGateway[],
  { goesTo, perSecond }: Load,
  turn: number,
): Promise<Round> {
  phones.deliverTo = webhooks[goesTo === 'same' ? 0 : 1] ?? ''
  const before = phones.webhooks.length
  const calls = perSecond * seconds
  const waiting = Array.from({ length: calls }, (_, index) => {
    const { promise, resolve } = Promise.withResolvers<string>()
    phones.people.set(numberOf(index), { does: 'answers', hangsUp: true, keys: [promise] })
    const user = nameOf(index)
    const gateway = gateways[Math.floor(index / perGateway)]
    // An equal sign-in soon after the first would have its outcome.
    const device = `10.${turn}.${index >> 8}.${index & 255}`
    const signIn = { user, password: `pw-${user}`, nas: 'hold', device }
    const accepted = gateway?.signIn(signIn, 120_000).then((reply) => {
      if (reply?.kind !== 'accept') throw new Error(`${user} did not get in: ${reply?.message}`)
      return performance.now()
    })
    return { press: () => resolve('#'), accepted }
  })
  // Each call has asked its question then.
  while (phones.webhooks.length - before < calls) await sleep(100)
  await sleep(1_000)
  const cpuNow = () =>
    services.reduce((sum, { process: child }) => sum + cpuSeconds(child.pid ?? 0), 0)
  const cpuBefore = cpuNow()
  const beganMs = performance.now()
  const took = await Promise.all(
    waiting.map(async ({ press, accepted }, index) => {
      await sleep(Math.max(0, beganMs + (index * 1_000) / perSecond - performance.now()))
      const pressedMs = performance.now()
      press()
      return ((await accepted) ?? 0) - pressedMs
    }),
  )
  const cpuMs = ((cpuNow() - cpuBefore) * 1_000) / calls
  // What calls say at their end must not meet the next round.
  await sleep(2_000)
  const sorted = took.sort((one, other) => one - other)
  return { p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99), cpuMs }
}

const nameOf = (index: number) => `u${index}`
const numberOf = (index: number) => `+316${String(20_000_000 + index)}`

function section(done: Readonly<Record<Name, readonly Round[]>>): Section {
  const spread = (name: Name, figure: keyof Round) =>
    spreadOf(done[name].map((round) => round[figure]))
  const row = (title: string, name: Name) => [
    title,
    formatSpread(spread(name, 'p50Ms'), 1),
    formatSpread(spread(name, 'p99Ms'), 1),
    formatSpread(spread(name, 'cpuMs'), 2),
  ]
  return {
    title: '# in a call until the Access-Accept, two nodes on PostgreSQL',
    columns: ['the webhook goes to', 'p50, ms', 'p99, ms', 'CPU of both nodes each, ms'],
    rows: [
      row('the node that holds the request, 50 a second', 'same 50'),
      row('the other node, 50 a second', 'other 50'),
      row('the node that holds the request, 200 a second', 'same 200'),
      row('the other node, 200 a second', 'other 200'),
    ],
    findings: [
      {
        id: 'nodes.approval',
        what: 'p99 from the webhook at one node to the Access-Accept of the other, at 200 a second, ms',
        ratio: spread('other 200', 'p99Ms'),
        atMost: budgetMs,
      },
    ],
    notes: [
      `As many calls ring at a time as are answered in ${seconds} seconds. The phones and the gateways are in the process of the benchmark, so the time includes both of their ways.`,
    ],
    rounds: done,
  }
}
