import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createKeyring, openStore } from '../../../src/store/index.ts'
import { openGateway, type TestGateway } from '../../lab/gateway.ts'
import { freePort } from '../../lab/port.ts'
import { createSoftwarePhone } from '../../support/software-phone.ts'
import { benchPeople } from '../load/people.ts'
import { approveAll, enter, type Member, openPrompts } from '../load/push-load.ts'
import { cpuSeconds } from '../machine/process-cpu.ts'
import { format, formatSpread, type Section } from '../report/section.ts'
import { benchSecret } from '../sides/gateway.ts'
import { type ServerScript, startServerScript } from '../sides/server-script.ts'
import { percentile, spreadOf } from '../statistics/spread.ts'
import type { Part } from './part.ts'

/** Prompts that are open at the same time. */
const count = 2_000
const warmUp = 200
/** Approvals a second: far from what the machine can do, so that the time is of one, and all are over within a minute. */
const approvalsPerSecond = 100
/** A source port has 256 identifiers, and a request that waits keeps its own. */
const perGateway = 200

type Round = {
  readonly openedBytes: number
  readonly enteredBytes: number
  /** Of the service, for an approval: what waits is read, the challenge is made, the signature judged. */
  readonly cpuMs: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Prompts on phones, with the whole service: what an open one costs, and how fast an approval lets its person in. */
export const benchPush: Part = async ({ rounds, say }) => {
  // The disk is not what is measured here.
  const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  const done: Round[] = []
  for (let round = 0; round < rounds; round += 1) {
    const folder = mkdtempSync(join(parent, 'holdfast-bench-push-'))
    try {
      say(`round ${round + 1}: enrolling ${format(count + warmUp)} phones`)
      done.push(await runRound(folder, say))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  return [section(done)]
}

async function runRound(folder: string, say: (line: string) => void): Promise<Round> {
  const port = await freePort()
  const phones = await prepare(folder, port)
  const server = await startServerScript('./push-server.ts', [], [folder])
  const gateways: TestGateway[] = []
  try {
    for (let first = 0; first < phones.length; first += perGateway) {
      gateways.push(await openGateway({ port: server.port, secret: benchSecret }))
    }
    const members = phones.map((person, index): Member => {
      const gateway = gateways[Math.floor(index / perGateway)]
      if (gateway === undefined) throw new Error('too few gateways')
      return { ...person, gateway }
    })
    const warm = await openPrompts(members.slice(0, warmUp))
    await approveAll(port, enter(warm), approvalsPerSecond)
    const base = await memoryOf(server)
    say(`opening ${format(count)} prompts`)
    const asked = await openPrompts(members.slice(warmUp))
    const opened = await memoryOf(server)
    const waiting = enter(asked)
    await untilHeld()
    const entered = await memoryOf(server)
    say('approving them')
    const cpuBefore = cpuSeconds(server.pid)
    const tookMs = await approveAll(port, waiting, approvalsPerSecond)
    const cpuMs = ((cpuSeconds(server.pid) - cpuBefore) * 1_000) / count
    const sorted = [...tookMs].sort((left, right) => left - right)
    return {
      openedBytes: (opened - base) / count,
      enteredBytes: (entered - base) / count,
      cpuMs,
      p50Ms: percentile(sorted, 0.5),
      p99Ms: percentile(sorted, 0.99),
    }
  } finally {
    for (const gateway of gateways) gateway.close()
    await server.stop()
  }
}

/** Writes the configuration, and a store in which everyone has a phone. */
async function prepare(folder: string, port: number) {
  const people = benchPeople(count + warmUp)
  const master = Buffer.alloc(32, 7)
  const file = join(folder, 'store.db')
  const store = await openStore({
    file,
    keyring: createKeyring({ current: master }),
    node: 'bench',
  })
  const enrolled = []
  for (const { name, password } of people) {
    const key = createSoftwarePhone()
    const userKey = `people:${name}`
    await store.accounts.noteUser(userKey, name)
    const { publicKey } = key
    const added = { method: 'push', userKey, label: 'bench', publicKey } as const
    const { id } = await store.authenticators.add(added)
    enrolled.push({ name, password, phone: { ...key, id } })
  }
  await store.close()
  writeFileSync(join(folder, 'key'), master.toString('base64'), { mode: 0o600 })
  const users = people.map(({ name, password }) => `${name}: { password: "${password}" }\n`)
  writeFileSync(join(folder, 'people.yaml'), users.join(''), { mode: 0o600 })
  writeFileSync(
    join(folder, 'holdfast.yaml'),
    `insecure_demo: true
listen: ["127.0.0.1:0"]
admin_socket: ${folder}/admin.sock
store: { sqlite: ${file} }
sealing_key: file:${folder}/key
log: { level: warn }
directories:
  people: { type: local, users_file: ${folder}/people.yaml }
gateways:
  vpn: { address: 127.0.0.1, secret: ${benchSecret}, flow: challenge, patience: 2m, open_sign_ins: 10000 }
limits: { open_sign_ins: 10000 }
web: { people: { listen: "127.0.0.1:${port}", public_url: "http://localhost:${port}" } }
`,
  )
  return enrolled
}

/** Until each Enter has arrived: nothing answers them. */
async function untilHeld(): Promise<void> {
  await sleep(2_000)
}

/** Bytes of the heap and outside of it, after a full collection. */
async function memoryOf(server: ServerScript): Promise<number> {
  const { answer } = (await server.ask({})) as { answer: number }
  return answer
}

function section(rounds: readonly Round[]): Section {
  const spread = (figure: keyof Round) => spreadOf(rounds.map((round) => round[figure]))
  return {
    title: 'Prompts on phones',
    columns: ['what', 'figure'],
    rows: [
      [
        `an open prompt of ${format(count)}, heap + external, bytes`,
        formatSpread(spread('openedBytes')),
      ],
      [
        'the same once Enter was pressed and the gateway waits, bytes',
        formatSpread(spread('enteredBytes')),
      ],
      [
        `signature to Access-Accept at ${approvalsPerSecond} approvals/s, p50, ms`,
        formatSpread(spread('p50Ms'), 1),
      ],
      ['the same, p99, ms', formatSpread(spread('p99Ms'), 1)],
      ['CPU of the service for each, ms', formatSpread(spread('cpuMs'), 2)],
    ],
    findings: [
      {
        id: 'push.p99',
        what: 'p99 from the signature of a phone to the Access-Accept, ms',
        ratio: spread('p99Ms'),
        atMost: 100,
      },
    ],
    notes: [
      'The whole service. The phones, the gateway and the clock are in one other process, so the time includes both of their ways.',
    ],
    rounds: { Holdfast: rounds },
  }
}
