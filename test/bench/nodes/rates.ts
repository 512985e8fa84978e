import type { Person } from '../load/loader.ts'
import { type Loader, startLoader } from '../load/loader.ts'
import { measure } from '../load/measure.ts'
import { benchPeople } from '../load/people.ts'
import { type Round, runRounds, type Side } from '../load/rounds.ts'
import { columns, rowOf } from '../parts/half-load.ts'
import type { PartOptions } from '../parts/part.ts'
import type { Section } from '../report/section.ts'
import { untilCodesLast, withCodes } from '../sides/enrolled.ts'
import { benchSecret } from '../sides/gateway.ts'
import { ratioOf } from '../statistics/spread.ts'
import { type EnrolledDatabase, enrolDatabase } from './database.ts'
import { type Servers, startOnPostgresql, startOnSqlite, startPeer } from './servers.ts'

/** People who sign in with codes made at one moment. */
const chunk = 2_000
const windows = 8
const slices = 5
const people = benchPeople(chunk * (windows + slices))

const names = ['SQLite', 'one node', 'two nodes', 'FreeRADIUS'] as const
type Name = (typeof names)[number]

/** In flight. A FreeRADIUS with 32 connections gains nothing from more than twice as many. */
const atOnce = { SQLite: 200, 'one node': 200, 'two nodes': 200, FreeRADIUS: 64 }

/**
 * PAP and TOTP with replay memory and a durable audit row each. The sides are one node with SQLite, one and two on
 * PostgreSQL, and FreeRADIUS with its PostgreSQL module, which reads the password and writes a row. In each round every
 * side starts again, since a code can be used once.
 */
export async function benchRates({ rounds, say }: PartOptions): Promise<Section> {
  const loader = startLoader()
  say(`enrolling ${people.length} people`)
  const enrolled = await enrolDatabase(people)
  try {
    const done = await runRounds({
      ...{ names, rounds, slices, say },
      mostWindows: windows,
      start: async (name) => sideOf(loader, name, await start(enrolled, name)),
    })
    const figures = (name: Name, figure: 'perSecond' | 'cpuMicros') =>
      done[name].map((round: Round) => round[figure])
    const ratio = (one: Name, other: Name, figure: 'perSecond' | 'cpuMicros' = 'perSecond') =>
      ratioOf(figures(one, figure), figures(other, figure))
    return {
      title: 'PAP + TOTP + durable audit, on SQLite and on PostgreSQL',
      columns,
      rows: [
        rowOf('Holdfast with SQLite', done.SQLite),
        rowOf('Holdfast, one node on PostgreSQL', done['one node']),
        rowOf('Holdfast, two nodes on PostgreSQL', done['two nodes']),
        rowOf('FreeRADIUS `sql` on PostgreSQL: password and a row, no code', done.FreeRADIUS),
      ],
      findings: [
        {
          id: 'nodes.sqlite',
          what: 'Sign-ins a second of one node on PostgreSQL, in times those with SQLite',
          ratio: ratio('one node', 'SQLite'),
        },
        {
          id: 'nodes.two',
          what: 'Sign-ins a second of two nodes, in times those of one',
          ratio: ratio('two nodes', 'one node'),
        },
        {
          id: 'nodes.rate',
          what: 'Sign-ins a second of one node on PostgreSQL, in times those of FreeRADIUS',
          ratio: ratio('one node', 'FreeRADIUS'),
        },
        {
          id: 'nodes.cpu',
          what: 'CPU per sign-in of one node on PostgreSQL, in times that of FreeRADIUS',
          ratio: ratio('one node', 'FreeRADIUS', 'cpuMicros'),
        },
      ],
      notes: [
        'CPU is that of the RADIUS servers, of both nodes together; PostgreSQL has its own, on the same cores.',
      ],
      rounds: done,
    }
  } finally {
    loader.stop()
    await enrolled.stop()
  }
}

function start(enrolled: EnrolledDatabase, name: Name): Promise<Servers> {
  switch (name) {
    case 'SQLite':
      return startOnSqlite(enrolled, people)
    case 'one node':
      return startOnPostgresql(enrolled, people, 1)
    case 'two nodes':
      return startOnPostgresql(enrolled, people, 2)
    case 'FreeRADIUS':
      return startPeer(enrolled)
  }
}

function sideOf(loader: Loader, name: Name, { pids, ports, stop }: Servers): Side {
  const [port = 0, ...morePorts] = ports
  const run = async (all: readonly Person[]) => {
    // No one's code ends while it is on its way.
    await untilCodesLast(9_000)
    const job = {
      ...{ port, morePorts, secret: benchSecret, sockets: 16, timeoutMs: 10_000 },
      people: name === 'FreeRADIUS' ? all : withCodes(all),
      window: atOnce[name],
    }
    return measure(loader, name, pids, job)
  }
  let warmed = 0
  return {
    warm() {
      warmed += chunk
      return run(people.slice(warmed - chunk, warmed))
    },
    slice: (index) => run(people.slice((windows + index) * chunk, (windows + index + 1) * chunk)),
    stop,
  }
}
