import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import * as vectors from '../vectors/certificates.ts'

/** A network block of wpa_supplicant.conf; texts are without their quotes. */
export type Network = Readonly<Record<string, string | number>>

/** What became of a sign-in with eapol_test. */
export type EapolResult = {
  readonly isAccepted: boolean
  /** Whether the keys of the gateway are those of the device. */
  readonly keysFit: boolean
  /** Values of the last reply by attribute number, as eapol_test prints them: numbers and bytes as hex. */
  readonly attributes: ReadonlyMap<number, readonly string[]>
  readonly output: string
}

export type EapolOptions = {
  readonly port: number
  /** NAS-Identifier. */
  readonly gateway: string
  /** A network block, or the text of a whole file with one. */
  readonly network: Network | string
  /** Further arguments of eapol_test, such as `-n` where no keys have to be compared. */
  readonly more?: readonly string[]
}

/** Words of the configuration, which are not texts. */
const words = new Set(['eap', 'key_mgmt'])

/**
 * Signs in once with eapol_test: the supplicant of hostapd, with a RADIUS client where there would be a
 * radio. Gives up after 20 s.
 */
export async function signInByEapol(options: EapolOptions): Promise<EapolResult> {
  const { port, gateway, network, more = [] } = options
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-eapol-'))
  const file = join(folder, 'network.conf')
  const isText = typeof network === 'string'
  writeFileSync(file, isText ? network : networkBlock({ key_mgmt: 'WPA-EAP', ...network }))
  const child = spawn('eapol_test', [
    ...['-c', file, '-a', '127.0.0.1', '-p', String(port), '-s', 'testing123'],
    ...['-t', '40', '-N', `32:s:${gateway}`, ...more],
  ])
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
  await new Promise((resolve) => child.on('close', resolve))
  rmSync(folder, { recursive: true, force: true })
  return {
    isAccepted: /^SUCCESS$/m.test(output),
    keysFit: /^MPPE keys OK: [1-9]\d*\s+mismatch: 0$/m.test(output),
    attributes: attributesOf(output.slice(output.lastIndexOf('Received RADIUS message'))),
    output,
  }
}

/** That the gateway let the device in, with the same keys on both sides. */
export function expectIn({ isAccepted, keysFit, output }: EapolResult): void {
  expect(isAccepted, output).to.equal(true)
  expect(keysFit, output).to.equal(true)
}

/**
 * Puts into a folder an authority (`ca.pem`), a server's certificate of it (`server.pem`) with its key
 * (`server.key`), and further files by their names. Gives the settings under `eap:` that name them.
 */
export function writeServerCertificate(
  folder: string,
  further: Readonly<Record<string, string>> = {},
): { readonly cert_file: string; readonly key_file: string } {
  const files = {
    'ca.pem': vectors.authority,
    'server.pem': vectors.serverCertificate,
    'server.key': vectors.serverKey,
    ...further,
  }
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
  }
  return { cert_file: 'server.pem', key_file: 'server.key' }
}

function networkBlock(network: Network): string {
  const lines = Object.entries(network).map(([name, value]) => {
    const isText = typeof value === 'string' && !words.has(name)
    return `  ${name}=${isText ? `"${value}"` : value}`
  })
  return ['network={', ...lines, '}', ''].join('\n')
}

function attributesOf(reply: string): ReadonlyMap<number, readonly string[]> {
  const attributes = new Map<number, readonly string[]>()
  const printed = /^ {3}Attribute (\d+) \([^)]*\) length=\d+\n {6}Value: (.*)$/gm
  for (const [, type = '', value = ''] of reply.matchAll(printed)) {
    const known = attributes.get(Number(type)) ?? []
    attributes.set(Number(type), [...known, value])
  }
  return attributes
}
