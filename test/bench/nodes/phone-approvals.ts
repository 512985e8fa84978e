import { setTimeout as sleep } from 'node:timers/promises'
import { createKeyring, openStore } from '../../../src/store/index.ts'
import { openGateway, type TestGateway } from '../../lab/gateway.ts'
import { type Nodes, startNodes } from '../../lab/nodes/pair.ts'
import { freePort } from '../../lab/port.ts'
import { gatewayConfig, sealingKey } from '../../lab/service-config.ts'
import { createSoftwarePhone } from '../../support/software-phone.ts'
import { benchPeople } from '../load/people.ts'
import type { EnrolledPhone } from '../load/phones.ts'
import { approveAll, enter, type Member, openPrompts } from '../load/push-load.ts'
import type { PartOptions } from '../parts/part.ts'
import { formatSpread, type Section } from '../report/section.ts'
import { percentile, spreadOf } from '../statistics/spread.ts'
import { inTurns } from '../statistics/turns.ts'

/** A signature costs the service 8 ms of CPU with all that belongs to it, so two cores cannot do much more. */
const perSecond = 50
const count = 500
/** A source port has 256 identifiers. */
const perGateway = 250

/** Whose portal the phone speaks to: that of the node that holds the request, or of the other one. */
const names = ['same', 'other'] as const
type Name = (typeof names)[number]
type Round = { readonly p50Ms: number; readonly p99Ms: number }

const people = benchPeople(count)

/** Prompts on phones that the first node holds: from the signature to the Access-Accept. */
export async function benchPhoneApprovals({ rounds, say }: PartOptions): Promise<Section> {
  const done = await inTurns(names, rounds, async (name) => {
    const round = await measureOne(name)
    say(`phone, ${name} node: p50 ${round.p50Ms.toFixed(1)} ms, p99 ${round.p99Ms.toFixed(1)} ms`)
    return round
  })
  const row = (title: string, name: Name) => [
    title,
    ...(['p50Ms', 'p99Ms'] as const).map((figure) =>
      formatSpread(spreadOf(done[name].map((round) => round[figure])), 1),
    ),
  ]
  return {
    title: `Signature of a phone until the Access-Accept, ${perSecond} a second, two nodes on PostgreSQL`,
    columns: ['the phone speaks to', 'p50, ms', 'p99, ms'],
    rows: [row('the node that holds the request', 'same'), row('the other node', 'other')],
    findings: [],
    notes: [`${count} prompts are open at a time.`],
    rounds: done,
  }
}

/** Everyone signs in twice; the first time warms up. */
async function measureOne(name: Name): Promise<Round> {
  const ports = [await freePort(), await freePort()]
  // Phones know one address. It leads to one of the nodes here, as a balancer would.
  const port = ports[name === 'same' ? 0 : 1] ?? 0
  const nodes = await startNodes({
    direct: true,
    users: Object.fromEntries(people.map(({ name: user, password }) => [user, { password }])),
    more: (index) => ({
      gateways: {
        vpn: gatewayConfig('vpn', { flow: 'challenge', patience: '2m', open_sign_ins: 10_000 }),
      },
      web: {
        people: { listen: `127.0.0.1:${ports[index]}`, public_url: `http://localhost:${port}` },
      },
    }),
  })
  const gateways: TestGateway[] = []
  try {
    const phones = await enrolPhones(nodes)
    const [first] = nodes.services
    for (let opened = 0; opened < count; opened += perGateway) {
      const from = `127.0.0.${gateways.length + 1}`
      gateways.push(await openGateway({ port: first?.port ?? 0, from }))
    }
    const members = people.map((person, index): Member => {
      const [phone, gateway] = [phones[index], gateways[Math.floor(index / perGateway)]]
      if (phone === undefined || gateway === undefined) throw new Error('too few of them')
      return { ...person, phone, gateway, nas: 'vpn' }
    })
    await approveAll(port, enter(await openPrompts(members)), perSecond)
    const waiting = enter(await openPrompts(members))
    // Until each Enter has arrived.
    await sleep(2_000)
    const sorted = [...(await approveAll(port, waiting, perSecond))].sort((a, b) => a - b)
    return { p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) }
  } finally {
    for (const gateway of gateways) gateway.close()
    await nodes.stop()
  }
}

async function enrolPhones({ place }: Nodes): Promise<readonly EnrolledPhone[]> {
  const store = await openStore({
    postgresql: place,
    keyring: createKeyring({ current: Buffer.from(sealingKey, 'base64') }),
    node: 'bench',
    sharing: 'several',
  })
  try {
    return await Promise.all(
      people.map(async ({ name }) => {
        const key = createSoftwarePhone()
        const userKey = `people:${name}`
        await store.accounts.noteUser(userKey, name)
        const { publicKey } = key
        const added = { method: 'push', userKey, label: 'bench', publicKey } as const
        const { id } = await store.authenticators.add(added)
        return { ...key, id }
      }),
    )
  } finally {
    await store.close()
  }
}
