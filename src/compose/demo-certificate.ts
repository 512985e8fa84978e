import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config } from '../config/index.ts'
import type { Clock } from '../support/index.ts'

/** Name of the server of the demo; only its own devices ever see it. */
const serverName = 'radius.demo.example'
const days = 825

/** Where the demo's authority is, for devices to trust; undefined where there is none. */
export function demoAuthorityFile({ demo, eap }: Config): string | undefined {
  if (demo?.wifiCertificate !== true || eap === undefined) return undefined
  return join(dirname(eap.certFile), 'wifi-ca.pem')
}

/**
 * Makes the demo's authority and its certificate for EAP where the configuration asks for them and there
 * are none that are still good. The authority's key is not kept: nothing else will be signed.
 */
export async function makeDemoCertificate(config: Config, clock: Clock): Promise<void> {
  const { eap } = config
  const authorityFile = demoAuthorityFile(config)
  if (authorityFile === undefined || eap === undefined) return
  const nowMs = clock.nowMs()
  if (existsSync(authorityFile) && isGood(eap.certFile, nowMs) && existsSync(eap.keyFile)) return
  // Only here: nobody else pays for what makes certificates.
  const certificates = await import('../certificates/index.ts')
  const authority = await certificates.createAuthority({
    name: 'Holdfast demo',
    kind: 'ecdsa',
    nowMs,
  })
  const server = await certificates.createServerCertificate(certificates.openAuthority(authority), {
    names: [serverName],
    kind: 'ecdsa',
    days,
    nowMs,
  })
  mkdirSync(dirname(authorityFile), { recursive: true, mode: 0o750 })
  writeAnew(eap.keyFile, server.key)
  writeAnew(eap.certFile, server.certificate)
  writeAnew(authorityFile, authority.certificate)
}

function isGood(file: string, nowMs: number): boolean {
  try {
    return Date.parse(new X509Certificate(readFileSync(file)).validTo) > nowMs
  } catch {
    return false
  }
}

/** What stands there before is removed, never followed. */
function writeAnew(file: string, text: string): void {
  rmSync(file, { force: true })
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' })
}
