import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FreeRadius, startFreeRadius } from '../../lab/freeradius.ts'
import { format, type Section, verdict } from '../figures.ts'
import { benchSecret } from '../sides/gateway.ts'
import type { Loader, Person } from '../load/loader.ts'
import { expectAccepts, type Measured, measure } from '../measure.ts'
import { benchPeople } from '../load/people.ts'
import { cpuSeconds } from '../machine/process-cpu.ts'
import { comparison, medianOf } from '../rounds.ts'
import { startServerScript } from '../sides/server-script.ts'

const rounds = 5
const people = benchPeople()
/** Each person signs in several times a round, so that the clock of /proc is fine enough. */
const load = Array.from({ length: 4 }, () => people).flat()
const radclientRequests = 20_000

/**
 * The real listener with a sign-in that only compares PAP with a password in memory, against
 * FreeRADIUS `files` + `pap`. And the load tool against radclient, on that same FreeRADIUS.
 */
export async function benchWire(loader: Loader): Promise<Section[]> {
  const ours = await startServerScript('./wire-server.ts')
  const peer = await startPeer()
  const job = (port: number, some: readonly Person[] = load) => ({
    port,
    secret: benchSecret,
    people: some,
    sockets: 16,
    window: 128,
    timeoutMs: 2_000,
  })
  try {
    for (const { pid, port } of [ours, peer]) await measure(loader, pid, job(port))
    const rates = { ours: [] as Measured[], peer: [] as Measured[] }
    for (let round = 0; round < rounds; round++) {
      rates.ours.push(await measure(loader, ours.pid, job(ours.port)))
      rates.peer.push(await measure(loader, peer.pid, job(peer.port)))
    }
    for (const one of rates.ours) expectAccepts('Holdfast, the wire', one, load.length)
    for (const one of rates.peer) expectAccepts('FreeRADIUS, the wire', one, load.length)
    const [mine, theirs] = [medianOf(rates.ours), medianOf(rates.peer)]
    const halfLoad = Math.round(mine.perSecond / 2)
    const atHalf = ({ pid, port }: { pid: number; port: number }) =>
      measure(loader, pid, { ...job(port), perSecond: halfLoad })
    const paced = { ours: await atHalf(ours), peer: await atHalf(peer) }
    return [
      wireSection(mine, theirs, paced, halfLoad),
      await toolSection(loader, peer, job(peer.port, people.slice(0, radclientRequests))),
    ]
  } finally {
    await ours.stop()
    await peer.stop()
  }
}

function wireSection(
  ours: Measured,
  peer: Measured,
  paced: { readonly ours: Measured; readonly peer: Measured },
  halfLoad: number,
): Section {
  return comparison({
    title: 'The wire alone: PAP, 20,000 users in memory, no second factor, no audit',
    sides: [
      ['Holdfast', ours],
      ['FreeRADIUS `files` + `pap`', peer],
      [`Holdfast at ${format(halfLoad)}/s, half its rate`, paced.ours],
      [`FreeRADIUS at ${format(halfLoad)}/s`, paced.peer],
    ],
    notes: [
      verdict(
        `CPU per sign-in ${format((ours.cpuMicros / peer.cpuMicros) * 100)} % of FreeRADIUS's (no more wanted).`,
        ours.cpuMicros <= peer.cpuMicros,
      ),
      verdict(
        `p99 of an answer of our own at half load ${format(paced.ours.p99Ms, 2)} ms (under 2 ms wanted).`,
        paced.ours.p99Ms < 2,
      ),
    ],
  })
}

/** The same requests from radclient and from our own tool: both must count the same. */
async function toolSection(
  loader: Loader,
  peer: FreeRadius,
  job: Parameters<Loader['run']>[0],
): Promise<Section> {
  const own = await measure(loader, peer.pid, job)
  const tool = await runRadclient(peer, job.people)
  return {
    title: 'The load tool, checked with radclient',
    columns: ['', 'requests', 'accepted', 'refused', 'lost', 'a second', 'server CPU each, µs'],
    rows: [
      [
        'test/bench/load.ts',
        ...[job.people.length, own.accepts, own.rejects, own.lost, own.perSecond].map((value) =>
          format(value),
        ),
        format(own.cpuMicros, 1),
      ],
      [
        '`radclient -p 128`',
        ...[job.people.length, tool.accepts, tool.rejects, tool.lost, tool.perSecond].map((value) =>
          format(value),
        ),
        format(tool.cpuMicros, 1),
      ],
    ],
    notes: ['Both against the FreeRADIUS above. The rate of radclient is that of its own CPU.'],
  }
}

async function runRadclient({ pid, port, folder }: FreeRadius, some: readonly Person[]) {
  const file = join(folder, 'requests')
  const packets = some.map(
    ({ name, password }) =>
      `User-Name = "${name}", User-Password = "${password}", Message-Authenticator = 0x00\n`,
  )
  writeFileSync(file, packets.join('\n'))
  const child = spawn('radclient', [
    ...['-q', '-s', '-p', '128', '-r', '1', '-f', file],
    ...[`127.0.0.1:${port}`, 'auth', benchSecret],
  ])
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (printed += text))
  const cpuBefore = cpuSeconds(pid)
  const startedAtMs = performance.now()
  await once(child, 'close')
  const seconds = (performance.now() - startedAtMs) / 1000
  const count = (name: string) => Number(new RegExp(`${name}\\s*:\\s*(\\d+)`).exec(printed)?.[1])
  return {
    accepts: count('Accepted'),
    rejects: count('Rejected'),
    lost: count('Lost'),
    perSecond: some.length / seconds,
    cpuMicros: ((cpuSeconds(pid) - cpuBefore) * 1e6) / some.length,
  }
}

function startPeer(): Promise<FreeRadius> {
  return startFreeRadius((folder) => {
    const users = people.map(
      ({ name, password }) => `${name} Cleartext-Password := "${password}"\n`,
    )
    writeFileSync(join(folder, 'users'), users.join(''))
    return {
      modules: `
  files {
    filename = ${folder}/users
  }
  pap {
  }`,
      authorize: `
    files
    pap`,
      authenticate: `
    Auth-Type PAP {
      pap
    }`,
    }
  })
}
