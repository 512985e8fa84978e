import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Makes NAME.pem and NAME.key for a device, of the authority that `makeCertificates` has put into the folder.
 * `extensions`: lines as OpenSSL's configuration has them, further sections included.
 */
export async function issueCertificate(
  folder: string,
  name: string,
  { serial, extensions }: { serial: number; extensions: readonly string[] },
): Promise<void> {
  const file = (suffix: string) => join(folder, `${name}.${suffix}`)
  writeFileSync(file('extensions'), ['extendedKeyUsage=clientAuth', ...extensions, ''].join('\n'))
  await run('openssl', [
    ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-subj', '/CN=alice', '-keyout', file('key'), '-out', file('csr')],
  ])
  await run('openssl', [
    ...['x509', '-req', '-in', file('csr'), '-days', '30', '-extfile', file('extensions')],
    ...['-CA', join(folder, 'ca.pem'), '-CAkey', join(folder, 'ca-key.pem')],
    ...['-set_serial', String(serial), '-out', file('pem')],
  ])
}

/** Makes NAME.pem and NAME.key for a responder that says which certificates were revoked, with a key as `genpkey` makes it. */
export async function issueResponder(
  folder: string,
  name: string,
  key: readonly string[],
): Promise<void> {
  const file = (suffix: string) => join(folder, `${name}.${suffix}`)
  writeFileSync(file('extensions'), 'extendedKeyUsage=OCSPSigning\nnoCheck=yes\n')
  await run('openssl', ['genpkey', ...key, '-out', file('key')])
  await run('openssl', [
    ...['req', '-new', '-key', file('key'), '-subj', `/CN=${name}`, '-out', file('csr')],
  ])
  await run('openssl', [
    ...['x509', '-req', '-in', file('csr'), '-days', '30', '-extfile', file('extensions')],
    ...['-CA', join(folder, 'ca.pem'), '-CAkey', join(folder, 'ca-key.pem')],
    ...['-out', file('pem')],
  ])
}

/** Lines for a userPrincipalName, and for the SID as Active Directory's own authority writes it (MS-WCCE 2.2.2.7.7.4). */
export function accountExtensions(name: string, sid: string): readonly string[] {
  return [
    `subjectAltName=${name}`,
    '1.3.6.1.4.1.311.25.2=ASN1:SEQUENCE:names',
    '[names]',
    'other=IMPLICIT:0,SEQUENCE:object_sid',
    '[object_sid]',
    'id=OID:1.3.6.1.4.1.311.25.2.1',
    `value=EXPLICIT:0,OCTETSTRING:${sid}`,
  ]
}
