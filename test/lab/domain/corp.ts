import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Attribute, Change } from 'ldapts'
import type { Context } from 'mocha'
import { formatSid } from '../../../src/directory/ldap/entries/sid.ts'
import { asAdmin } from '../ldap-lab.ts'
import { needProgram, needRoot } from '../need.ts'
import type { Settings } from '../service-config.ts'
import type { Samba } from './samba.ts'

/** Skips, or fails where `CI` is set, without what `startSamba` needs and without these programs. */
export function needSamba(context: Context, ...programs: readonly string[]): void {
  needRoot(context)
  for (const program of ['samba', ...programs]) needProgram(program, context)
}

/** The same for `startMemberServer`, which joins a machine to the domain. */
export function needMemberServer(context: Context, ...programs: readonly string[]): void {
  const own = ['winbindd', 'ntlm_auth', 'net', 'unshare', 'nsenter']
  needSamba(context, ...own, ...programs)
}

/** The domain as a directory in the configuration of a service, whose folder gets its authority. */
export function corpDirectory(samba: Samba, folder: string, more: Settings = {}): Settings {
  const caFile = join(folder, 'samba.pem')
  writeFileSync(caFile, samba.ca)
  return {
    type: 'ldap',
    servers: samba.ldapsUrl,
    ca_file: caFile,
    bind_dn: samba.bindDn,
    bind_password: samba.password,
    base_dn: samba.baseDn,
    ...more,
  }
}

/** Replaces all values of one attribute, as an administrator. */
export function replaceValue(
  samba: Samba,
  dn: string,
  type: string,
  value: string | Buffer,
): Promise<void> {
  const modification = new Attribute({ type, values: [Buffer.from(value)] })
  const change = new Change({ operation: 'replace', modification })
  return asAdmin(samba, (admin) => admin.modify(dn, change))
}

/** The SID of a user or computer, such as `S-1-5-21-…`. Throws where there is no such account. */
export function sidOf(samba: Samba, account: string): Promise<string> {
  return asAdmin(samba, async (admin) => {
    const { searchEntries } = await admin.search(samba.baseDn, {
      filter: `(sAMAccountName=${account})`,
      attributes: ['objectSid'],
      explicitBufferAttributes: ['objectSid'],
    })
    const sid = searchEntries[0]?.objectSid
    const text = Buffer.isBuffer(sid) ? formatSid(sid) : undefined
    if (text === undefined) throw new Error(`${account} has no SID`)
    return text
  })
}
