import { execFile, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeCertificates } from './certificates.ts'
import { stopOnExit } from './child.ts'
import { openLdapAdmin, openLdapBase, openLdapLdif, openLdapPassword } from './openldap-people.ts'
import { freePort, untilPort } from './port.ts'

const run = promisify(execFile)

/** A running slapd with the people of openldap-people.ts. */
export type OpenLdap = {
  readonly ldapUrl: string
  readonly ldapsUrl: string
  /** PEM text. The certificate is for 127.0.0.1, not for localhost. */
  readonly ca: string
  readonly baseDn: string
  readonly bindDn: string
  /** May change everything; same password. */
  readonly adminDn: string
  readonly password: string
}

let started: Promise<OpenLdap> | undefined

/**
 * Starts one slapd for the whole test run, on free ports of the loopback. It has no memberOf, and a password policy:
 * three wrong passwords lock for a minute, and say so. It is stopped when the run ends.
 */
export function startOpenLdap(furtherLdif = ''): Promise<OpenLdap> {
  started ??= start(furtherLdif)
  return started
}

async function start(furtherLdif: string): Promise<OpenLdap> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-slapd-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    return await startIn(folder, furtherLdif, remove)
  } catch (error) {
    remove()
    throw error
  }
}

async function startIn(folder: string, furtherLdif: string, remove: () => void): Promise<OpenLdap> {
  const certificates = await makeCertificates(folder, ['IP:127.0.0.1'])
  const [plainPort, tlsPort] = [await freePort(), await freePort()]
  const configFile = join(folder, 'slapd.conf')
  await mkdir(join(folder, 'data'))
  await writeFile(
    configFile,
    [
      ...['core', 'cosine', 'inetorgperson', 'nis'].map(
        (schema) => `include /etc/ldap/schema/${schema}.schema`,
      ),
      ...['modulepath /usr/lib/ldap', 'moduleload back_mdb', 'moduleload ppolicy'],
      `pidfile ${folder}/slapd.pid`,
      `TLSCACertificateFile ${certificates.caFile}`,
      `TLSCertificateFile ${certificates.certificateFile}`,
      `TLSCertificateKeyFile ${certificates.keyFile}`,
      ...['database mdb', `suffix "${openLdapBase}"`, `directory ${folder}/data`],
      ...[`rootdn "${openLdapAdmin}"`, `rootpw ${openLdapPassword}`],
      ...['index objectClass,uid,member,memberUid,entryUUID eq'],
      'access to attrs=userPassword by anonymous auth by * none',
      'access to * by users read',
      ...['overlay ppolicy', `ppolicy_default "cn=policy,${openLdapBase}"`, 'ppolicy_use_lockout'],
      '',
    ].join('\n'),
  )
  const ldifFile = join(folder, 'people.ldif')
  await writeFile(ldifFile, `${openLdapLdif()}\n${furtherLdif}`)
  await run('/usr/sbin/slapadd', ['-f', configFile, '-l', ldifFile])
  const urls = `ldap://127.0.0.1:${plainPort}/ ldaps://127.0.0.1:${tlsPort}/`
  const child = spawn('/usr/sbin/slapd', ['-f', configFile, '-h', urls, '-d', '0'], {
    stdio: 'ignore',
  })
  stopOnExit(child, remove)
  await untilPort(tlsPort, 'open', 60_000)
  return {
    ldapUrl: `ldap://127.0.0.1:${plainPort}`,
    ldapsUrl: `ldaps://127.0.0.1:${tlsPort}`,
    ca: certificates.ca,
    baseDn: openLdapBase,
    bindDn: `uid=holdfast,${openLdapBase}`,
    adminDn: openLdapAdmin,
    password: openLdapPassword,
  }
}
