import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EapFiles, owner } from '../sides/eap-servers.ts'
import { benchSecret } from '../sides/gateway.ts'
import type { EapMethod } from './eap-device.ts'

/** Copies of eapol_test, since each waits a tenth of a second before it begins again. */
const copies = 20

const lines: Readonly<Record<EapMethod, readonly string[]>> = {
  'TTLS/PAP': ['eap=TTLS', 'phase2="auth=PAP"'],
  'PEAP/MSCHAPv2': ['eap=PEAP', 'phase1="peapver=0"', 'phase2="auth=MSCHAPV2"'],
  'EAP-TLS': ['eap=TLS'],
}

/** The supplicant of hostapd, with full handshakes; gives how many of its conversations were accepted. */
export async function runEapol(
  port: number,
  method: EapMethod,
  files: EapFiles,
  conversations: number,
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-eapol-'))
  const network = join(folder, 'network.conf')
  writeFileSync(network, networkOf(method, files))
  const times = conversations / copies
  const accepts = await Promise.all(
    Array.from({ length: copies }, () => runCopy(port, network, times)),
  )
  rmSync(folder, { recursive: true })
  return accepts.reduce((sum, one) => sum + one, 0)
}

async function runCopy(port: number, network: string, times: number): Promise<number> {
  const child = spawn('eapol_test', [
    ...['-c', network, '-a', '127.0.0.1', '-p', String(port), '-s', benchSecret],
    ...['-t', '60', '-r', String(times - 1)],
  ])
  let printed = ''
  child.stdout.on('data', (text) => (printed += text))
  await new Promise((resolve) => child.on('close', resolve))
  return printed.match(/^EAP: Received EAP-Success/gm)?.length ?? 0
}

function networkOf(method: EapMethod, files: EapFiles): string {
  const network = [
    'fast_reauth=0',
    'network={',
    'key_mgmt=WPA-EAP',
    `identity="${owner.name}"`,
    `password="${owner.password}"`,
    `ca_cert="${files.caFile}"`,
    `client_cert="${files.certFile}"`,
    `private_key="${files.keyFile}"`,
    ...lines[method],
    '}',
    '',
  ]
  return network.join('\n')
}
