import type { Method } from '../../../src/accounts/index.ts'
import { createTwilioDelivery, type NamedCalls } from '../../../src/delivery/index.ts'
import { createCallMethod, createPageMethod } from '../../../src/methods/index.ts'
import { type ApprovalMethod, createAdopt } from '../../../src/signin/index.ts'
import { Secret } from '../../../src/support/index.ts'
import { createHttpServer, twilioWebhookPlugin } from '../../../src/web/index.ts'
import { LoopbackClient } from '../../lab/twilio-loopback.ts'
import { startTwilioStandIn } from '../../lab/twilio-stand-in.ts'
import { createWorld, gatewayRules, laptop, type World } from '../../signin/harness.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import {
  createNodeRegistry,
  createSharedRows,
  type NodeRegistry,
} from '../../support/shared-registry.ts'
import { accountSid, authToken, endedText, publicUrl, texts } from '../twilio-lab.ts'

export const firstNumber = '+31612345678'
export const backupNumber = '+15550199'
export const gateway = gatewayRules({ flow: 'hold' })

export type TestNode = Awaited<ReturnType<typeof startNode>>
export type NodeLab = Awaited<ReturnType<typeof startNodeLab>>

const started: { stop(): Promise<void> }[] = []

/** For `afterEach`: stops what a test started, also one that failed. */
export async function stopNodes(): Promise<void> {
  await Promise.all(started.splice(0).map((part) => part.stop()))
}

/** Two nodes that share prompts, and Twilio, whose webhooks go where `webhooksTo` says. */
export async function startNodeLab({ fallbackUrl }: { readonly fallbackUrl?: string } = {}) {
  const addresses = { publicUrl, ...(fallbackUrl !== undefined && { fallbackUrl }) }
  const standIn = await startTwilioStandIn({ accountSid, authToken, ...addresses })
  started.push(standIn)
  const rows = createSharedRows()
  const worlds: World[] = []
  /** As the one table of open prompts that nodes share. */
  const namedCalls = async () => {
    const prompts = await Promise.all(worlds.map(({ stores }) => stores.prompts.listOpen()))
    return prompts.flat().flatMap(({ providerId }) => providerId ?? [])
  }
  const start = async (name: string) => {
    const node = await startNode(name, rows, { standIn, addresses, namedCalls })
    worlds.push(node.world)
    return node
  }
  const [a, b] = [await start('a'), await start('b')]
  /** A webhook that Twilio has signed for an address of ours, sent by the test. */
  async function send(
    node: TestNode,
    path: string,
    callSid: string | undefined,
    fields: Readonly<Record<string, string>>,
    url: string = publicUrl,
  ): Promise<string> {
    const form = { AccountSid: 'AC', CallSid: callSid ?? '', CallStatus: 'in-progress', ...fields }
    const response = await fetch(node.address + path, {
      method: 'POST',
      headers: { 'x-twilio-signature': standIn.sign(url + path, form) },
      body: new URLSearchParams(form),
    })
    return response.text()
  }
  /** Nodes that get webhooks, in turn. */
  let turns: readonly TestNode[] = [a]
  let webhooks = 0
  Object.defineProperty(standIn, 'deliverTo', {
    get() {
      const node = turns[webhooks % turns.length]
      webhooks += 1
      return node?.address
    },
  })
  return {
    ...{ a, b, rows, standIn },
    webhooksTo(...nodes: readonly TestNode[]) {
      turns = nodes
      webhooks = 0
    },
    send,
    /** Numbers that have rung, in order. */
    rung: () => [...standIn.calls.values()].map(({ form }) => form.To),
    /** How often Twilio was told to end a call. */
    hungUp: () => standIn.requests.filter(({ form }) => form.Status === 'completed').length,
  }
}

/** Asks for nothing any more once its node is dead. */
class MortalClient extends LoopbackClient {
  isDead = false

  override request<TData>(options: Parameters<LoopbackClient['request']>[0]) {
    return this.isDead
      ? new Promise<never>(() => undefined)
      : super.request<TData>(options as never)
  }
}

async function startNode(
  name: string,
  rows: ReturnType<typeof createSharedRows>,
  {
    standIn,
    addresses,
    namedCalls,
  }: {
    readonly standIn: Awaited<ReturnType<typeof startTwilioStandIn>>
    readonly addresses: { readonly publicUrl: string; readonly fallbackUrl?: string }
    readonly namedCalls: NamedCalls
  },
) {
  const approvals = new Map<Method, ApprovalMethod>()
  const registry: NodeRegistry = createNodeRegistry(rows, name, createManualClock(), (kept) =>
    createAdopt(world.parts)(kept),
  )
  const world = createWorld({ parts: { approvals, registry } })
  await world.enrol('alice', {
    ...{ method: 'call', phone: firstNumber, backupPhone: backupNumber },
  } as never)
  // Behind the same switchboard.
  await world.enrol('bob', { method: 'call', phone: firstNumber } as never)
  const { clock, stores } = world
  let uses = 0
  stores.authenticators.noteUse = async () => {
    uses += 1
  }
  const client = new MortalClient(standIn)
  const delivery = await createTwilioDelivery(
    {
      ...{ accountSid, authToken: new Secret(authToken), ...addresses },
      ...{ callsFrom: [{ number: '+15550100' }], textsFrom: [] },
      ...{ callsPerSecond: Number.POSITIVE_INFINITY, machineDetection: false },
      ended: { text: endedText, language: 'en' },
      httpClient: client,
      adopt: async (token) => (await registry.findByToken(token))?.prompt.id,
      namedCalls,
    },
    clock,
  )
  approvals.set('passkey', createPageMethod('passkey'))
  approvals.set('call', createCallMethod({ calls: delivery.calls, texts, clock, backup: true }))
  const listener = await createHttpServer({
    listen: { host: '127.0.0.1', port: 0 },
    publicUrl: Object.values(addresses),
    plugins: delivery.webhooks
      ? [twilioWebhookPlugin(delivery.webhooks, ['/holdfast', '/second'])]
      : [],
  })
  const { port } = await listener.start()
  started.push(listener)
  return {
    ...{ name, registry, world },
    address: `http://127.0.0.1:${port}`,
    /** How often it has noted that the phone was used. */
    uses: () => uses,
    signIn: (user = 'alice') => world.start({ gateway, user, device: laptop }),
    /** As by kill -9: nothing that it does counts any more. */
    async die() {
      registry.die()
      client.isDead = true
      await listener.stop()
    },
  }
}
