import type { FreeRadius } from '../../lab/freeradius.ts'
import { type Loader, startLoader } from '../load/loader.ts'
import { measure } from '../load/measure.ts'
import { runRadclient } from '../load/radclient.ts'
import { runRounds } from '../load/rounds.ts'
import { wireJob, wireSide } from '../load/wire-load.ts'
import { format, type Section } from '../report/section.ts'
import { startServerScript } from '../sides/server-script.ts'
import { startWirePeer } from '../sides/wire-peer.ts'
import { ratioOf } from '../statistics/spread.ts'
import { columns, halfOf, p99Finding, rowOf } from './half-load.ts'
import type { Part } from './part.ts'

const names = ['Holdfast', 'FreeRADIUS'] as const
const slices = 8

/**
 * The real listener with a sign-in that only compares PAP with a password in memory, against
 * FreeRADIUS `files` + `pap`. And the load tool against radclient, on that same FreeRADIUS.
 */
export const benchWire: Part = async ({ rounds, say }) => {
  const loader = startLoader()
  const start = (perSecond?: number) => async (name: (typeof names)[number]) => {
    const server = await (name === 'Holdfast'
      ? startServerScript('./wire-server.ts')
      : startWirePeer())
    return wireSide(loader, name, server, perSecond)
  }
  try {
    const full = await runRounds({ names, rounds, slices, start: start(), say })
    const rate = halfOf(full.Holdfast)
    say(`now ${format(rate)} a second, half of our own maximum`)
    const half = await runRounds({ names, rounds, slices, start: start(rate), say })
    const cpu = (name: (typeof names)[number]) => full[name].map(({ cpuMicros }) => cpuMicros)
    const p99 = p99Finding('wire.p99', rate, half.Holdfast, half.FreeRADIUS)
    return [
      {
        title: 'The wire alone: PAP, 20,000 users in memory, no second factor, no audit',
        columns,
        rows: [
          rowOf('Holdfast', full.Holdfast),
          rowOf('FreeRADIUS `files` + `pap`', full.FreeRADIUS),
          rowOf(`Holdfast at ${format(rate)}/s, half of its maximum`, half.Holdfast),
          rowOf(`FreeRADIUS at ${format(rate)}/s`, half.FreeRADIUS),
        ],
        findings: [
          {
            id: 'wire.cpu',
            what: 'CPU per sign-in, in times that of FreeRADIUS',
            ratio: ratioOf(cpu('Holdfast'), cpu('FreeRADIUS')),
            atMost: 1,
          },
          p99.finding,
        ],
        notes: p99.notes,
        rounds: {
          Holdfast: full.Holdfast,
          FreeRADIUS: full.FreeRADIUS,
          'Holdfast at half load': half.Holdfast,
          'FreeRADIUS at half load': half.FreeRADIUS,
        },
      },
      await checkTool(loader),
    ]
  } finally {
    loader.stop()
  }
}

/** The same requests from radclient and from our own tool: both must count the same. */
async function checkTool(loader: Loader): Promise<Section> {
  const peer = await startWirePeer()
  try {
    return await compareTools(loader, peer)
  } finally {
    await peer.stop()
  }
}

async function compareTools(loader: Loader, peer: FreeRadius): Promise<Section> {
  const job = wireJob(peer.port)
  const { requests, lost, perSecond, cpuMicros } = await measure(
    loader,
    'FreeRADIUS',
    peer.pid,
    job,
  )
  const own = { accepts: requests - lost, rejects: 0, lost, perSecond, cpuMicros }
  const radclient = await runRadclient(peer, job.people)
  const row = (name: string, counts: typeof own) => [
    name,
    ...[requests, counts.accepts, counts.rejects, counts.lost, counts.perSecond].map((value) =>
      format(value),
    ),
    format(counts.cpuMicros, 1),
  ]
  return {
    title: 'The load tool, checked with radclient',
    columns: ['', 'requests', 'accepted', 'refused', 'lost', 'a second', 'server CPU each, µs'],
    rows: [row('test/bench/load/load.ts', own), row('`radclient -p 128`', radclient)],
    findings: [],
    notes: ['Both against the FreeRADIUS above. The rate of radclient is that of its own CPU.'],
    rounds: { own: [own], radclient: [radclient] },
  }
}
