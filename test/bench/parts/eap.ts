import type { KeyKind } from '../../../src/certificates/index.ts'
import type { EapMethod } from '../load/eap-device.ts'
import { type EapLoader, startEapLoader } from '../load/eap-loader.ts'
import { benchOpen } from './eap-open.ts'
import {
  type EapFiles,
  type EapServer,
  makeEapFiles,
  owner,
  serverName,
  startOurs,
  startPeer,
} from '../sides/eap-servers.ts'
import { runEapol } from '../load/eapol.ts'
import { format, median, type Section, verdict } from '../figures.ts'
import { benchSecret } from '../sides/gateway.ts'
import { cpuSeconds } from '../machine/process-cpu.ts'

const rounds = 5
const conversations = 400
/** Of each method, until compilers have settled. */
const warmUp = 6_000
/** Devices at once: a busy hour, and the start of the day. */
const loads: readonly [number, number] = [16, 64]
/** CPU of FreeRADIUS's that a conversation may take. */
const budgets = { full: 1.5, resumed: 2 }
const methods: readonly EapMethod[] = ['TTLS/PAP', 'PEAP/MSCHAPv2', 'EAP-TLS']
const kinds: readonly (readonly [name: string, kind: KeyKind])[] = [
  ['RSA-2048', 'rsa'],
  ['P-256', 'ecdsa'],
]

const names = ['ours', 'peer', 'recording'] as const

type ServerName = (typeof names)[number]
type Handshake = keyof typeof budgets
type Cost = { readonly perSecond: number; readonly cpuMs: number }
type Load = {
  readonly method: EapMethod
  readonly handshake: Handshake
  readonly atOnce: number
  readonly count?: number
}
type Figure = Load &
  Readonly<Record<ServerName, Cost>> & {
    /** Ours to a FreeRADIUS that keeps nothing. */
    readonly ratio: number
    /** Ours to one that records as ours does. */
    readonly likeForLike: number
  }
type Bench = {
  readonly loader: EapLoader
  readonly files: EapFiles
  readonly servers: Readonly<Record<ServerName, EapServer>>
}

/**
 * Conversations of EAP by TLS 1.2, the whole service against FreeRADIUS with the same certificates: as it
 * comes, which keeps nothing of a sign-in, and with a line in its log and a durable row each, as in ours.
 */
export async function benchEap(): Promise<Section[]> {
  const loader = startEapLoader()
  const sections: Section[] = []
  for (const [name, kind] of kinds) {
    const files = await makeEapFiles(kind)
    const full = (bench: Bench) => compare(bench, 'full', `EAP, full handshakes, ${name}`)
    sections.push(await withServers(loader, files, false, full))
    if (kind === 'ecdsa') {
      const resumed = (bench: Bench) => compare(bench, 'resumed', 'EAP, resumed')
      sections.push(await withServers(loader, files, true, resumed))
      sections.push(await withServers(loader, files, false, checkTool))
      sections.push(await benchOpen(loader, files))
    }
    files.remove()
  }
  loader.stop()
  return sections
}

async function withServers(
  loader: EapLoader,
  files: EapFiles,
  resumes: boolean,
  use: (bench: Bench) => Promise<Section>,
): Promise<Section> {
  const servers = {
    ours: await startOurs(files, resumes),
    peer: await startPeer(files, resumes, false),
    recording: await startPeer(files, resumes, true),
  }
  try {
    return await use({ loader, files, servers })
  } finally {
    for (const server of Object.values(servers)) await server.stop()
  }
}

async function compare(bench: Bench, handshake: Handshake, title: string): Promise<Section> {
  const figures: Figure[] = []
  for (const method of methods) {
    const load: Load = { method, handshake: 'full', atOnce: loads[0] }
    for (const name of names) {
      await converse(bench, name, { ...load, count: name === 'ours' ? warmUp : conversations })
    }
    if (handshake === 'resumed') {
      await converse(bench, 'ours', { ...load, handshake, count: warmUp })
    }
    for (const atOnce of loads) figures.push(await measure(bench, { method, handshake, atOnce }))
  }
  return {
    title,
    columns: [
      ...['', 'at once', 'a second', 'CPU each, ms', 'FreeRADIUS, a second', 'CPU each, ms'],
      ...['CPU ratio', 'FreeRADIUS that records, CPU each, ms', 'CPU ratio'],
    ],
    rows: figures.map(({ method, atOnce, ours, peer, recording, ratio, likeForLike }) => [
      ...[method, format(atOnce), format(ours.perSecond), format(ours.cpuMs, 2)],
      ...[format(peer.perSecond), format(peer.cpuMs, 2), format(ratio, 2)],
      ...[format(recording.cpuMs, 2), format(likeForLike, 2)],
    ]),
    notes: [
      judge('FreeRADIUS that keeps nothing of a sign-in', handshake, figures, (one) => one.ratio),
      judge('FreeRADIUS that records', handshake, figures, (one) => one.likeForLike),
    ],
  }
}

