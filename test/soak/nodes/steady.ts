import { setTimeout as sleep } from 'node:timers/promises'
import { otpCode, parseSeed } from '../../../src/methods/index.ts'
import { openGateway, type TestGateway } from '../../lab/gateway.ts'
import type { Nodes } from '../../lab/nodes/pair.ts'
import { seedOf } from '../../lab/service-config.ts'
import { nameOf } from './crowd.ts'

/** Sign-ins with codes that keep coming, whatever becomes of them. */
export type Steady = {
  sent(): number
  accepts(): number
  stop(): Promise<void>
}

const gatewaysEach = 8
/** No one waits longer for an answer here. */
const withinMs = 5_000
/** So long it takes to come to the full rate: nodes that have just started have nothing compiled. */
const rampSeconds = 10

/**
 * Lets each of these people sign in once, then again with the next code, so many a second at both nodes in turn.
 * Resolves when they come at the full rate.
 */
export async function startSteady({
  nodes,
  people,
  perSecond,
}: {
  readonly nodes: Nodes
  readonly people: number
  readonly perSecond: number
}): Promise<Steady> {
  const gateways = await openGateways(nodes, gatewaysEach)
  const open = new Set<Promise<void>>()
  let sent = 0
  let accepts = 0
  let isOver = false

  async function signIn(index: number): Promise<void> {
    const gateway = gateways[index % gateways.length]
    const reply = await gateway?.signIn(
      codeRequest(index % people, Math.floor(index / people)),
      withinMs,
    )
    if (reply?.kind === 'accept') accepts += 1
  }

  const sending = (async () => {
    const beganMs = performance.now()
    while (!isOver) {
      const seconds = (performance.now() - beganMs) / 1_000
      const ramped = Math.min(seconds, rampSeconds)
      const due = perSecond * (ramped ** 2 / (2 * rampSeconds) + seconds - ramped)
      for (; sent < due; sent += 1) {
        const signing: Promise<void> = signIn(sent).finally(() => open.delete(signing))
        open.add(signing)
      }
      await sleep(5)
    }
  })()
  await sleep(rampSeconds * 1_000)
  return {
    sent: () => sent,
    accepts: () => accepts,
    async stop() {
      isOver = true
      await sending
      await Promise.all(open)
      for (const gateway of gateways) gateway.close()
    },
  }
}

/**
 * Waits until each node lets someone in with a code; gives the moments, by node. Asks each of them every 100 ms with
 * another one of the `count` people after `first`, who have not signed in before.
 */
export async function untilServed(
  nodes: Nodes,
  { first, count }: { readonly first: number; readonly count: number },
): Promise<readonly number[]> {
  const gateways = await openGateways(nodes, 1)
  const waitMs = 60_000
  const asked = gateways.map(async (gateway, node) => {
    const { promise, resolve } = Promise.withResolvers<number>()
    let isServed = false
    const each = Math.floor(count / gateways.length)
    for (let turn = 0; turn < each && !isServed; turn += 1) {
      const person = first + node * each + turn
      void gateway.signIn(codeRequest(person, 0), waitMs).then((reply) => {
        if (reply?.kind !== 'accept') return
        isServed = true
        resolve(performance.now())
      })
      await sleep(100)
    }
    return Promise.race([promise, sleep(waitMs).then(() => Number.POSITIVE_INFINITY)])
  })
  const moments = await Promise.all(asked)
  for (const gateway of gateways) gateway.close()
  return moments
}

function codeRequest(person: number, counter: number) {
  const user = nameOf(person)
  const seed = parseSeed(seedOf(user))
  if (seed === undefined) throw new Error('no seed')
  const code = otpCode({ seed, algorithm: 'sha1', digits: 6 }, counter)
  return { user, password: `pw-${user},${code}`, nas: 'append', device: '192.0.2.7' }
}

/** So many for each node, the nodes in turn. */
function openGateways({ services }: Nodes, each: number): Promise<readonly TestGateway[]> {
  return Promise.all(
    Array.from({ length: each }, (_, index) => index).flatMap((index) =>
      services.map(({ port }) => openGateway({ port, from: `127.0.1.${index + 1}` })),
    ),
  )
}
