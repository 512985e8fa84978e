import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Issued } from '../certificates/index.ts'
import type { Config } from '../config/index.ts'
import { prepareOwnFolder } from '../ops/index.ts'
import type { Clock } from '../support/index.ts'

/** Name of the server of the demo; only its own devices ever see it. */
const serverName = 'radius.demo.example'
const days = 825

type IssuedFiles = { readonly certFile: string; readonly keyFile: string }

/** A device of the demo that has a certificate, and where that and its key are. */
export type DemoDevice = IssuedFiles & { readonly person: string }

/** Where the demo's authority is, for devices to trust; undefined where there is none. */
export function demoAuthorityFile({ demo, eap }: Config): string | undefined {
  return demo?.wifiCertificate === true ? eap?.devices?.caFile : undefined
}

/** Devices that come by EAP-TLS. */
export function demoDevices(config: Config): readonly DemoDevice[] {
  const authorityFile = demoAuthorityFile(config)
  if (authorityFile === undefined) return []
  const folder = dirname(authorityFile)
  return (config.demo?.wifiDevices ?? []).map((person) => ({
    person,
    certFile: join(folder, `wifi-device-${person}.pem`),
    keyFile: join(folder, `wifi-device-${person}-key.pem`),
  }))
}

/**
 * Makes the demo's authority and its certificates for EAP, the server's and those of devices, where the
 * configuration asks for them and not all are there and good. The authority's key is not kept: nothing else
 * will be signed. Throws OpsError `socket-not-usable` where others could put files of theirs into the folder.
 */
export async function makeDemoCertificate(config: Config, clock: Clock): Promise<void> {
  const { eap } = config
  const authorityFile = demoAuthorityFile(config)
  if (authorityFile === undefined || eap === undefined) return
  await prepareOwnFolder(dirname(authorityFile))
  const devices = demoDevices(config)
  const nowMs = clock.nowMs()
  const wanted = [{ ...eap, owner: serverName }, ...devices.map(ownedByPerson)]
  if (wanted.every((files) => isGood(authorityFile, files, nowMs))) return
  // Only here: nobody else pays for what makes certificates.
  const certificates = await import('../certificates/index.ts')
  const request = { kind: 'ecdsa', days, nowMs } as const
  const authority = await certificates.createAuthority({ name: 'Holdfast demo', ...request })
  const issuer = certificates.openAuthority(authority)
  const names = [serverName]
  writeIssued(eap, await certificates.createServerCertificate(issuer, { ...request, names }))
  for (const device of devices) {
    const principal = device.person
    writeIssued(
      device,
      await certificates.createDeviceCertificate(issuer, { ...request, principal }),
    )
  }
  writeAnew(authorityFile, authority.certificate)
}

function ownedByPerson({ person, ...files }: DemoDevice) {
  return { ...files, owner: person }
}

/** Whether all of it can be read, belongs together, and counts at this moment. */
function isGood(
  authorityFile: string,
  { certFile, keyFile, owner }: IssuedFiles & { readonly owner: string },
  nowMs: number,
): boolean {
  try {
    const authority = new X509Certificate(readFileSync(authorityFile))
    const certificate = new X509Certificate(readFileSync(certFile))
    return (
      certificate.subject === `CN=${owner}` &&
      certificate.checkPrivateKey(createPrivateKey(readFileSync(keyFile))) &&
      certificate.verify(authority.publicKey) &&
      [authority, certificate].every(
        ({ validFromDate, validToDate }) =>
          validFromDate.getTime() <= nowMs && nowMs < validToDate.getTime(),
      )
    )
  } catch {
    return false
  }
}

function writeIssued({ certFile, keyFile }: IssuedFiles, { certificate, key }: Issued): void {
  writeAnew(keyFile, key)
  writeAnew(certFile, certificate)
}

/** What stands there before is removed, never followed. */
function writeAnew(file: string, text: string): void {
  rmSync(file, { force: true })
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' })
}
