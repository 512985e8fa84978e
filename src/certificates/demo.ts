import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createAuthority, type Issued, openAuthority } from './authority.ts'
import { createDeviceCertificate, createServerCertificate } from './issue.ts'

/** Name of the server of the demo; only its own devices ever see it. */
const serverName = 'radius.demo.example'
const days = 825

export type IssuedFiles = { readonly certFile: string; readonly keyFile: string }

/** A device of the demo that has a certificate, and where that and its key are. */
export type DemoDevice = IssuedFiles & { readonly person: string }

export type DemoCertificates = {
  /** Where the authority is, for devices to trust. Its folder must be there, and ours. */
  readonly authorityFile: string
  readonly server: IssuedFiles
  readonly devices: readonly DemoDevice[]
}

/**
 * Makes the demo's authority and its certificates for EAP, the server's and those of devices, where not all are
 * there and good at `nowMs`. The authority's key is not kept: nothing else will be signed.
 */
export async function makeDemoCertificates(
  { authorityFile, server, devices }: DemoCertificates,
  nowMs: number,
): Promise<void> {
  const wanted = [{ ...server, owner: serverName }, ...devices.map(ownedByPerson)]
  if (wanted.every((files) => isGood(authorityFile, files, nowMs))) return
  const request = { kind: 'ecdsa', days, nowMs } as const
  const authority = await createAuthority({ name: 'Holdfast demo', ...request })
  const issuer = openAuthority(authority)
  const names = [serverName]
  writeIssued(server, await createServerCertificate(issuer, { ...request, names }))
  for (const device of devices) {
    const principal = device.person
    writeIssued(device, await createDeviceCertificate(issuer, { ...request, principal }))
  }
  writeAnew(authorityFile, authority.certificate)
}

function ownedByPerson({ person, ...files }: DemoDevice) {
  return { ...files, owner: person }
}

/** Whether all of it can be read, belongs together, and is valid at this moment. */
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

/** What is there before is removed, never followed. */
function writeAnew(file: string, text: string): void {
  rmSync(file, { force: true })
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' })
}
