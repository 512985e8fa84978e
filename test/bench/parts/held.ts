import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Loader, type Person, startLoader } from '../load/loader.ts'
import { measure } from '../load/measure.ts'
import { cpuSeconds } from '../machine/process-cpu.ts'
import { format, type Section } from '../report/section.ts'
import { benchSecret } from '../sides/gateway.ts'
import type { HeldQuestion } from '../sides/held-server.ts'
import { type ServerScript, startServerScript } from '../sides/server-script.ts'
import { median, spreadOf } from '../statistics/spread.ts'
import type { Part } from './part.ts'

const levels = [1, 1_000, 100_000]
const probesEach = 20
const warmUp = 300
const budgetBytes = 4_000
/** RULES 32: 100,000 requests need 391 source ports. */
const sockets = 400
/** Slow enough that none gets lost while others use the machine. */
const perSecond = 2_000
const waitMs = 10_000

const password = 'Right-Passw0rd'

type Level = {
  readonly level: number
  readonly held: number
  readonly bytesEach: number
  readonly rssEach: number
  readonly takeInMicros: number
  readonly answerMs: number
  /** Share of one core while nothing happens. */
  readonly waitingCpu: number
}

/** Requests held open by the real sign-in, with a provider that does nothing. */
export const benchHeld: Part = async ({ say }) => {
  // The disk is not what is measured here: 100,000 open prompts are as many rows.
  const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  const folder = mkdtempSync(join(parent, 'holdfast-bench-held-'))
  writeConfiguration(folder)
  const server = await startServerScript('./held-server.ts', ['--expose-gc'], [folder])
  const loaders: Loader[] = []
  try {
    await warm(server)
    const base = await memoryOf(server)
    const results: Level[] = []
    let held = 0
    for (const level of levels) {
      say(`holding ${format(level)} requests`)
      const people = peopleNamed('held', results.at(-1)?.level ?? 0, level)
      const cpuBefore = cpuSeconds(server.pid)
      loaders.push(hold(server, people))
      const before = held
      held = await untilSteady(server)
      if (held < 0.99 * level) throw new Error(`only ${held} of ${level} requests were held`)
      const takeInMicros = ((cpuSeconds(server.pid) - cpuBefore) * 1e6) / (held - before)
      // Until what taking in left behind is collected.
      await sleep(2_000)
      const memory = await memoryOf(server)
      const waitingFrom = cpuSeconds(server.pid)
      await sleep(waitMs)
      const waitingCpu = (cpuSeconds(server.pid) - waitingFrom) / (waitMs / 1000)
      results.push({
        level,
        held,
        bytesEach: (memory.held - base.held) / held,
        rssEach: (memory.rss - base.rss) / held,
        takeInMicros,
        answerMs: await answerProbes(server, level, held),
        waitingCpu,
      })
    }
    return [section(results)]
  } finally {
    for (const loader of loaders) loader.stop()
    await server.stop()
    rmSync(folder, { recursive: true })
  }
}

function section(levelsDone: readonly Level[]): Section {
  const most = levelsDone.at(-1)
  if (most === undefined) throw new Error('nothing was held')
  return {
    title: 'Held requests',
    columns: [
      'held',
      'heap + external each, bytes',
      'RSS each, bytes',
      'CPU to take one in, µs',
      'approval to Access-Accept, ms',
      'CPU while all wait, % of a core',
    ],
    rows: levelsDone.map((level) => [
      format(level.held),
      level.held === 1 ? 'below the noise' : format(level.bytesEach),
      level.held === 1 ? 'below the noise' : format(level.rssEach),
      level.held === 1 ? 'below the clock' : format(level.takeInMicros),
      format(level.answerMs, 2),
      format(level.waitingCpu * 100, 1),
    ]),
    findings: [
      {
        id: 'held.bytes',
        what: `Bytes of heap and external memory for each of ${format(most.held)} held requests, after collection`,
        ratio: spreadOf([most.bytesEach]),
        atMost: budgetBytes,
      },
    ],
    notes: [],
    rounds: { Holdfast: levelsDone },
  }
}

