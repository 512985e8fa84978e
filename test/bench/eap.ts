import type { KeyKind } from '../../src/certificates/index.ts'
import type { EapMethod } from './eap-device.ts'
import { type EapLoader, startEapLoader } from './eap-loader.ts'
import { benchOpen } from './eap-open.ts'
import {
  type EapFiles,
  type EapServer,
  makeEapFiles,
  owner,
  serverName,
  startOurs,
  startPeer,
} from './eap-servers.ts'
import { runEapol } from './eapol.ts'
import { format, median, type Section, verdict } from './figures.ts'
import { benchSecret } from './gateway.ts'
import { cpuSeconds } from './process-cpu.ts'

const rounds = 5
const conversations = 400
/** Of each method, until compilers have settled. */
const warmUp = 6_000
const atOnce = 16
/** CPU of FreeRADIUS's that a conversation may take. */
const budgets = { full: 1.5, resumed: 2 }
const methods: readonly EapMethod[] = ['TTLS/PAP', 'PEAP/MSCHAPv2', 'EAP-TLS']
const kinds: readonly (readonly [name: string, kind: KeyKind])[] = [
  ['RSA-2048', 'rsa'],
  ['P-256', 'ecdsa'],
]

type Handshake = keyof typeof budgets
type Cost = { readonly perSecond: number; readonly cpuMs: number }
type Bench = {
  readonly loader: EapLoader
  readonly files: EapFiles
  readonly ours: EapServer
  readonly peer: EapServer
}

/** Conversations of EAP by TLS 1.2, the whole service against FreeRADIUS with the same certificates. */
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
  const [ours, peer] = [await startOurs(files, resumes), await startPeer(files, resumes)]
  try {
    return await use({ loader, files, ours, peer })
  } finally {
    await ours.stop()
    await peer.stop()
  }
}

async function compare(bench: Bench, handshake: Handshake, title: string): Promise<Section> {
  const { ours, peer } = bench
  const rows: string[][] = []
  const ratios: number[] = []
  for (const method of methods) {
    await converse(bench, ours, method, 'full', warmUp)
    await converse(bench, peer, method, 'full')
    if (handshake === 'resumed') await converse(bench, ours, method, handshake, warmUp)
    const costs: { readonly ours: Cost; readonly peer: Cost }[] = []
    for (let round = 0; round < rounds; round += 1) {
      costs.push({
        peer: await converse(bench, peer, method, handshake),
        ours: await converse(bench, ours, method, handshake),
      })
    }
    const middle = (pick: (cost: (typeof costs)[number]) => number) => median(costs.map(pick))
    const ratio = middle((cost) => cost.ours.cpuMs / cost.peer.cpuMs)
    ratios.push(ratio)
    rows.push([
      method,
      format(middle((cost) => cost.ours.perSecond)),
      format(
        middle((cost) => cost.ours.cpuMs),
        2,
      ),
      format(middle((cost) => cost.peer.perSecond)),
      format(
        middle((cost) => cost.peer.cpuMs),
        2,
      ),
      format(ratio, 2),
    ])
  }
  const worst = Math.max(...ratios)
  return {
    title,
    columns: ['', 'a second', 'CPU each, ms', 'FreeRADIUS, a second', 'CPU each, ms', 'CPU ratio'],
    rows,
    notes: [
      verdict(
        `at most ${format(worst, 2)} times the CPU of FreeRADIUS (${budgets[handshake]} wanted).`,
        worst <= budgets[handshake],
      ),
    ],
  }
}

/** One load. Throws unless all were accepted, and resumed where they should be. */
async function converse(
  { loader, files }: Pick<Bench, 'loader' | 'files'>,
  server: EapServer,
  method: EapMethod,
  handshake: Handshake,
  count = conversations,
): Promise<Cost> {
  const { caFile, certFile, keyFile } = files
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
    throw new Error(`${method}, ${handshake}: ${JSON.stringify(result)} of ${count}`)
  }
  return { perSecond: count / result.seconds, cpuMs }
}

/**
 * The same conversations by our own devices and by eapol_test: both must be accepted; what they cost
 * differs, and the page says so.
 */
async function checkTool(bench: Bench): Promise<Section> {
  const { files, peer } = bench
  const rows: string[][] = []
  for (const method of methods) {
    await converse(bench, peer, method, 'full')
    const own = await converse(bench, peer, method, 'full')
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
