import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { msToTicks } from '../../../src/directory/ldap/entries/moments.ts'
import type { Samba } from './samba.ts'

/** Writes when an account was last used, as only the controller itself may: past it, into its database. */
export async function setLastLogon(samba: Samba, dn: string, atMs: number): Promise<void> {
  const ldif = [
    `dn:: ${Buffer.from(dn).toString('base64')}`,
    'changetype: modify',
    'replace: lastLogonTimestamp',
    `lastLogonTimestamp: ${msToTicks(atMs)}`,
    '',
  ].join('\n')
  const script = join(import.meta.dirname, 'samba-modify.py')
  const child = execFile('/usr/bin/python3', [script, samba.folder])
  let errors = ''
  child.stderr?.on('data', (text) => {
    errors += text
  })
  child.stdin?.end(ldif)
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`cannot set lastLogonTimestamp: ${errors}`)
}
