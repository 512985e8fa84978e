import * as z from 'zod'
import { codeOf, seedOf } from '../../lab/service-config.ts'
import type { OnAnswer, PortalRequest } from '../portal-browser.ts'
import { helpdeskCode, type PortalService } from '../portal-service.ts'
import { type Flow, type Has, type Person, Stopped } from './flows.ts'
import { collectMessages } from './phones.ts'

/** A flow that was taken to its end. */
export type Taken = {
  readonly flow: Flow
  readonly name: string
  /** In their order, with the cookies that the browser had then. */
  readonly requests: readonly PortalRequest[]
  /** What it came to; of a flow that could not go on, the step that said so. */
  readonly end: { readonly came: unknown } | { readonly stopped: unknown }
  /** The cookies that the browser has at the end. */
  readonly cookies: ReadonlyMap<string, string>
  readonly texts: number
  readonly calls: number
  /** What the service holds of the person now. */
  readonly kept: unknown
}

/** A restart after the request of this number, of each flow. */
export type Gap = { readonly after: number; readonly by: 'SIGTERM' | 'SIGKILL' }

/** Name of the person who takes a flow in one round. */
export function nameIn(flow: Flow, round: number): string {
  return `${flow.name}-${round}`
}

/** Takes flows side by side, each with a person of its own; all of them wait at the gap for the one restart. */
export function createRuns(portal: PortalService) {
  const messages = collectMessages(portal)
  let round = 0
  let people = 0

  async function takeAll(flows: readonly Flow[], gap?: Gap): Promise<readonly Taken[]> {
    const names = flows.map((flow) => nameIn(flow, round))
    round += 1
    const means = await Promise.all(flows.map((flow, index) => equip(flow, names[index] ?? '')))
    const gate = createGate(flows.length, async () => {
      if (gap === undefined) return
      await messages.keep()
      await portal.restart(gap.by)
    })
    const taken = await Promise.all(
      flows.map(async (flow, index) => {
        const name = names[index] ?? ''
        return { flow, name, ...(await takeOne(flow, name, means[index] ?? noMeans, gate, gap)) }
      }),
    )
    return Promise.all(
      taken.map(async (each) => ({
        ...each,
        texts: (await messages.codesOf(each.name)).length,
        calls: (await messages.callsOf(each.name)).length,
        kept: await keptOf(each.name),
      })),
    )
  }

  async function takeOne(flow: Flow, name: string, means: Means, gate: Gate, gap?: Gap) {
    const requests: PortalRequest[] = []
    let read = 0
    const onAnswer: OnAnswer = async (asked, { body }) => {
      requests.push(asked)
      if (requests.length !== gap?.after) return
      // What the answer speaks of has left.
      if (textSent.safeParse(body).success) await messages.untilCodes(name, read + 1)
      if (phoneRings.safeParse(body).success) await messages.untilCall(name)
      await gate.pass()
    }
    let steps = -1
    const person: Person = {
      name,
      browser: portal.open(undefined, onAnswer),
      code: () => codeOf(seedOf(name), steps++),
      async text() {
        read += 1
        return (await messages.untilCodes(name, read))[read - 1] ?? ''
      },
      approveDuring: (work) => messages.approveDuring(name, work),
      ...means,
    }
    const { cookies } = person.browser
    try {
      return { end: { came: await flow.take(person) }, requests, cookies }
    } catch (error) {
      if (!(error instanceof Stopped)) throw error
      return { end: { stopped: error.step }, requests, cookies }
    } finally {
      gate.leave()
    }
  }

  async function equip({ has }: Flow, name: string): Promise<Means> {
    people += 1
    const phone = `+3161${String(people).padStart(7, '0')}`
    const add = (authenticator: object) =>
      portal.administer('authenticator.add', { name, authenticator })
    const equipment: Readonly<Record<Exclude<Has, 'recovery' | 'helpdesk-code'>, object>> = {
      app: { method: 'totp', seed: seedOf(name) },
      sms: { method: 'sms', phone },
      call: { method: 'call', phone },
    }
    let { listed, helpdeskCode: made } = noMeans
    for (const each of has) {
      if (each === 'helpdesk-code') made = await helpdeskCode(portal, name)
      else if (each === 'recovery') {
        const { codes } = (await add({ method: 'recovery' })) as { codes: readonly string[] }
        listed = codes[0] ?? ''
      } else await add(equipment[each])
    }
    return { listed, helpdeskCode: made }
  }

  /** Ways to sign in, blocks, and each change once: what no restart may add to or take from. */
  async function keptOf(name: string): Promise<unknown> {
    const [shown, rows] = await Promise.all([
      portal.administer('user.show', { name }),
      portal.administer('audit.search', { user: name, limit: 100 }),
    ])
    const { authenticators, state } = shown as {
      authenticators: readonly { method: string; label: string }[]
      state: Readonly<Record<string, unknown>>
    }
    return {
      ways: authenticators.map(({ method, label }) => ({ method, label })),
      stops: ['blocked', 'promptsStopped', 'locked'].filter((each) => state[each] !== undefined),
      changes: (rows as readonly { kind: string; reason: string }[])
        .filter(({ kind }) => kind === 'alert')
        .map(({ reason }) => reason)
        .toSorted(),
    }
  }

  return { takeAll, keptOf }
}

type Means = Pick<Person, 'listed' | 'helpdeskCode'>
const noMeans: Means = { listed: '', helpdeskCode: '' }

type Gate = ReturnType<typeof createGate>

/** All pass together, once `between` is done. A run that ends before the gate is not waited for. */
function createGate(count: number, between: () => Promise<void>) {
  const { promise: isOpen, resolve, reject } = Promise.withResolvers<void>()
  let waiting = 0
  let left = 0
  const look = () => {
    if (waiting > 0 && waiting + left === count) between().then(resolve, reject)
  }
  return {
    pass(): Promise<void> {
      waiting += 1
      look()
      return isOpen
    },
    /** After the gate it makes no difference. */
    leave(): void {
      left += 1
      look()
    },
  }
}

const sms = z.looseObject({ setup: z.literal('sms') })
const textSent = z.union([
  z.looseObject({
    question: z.looseObject({ via: z.looseObject({ method: z.literal('sms') }) }),
  }),
  z.looseObject({ pending: sms }),
  z.looseObject({ result: z.looseObject({ pending: sms }) }),
])
const phoneRings = z.looseObject({ question: z.looseObject({ asks: z.literal('approve') }) })
