import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Loader, startLoader } from '../load/loader.ts'
import { measure } from '../load/measure.ts'
import { benchPeople } from '../load/people.ts'
import { formatSpread, type Section } from '../report/section.ts'
import { startApp } from '../sides/app.ts'
import { untilCodesLast, withCodes } from '../sides/enrolled.ts'
import { benchSecret } from '../sides/gateway.ts'
import type { ToldMemory } from '../sides/tell-memory.ts'
import { spreadOf } from '../statistics/spread.ts'
import { inTurns, type PerSide } from '../statistics/turns.ts'
import { scriptIn } from './checkouts.ts'

const names = ['before', 'after'] as const
type Name = (typeof names)[number]

const people = benchPeople(4_000)
/** Until what starting left behind is gone. */
const settleMs = 5_000
const mebibyte = 1024 * 1024
/** What another kind of store may cost those who do not use it. */
const budgetMebibytes = 3

type Round = { readonly started: ToldMemory; readonly used: ToldMemory }

/** Starts both in turn with a store in a file, and asks what they hold, before and after people have signed in. */
export async function compareMemory(
  checkouts: PerSide<Name, string>,
  rounds: number,
  say: (line: string) => void,
): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-memory-'))
  const loader = startLoader()
  try {
    const store = join(folder, 'store.db')
    // The later one reads the tables of the earlier one, and not the other way round.
    const { enrolEverybody }: typeof import('../sides/enrolled.ts') = await import(
      scriptIn(checkouts.before, 'enrolled.ts')
    )
    const master = await enrolEverybody(store, people, ({ name }) => `people:${name}`)
    const done = await inTurns(names, rounds, async (name, round) => {
      const measured = await runOne(loader, checkouts[name], { store, master })
      say(`round ${round + 1} of ${rounds}: ${name}: ${mebibytes(measured.used.heldBytes)} MB held`)
      return measured
    })
    return section(checkouts, done)
  } finally {
    loader.stop()
    rmSync(folder, { recursive: true })
  }
}

async function runOne(
  loader: Loader,
  checkout: string,
  enrolled: { readonly store: string; readonly master: Uint8Array },
): Promise<Round> {
  const app = await startApp(
    (folder) => {
      copyFileSync(enrolled.store, join(folder, 'store.db'))
      const key = Buffer.from(enrolled.master).toString('base64')
      writeFileSync(join(folder, 'key'), key, { mode: 0o600 })
      const users = people.map(({ name, password }) => `${name}: { password: "${password}" }\n`)
      writeFileSync(join(folder, 'people.yaml'), users.join(''), { mode: 0o600 })
      return `
store: { sqlite: ${folder}/store.db }
sealing_key: file:${folder}/key
directories:
  people: { type: local, users_file: ${folder}/people.yaml }
gateways:
  vpn: { address: 127.0.0.1, secret: ${benchSecret}, flow: append, patience: 20s }
`
    },
    checkout,
    new URL('../sides/tell-memory.ts', import.meta.url),
  )
  try {
    await sleep(settleMs)
    const started = await app.memory()
    await untilCodesLast(9_000)
    await measure(loader, checkout, app.pid, {
      ...{ port: app.port, secret: benchSecret, people: withCodes(people) },
      ...{ sockets: 16, window: 200, timeoutMs: 10_000 },
    })
    await sleep(settleMs)
    return { started, used: await app.memory() }
  } finally {
    await app.stop()
  }
}

function section(checkouts: PerSide<Name, string>, done: PerSide<Name, readonly Round[]>): Section {
  const figure = (name: Name, when: keyof Round, what: keyof ToldMemory) =>
    done[name].map((round) => round[when][what] / mebibyte)
  const more = (when: keyof Round, what: keyof ToldMemory) => {
    const before = figure('before', when, what)
    return spreadOf(figure('after', when, what).map((value, round) => value - (before[round] ?? 0)))
  }
  return {
    title: 'Before and after: memory of the whole service with SQLite',
    columns: [
      ...['', 'held after the start, MB', 'resident, MB'],
      ...[`held after ${people.length} sign-ins, MB`, 'resident, MB'],
    ],
    rows: names.map((name) => [
      `${name}: ${checkouts[name]}`,
      ...(['started', 'used'] as const).flatMap((when) =>
        (['heldBytes', 'residentBytes'] as const).map((what) =>
          formatSpread(spreadOf(figure(name, when, what)), 1),
        ),
      ),
    ]),
    findings: [
      {
        id: 'compare.started',
        what: 'Held after the start, after - before, MB',
        ratio: more('started', 'heldBytes'),
        atMost: budgetMebibytes,
      },
      {
        id: 'compare.used',
        what: 'Held after sign-ins, after - before, MB',
        ratio: more('used', 'heldBytes'),
        atMost: budgetMebibytes,
      },
      {
        id: 'compare.resident',
        what: 'Resident after the start, after - before, MB',
        ratio: more('started', 'residentBytes'),
      },
    ],
    notes: [
      'Held is heap and external memory of the main thread, after a full collection. Resident memory has the threads and the code too, and differs from start to start.',
    ],
    rounds: done,
  }
}

function mebibytes(bytes: number): string {
  return (bytes / mebibyte).toFixed(1)
}
