import { execFile } from 'node:child_process'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type LabCertificates = {
  /** PEM text of the authority. */
  readonly ca: string
  readonly caFile: string
  readonly certificateFile: string
  /** Mode 0600, or Samba drops every TLS connection. */
  readonly keyFile: string
}

/**
 * Makes an authority, and one server certificate that is good for a month and ends before it, for names such
 * as `DNS:dc1.corp.example`.
 */
export async function makeCertificates(
  folder: string,
  names: readonly string[],
): Promise<LabCertificates> {
  const file = (name: string) => join(folder, name)
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  await run('openssl', [
    ...['req', '-x509', ...newKey, '-days', '60', '-subj', '/CN=Lab authority'],
    ...['-keyout', file('ca-key.pem'), '-out', file('ca.pem')],
  ])
  await run('openssl', [
    ...['req', ...newKey, '-subj', '/CN=lab server'],
    ...['-keyout', file('key.pem'), '-out', file('request.pem')],
  ])
  await writeFile(
    file('extensions'),
    `subjectAltName=${names.join(',')}\nkeyUsage=digitalSignature\nextendedKeyUsage=serverAuth\n`,
  )
  await run('openssl', [
    ...['x509', '-req', '-in', file('request.pem'), '-days', '30', '-extfile', file('extensions')],
    ...['-CA', file('ca.pem'), '-CAkey', file('ca-key.pem'), '-out', file('cert.pem')],
  ])
  await chmod(file('key.pem'), 0o600)
  return {
    ca: await readFile(file('ca.pem'), 'utf8'),
    caFile: file('ca.pem'),
    certificateFile: file('cert.pem'),
    keyFile: file('key.pem'),
  }
}
