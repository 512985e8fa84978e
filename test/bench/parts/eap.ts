import type { KeyKind } from '../../../src/certificates/index.ts'
import { converse } from '../load/converse.ts'
import type { EapMethod } from '../load/eap-device.ts'
import { type EapLoader, startEapLoader } from '../load/eap-loader.ts'
import { runEapol } from '../load/eapol.ts'
import type { Measured } from '../load/measured.ts'
import { cpuSeconds } from '../machine/process-cpu.ts'
import { type Finding, format, formatSpread, type Section } from '../report/section.ts'
import { type EapFiles, makeEapFiles, startOurs, startPeer } from '../sides/eap-servers.ts'
import type { RadiusServer } from '../sides/radius-server.ts'
import { ratioOf, type Spread, spreadOf } from '../statistics/spread.ts'
import { inTurns, type PerSide } from '../statistics/turns.ts'
import { warmUp } from '../statistics/warm-up.ts'
import { benchOpen } from './eap-open.ts'
import type { Part, PartOptions } from './part.ts'

const conversations = 400
/** Compilers settle after some 6,000 conversations. */
const mostWindows = 16
/** Devices at once: a busy hour, and the start of the day. */
const loads: readonly [number, number] = [16, 64]
/** Times the CPU of FreeRADIUS that a conversation may take. */
const budgets = { full: 1.5, resumed: 2 }
const methods: readonly EapMethod[] = ['TTLS/PAP', 'PEAP/MSCHAPv2', 'EAP-TLS']
const kinds: readonly (readonly [name: string, kind: KeyKind])[] = [
  ['RSA-2048', 'rsa'],
  ['P-256', 'ecdsa'],
]

/** `recording`: a FreeRADIUS that records what ours records. */
const names = ['ours', 'peer', 'recording'] as const

type Name = (typeof names)[number]
type Handshake = keyof typeof budgets
type Figure = {
  readonly method: EapMethod
  readonly atOnce: number
  readonly rounds: PerSide<Name, readonly Measured[]>
  /** Our CPU, in times that of a FreeRADIUS that keeps nothing. */
  readonly ratio: Spread
  /** The same with one that records as ours does. */
  readonly likeForLike: Spread
}
type Bench = PartOptions & {
  readonly loader: EapLoader
  readonly files: EapFiles
  readonly servers: PerSide<Name, RadiusServer>
}

/**
 * Conversations of EAP by TLS 1.2, the whole service against FreeRADIUS with the same certificates: as it
 * comes, which keeps nothing of a sign-in, and with a line in its log and a durable row each, as in ours.
 */
export const benchEap: Part = async (options) => {
  const loader = startEapLoader()
  const sections: Section[] = []
  for (const [name, kind] of kinds) {
    const files = await makeEapFiles(kind)
    const use = async (resumes: boolean, run: (bench: Bench) => Promise<Section>) => {
      sections.push(await withServers({ ...options, loader, files }, resumes, run))
    }
    await use(false, (bench) => compare(bench, 'full', `EAP, full handshakes, ${name}`))
    if (kind === 'ecdsa') {
      await use(true, (bench) => compare(bench, 'resumed', 'EAP, resumed'))
      await use(false, checkTool)
      sections.push(await benchOpen(loader, files))
    }
    files.remove()
  }
  loader.stop()
  return sections
}

async function withServers(
  options: Omit<Bench, 'servers'>,
  resumes: boolean,
  run: (bench: Bench) => Promise<Section>,
): Promise<Section> {
  const { files } = options
  const servers = {
    ours: await startOurs(files, resumes),
    peer: await startPeer(files, resumes, false),
    recording: await startPeer(files, resumes, true),
  }
  try {
    return await run({ ...options, servers })
  } finally {
    for (const server of Object.values(servers)) await server.stop()
  }
}