function writeConfiguration(folder: string): void {
  const most = levels.at(-1) ?? 0
  const probes = levels.flatMap((level) => peopleNamed(`probe-${level}`, 0, probesEach))
  const people = [
    ...peopleNamed('held', 0, most),
    ...probes,
    ...peopleNamed('probe-warm', 0, warmUp),
  ]
  const users = people.map(
    ({ name }, index) =>
      `${name}: { password: "${password}", phones: ["+316${index.toString().padStart(8, '0')}"] }\n`,
  )
  writeFileSync(join(folder, 'people.yaml'), users.join(''), { mode: 0o600 })
  writeFileSync(
    join(folder, 'holdfast.yaml'),
    `insecure_demo: true
default_region: NL
listen: ["127.0.0.1:1812"]
store: { sqlite: ${folder}/store.db }
log: { level: warn }
directories:
  people: { type: local, users_file: ${folder}/people.yaml }
gateways:
  vpn: { address: 127.0.0.1, secret: ${benchSecret}, flow: hold, patience: 10m, open_sign_ins: 100000 }
delivery: { phone: { type: demo } }
methods: { call: { via: phone } }
limits: { open_sign_ins: 1000000, prompts_per_prefix_hour: 100000, prompts_per_day: 10000000 }
`,
  )
}

function peopleNamed(prefix: string, from: number, to: number): Person[] {
  return Array.from({ length: to - from }, (_, index) => ({
    name: `${prefix}-${from + index}`,
    password,
  }))
}

function hold(server: ServerScript, people: readonly Person[]): Loader {
  const loader = startLoader()
  // Never answered, so this never settles; it ends with the loader.
  loader.run(jobFor(server, people)).catch(() => {})
  return loader
}

function jobFor(server: ServerScript, people: readonly Person[]) {
  return {
    port: server.port,
    secret: benchSecret,
    people,
    sockets: Math.min(sockets, people.length),
    window: people.length,
    perSecond,
    timeoutMs: 600_000,
  }
}

async function untilOpen(server: ServerScript, wanted: number, ringing = 0): Promise<void> {
  for (let waitedMs = 0; waitedMs < 180_000; waitedMs += 100) {
    const state = (await ask(server, { kind: 'open' })) as { open: number; ringing: number }
    if (state.open >= wanted && state.ringing >= ringing) return
    await sleep(100)
  }
  throw new Error(`${wanted} requests were never held at once`)
}

/** How many are held once no more come. The system drops a datagram now and then, and nothing is sent again. */
async function untilSteady(server: ServerScript): Promise<number> {
  let last = -1
  for (;;) {
    const { open } = (await ask(server, { kind: 'open' })) as { open: number }
    if (open > 0 && open === last) return open
    last = open
    await sleep(3_000)
  }
}

/** Lets everything be compiled and loaded before the first measurement. */
async function warm(server: ServerScript): Promise<void> {
  const loader = startLoader()
  const people = peopleNamed('probe-warm', 0, warmUp)
  const done = measure(loader, 'Holdfast, held requests', server.pid, jobFor(server, people))
  await untilOpen(server, warmUp, warmUp)
  for (const { name } of people) await ask(server, { kind: 'answer', user: name })
  await done
  loader.stop()
}

/** Median time from the approval to the Accept, with everyone else waiting. */
async function answerProbes(server: ServerScript, level: number, held: number): Promise<number> {
  const loader = startLoader()
  const people = peopleNamed(`probe-${level}`, 0, probesEach)
  const done = measure(loader, 'Holdfast, held requests', server.pid, jobFor(server, people))
  await untilOpen(server, held + probesEach, probesEach)
  const tookMs: number[] = []
  for (const { name } of people) {
    tookMs.push(Number(await ask(server, { kind: 'answer', user: name })))
  }
  await done
  loader.stop()
  return median(tookMs)
}

async function memoryOf(server: ServerScript): Promise<{ held: number; rss: number }> {
  return (await ask(server, { kind: 'memory' })) as { held: number; rss: number }
}

async function ask(server: ServerScript, question: HeldQuestion): Promise<unknown> {
  const { answer } = (await server.ask(question)) as { answer: unknown }
  return answer
}