function judge(
  whom: string,
  handshake: Handshake,
  figures: readonly Figure[],
  pick: (figure: Figure) => number,
): string {
  const worst = Math.max(...figures.map(pick))
  const wanted = budgets[handshake]
  const text = `at most ${format(worst, 2)} times the CPU of ${whom} (${wanted} wanted).`
  return verdict(text, worst <= wanted)
}

/** Rounds of all servers in turn, and the middle of each figure. */
async function measure(bench: Bench, load: Load): Promise<Figure> {
  const costs: Record<ServerName, Cost>[] = []
  for (let round = 0; round < rounds; round += 1) {
    costs.push({
      peer: await converse(bench, 'peer', load),
      ours: await converse(bench, 'ours', load),
      recording: await converse(bench, 'recording', load),
    })
  }
  const middle = (name: ServerName): Cost => ({
    perSecond: median(costs.map((cost) => cost[name].perSecond)),
    cpuMs: median(costs.map((cost) => cost[name].cpuMs)),
  })
  return {
    ...load,
    ours: middle('ours'),
    peer: middle('peer'),
    recording: middle('recording'),
    ratio: median(costs.map(({ ours, peer }) => ours.cpuMs / peer.cpuMs)),
    likeForLike: median(costs.map(({ ours, recording }) => ours.cpuMs / recording.cpuMs)),
  }
}

/** One load. Throws unless all were accepted, and resumed where they should be. */
async function converse(
  { loader, files, servers }: Bench,
  name: ServerName,
  { method, handshake, atOnce, count = conversations }: Load,
): Promise<Cost> {
  const { caFile, certFile, keyFile } = files
  const server = servers[name]
  const cpuBefore = cpuSeconds(server.pid)
  const result = await loader.run({
    ...{ caFile, certFile, keyFile, method, owner, serverName, atOnce },
    port: server.port,
    secret: benchSecret,
    conversations: count,
    resumes: handshake === 'resumed',
  })
  const cpuMs = ((cpuSeconds(server.pid) - cpuBefore) * 1_000) / count
  const wanted = handshake === 'resumed' ? count : 0
  if (result.accepts < count || result.resumed !== wanted) {
    throw new Error(`${name}, ${method}, ${handshake}: ${JSON.stringify(result)} of ${count}`)
  }
  return { perSecond: count / result.seconds, cpuMs }
}

/**
 * The same conversations by our own devices and by eapol_test: both must be accepted; what they cost
 * differs, and the page says so.
 */
async function checkTool(bench: Bench): Promise<Section> {
  const { files } = bench
  const { peer } = bench.servers
  const rows: string[][] = []
  for (const method of methods) {
    const load: Load = { method, handshake: 'full', atOnce: loads[0] }
    await converse(bench, 'peer', load)
    const own = await converse(bench, 'peer', load)
    const cpuBefore = cpuSeconds(peer.pid)
    const accepts = await runEapol(peer.port, method, files, conversations)
    const cpuMs = ((cpuSeconds(peer.pid) - cpuBefore) * 1_000) / conversations
    rows.push([
      method,
      format(conversations),
      format(own.cpuMs, 2),
      format(accepts),
      format(cpuMs, 2),
    ])
  }
  return {
    title: 'The load tool of EAP, checked with eapol_test',
    columns: [
      '',
      'test/bench/eap-load.ts: accepted',
      'server CPU each, ms',
      '`eapol_test`: accepted',
      'server CPU each, ms',
    ],
    rows,
    notes: [`${conversations} conversations each, against FreeRADIUS, P-256.`],
  }
}