async function compare(bench: Bench, handshake: Handshake, title: string): Promise<Section> {
  const figures: Figure[] = []
  for (const method of methods) {
    const full = { method, resumes: false, atOnce: loads[0], count: conversations }
    const resumes = handshake === 'resumed'
    // The devices need sessions to come back with, of each server.
    if (resumes) await warm(bench, full)
    await warm(bench, { ...full, resumes })
    for (const atOnce of loads) {
      bench.say(`${title}: ${method}, ${atOnce} at once`)
      figures.push(await measureOne(bench, { ...full, resumes, atOnce }))
    }
  }
  return {
    title,
    columns: [
      ...['', 'at once', 'a second', 'CPU each, ms', 'FreeRADIUS, a second', 'CPU each, ms'],
      ...['CPU ratio', 'FreeRADIUS that records, CPU each, ms', 'CPU ratio'],
    ],
    rows: figures.map(rowOf),
    findings: [
      worst(`${idOf(title)}.plain`, 'that keeps nothing', handshake, figures, (one) => one.ratio),
      worst(
        `${idOf(title)}.recording`,
        'that records',
        handshake,
        figures,
        (one) => one.likeForLike,
      ),
    ],
    notes: [],
    rounds: Object.fromEntries(
      figures.flatMap(({ method, atOnce, rounds }) =>
        names.map((name) => [`${name}, ${method}, ${atOnce} at once`, rounds[name]]),
      ),
    ),
  }
}

type Load = Parameters<typeof converse>[3]

async function warm({ loader, files, servers }: Bench, load: Load): Promise<void> {
  const run = async (name: Name) => (await converse(loader, files, servers[name], load)).perSecond
  await warmUp(names, run, mostWindows)
}

async function measureOne({ loader, files, servers, rounds }: Bench, load: Load): Promise<Figure> {
  const run = (name: Name) => converse(loader, files, servers[name], load)
  const done = await inTurns(names, rounds, run)
  const cpu = (name: Name) => done[name].map(({ cpuMicros }) => cpuMicros)
  return {
    ...load,
    rounds: done,
    ratio: ratioOf(cpu('ours'), cpu('peer')),
    likeForLike: ratioOf(cpu('ours'), cpu('recording')),
  }
}

function rowOf({ method, atOnce, rounds, ratio, likeForLike }: Figure): string[] {
  const rate = (name: Name) =>
    format(spreadOf(rounds[name].map(({ perSecond }) => perSecond)).median)
  const cpuMs = (name: Name) =>
    format(spreadOf(rounds[name].map(({ cpuMicros }) => cpuMicros / 1_000)).median, 2)
  return [
    ...[method, format(atOnce), rate('ours'), cpuMs('ours'), rate('peer'), cpuMs('peer')],
    ...[formatSpread(ratio, 2), cpuMs('recording'), formatSpread(likeForLike, 2)],
  ]
}

/** `EAP, full handshakes, P-256` as `eap-full-handshakes-p-256`. */
function idOf(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
}

/** The method and load that costs most in comparison. */
function worst(
  id: string,
  which: string,
  handshake: Handshake,
  figures: readonly Figure[],
  pick: (figure: Figure) => Spread,
): Finding {
  const [most] = figures.toSorted((left, right) => pick(right).median - pick(left).median)
  if (most === undefined) throw new Error('nothing was measured')
  return {
    id,
    what: `CPU per conversation in times that of FreeRADIUS ${which}, at worst (${most.method}, ${most.atOnce} at once)`,
    ratio: pick(most),
    atMost: budgets[handshake],
  }
}

/**
 * The same conversations by our own devices and by eapol_test: both must be accepted; what they cost
 * differs, and the page says so.
 */
async function checkTool({ loader, files, servers: { peer } }: Bench): Promise<Section> {
  const rows: string[][] = []
  for (const method of methods) {
    const load = { method, resumes: false, atOnce: loads[0], count: conversations }
    await converse(loader, files, peer, load)
    const own = await converse(loader, files, peer, load)
    const cpuBefore = cpuSeconds(peer.pid)
    const accepts = await runEapol(peer.port, method, files, conversations)
    const cpuMs = ((cpuSeconds(peer.pid) - cpuBefore) * 1_000) / conversations
    rows.push([
      ...[method, format(conversations), format(own.cpuMicros / 1_000, 2)],
      ...[format(accepts), format(cpuMs, 2)],
    ])
  }
  return {
    title: 'The load tool of EAP, checked with eapol_test',
    columns: [
      ...['', 'test/bench/load/eap-load.ts: accepted', 'server CPU each, ms'],
      ...['`eapol_test`: accepted', 'server CPU each, ms'],
    ],
    rows,
    findings: [],
    notes: [`${conversations} conversations each, against FreeRADIUS, P-256.`],
    rounds: {},
  }
}
