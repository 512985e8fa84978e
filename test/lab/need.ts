import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Context } from 'mocha'

/** Debian keeps daemons where an ordinary user's PATH does not look. */
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']

/**
 * Skips the test or suite with a reason where a program is missing; fails it instead where `CI` is
 * set, so that a test that never runs is noticed. Call it first in a `before` hook or a test.
 */
export function needProgram(name: string, context: Context): void {
  if (folders.some((folder) => existsSync(join(folder, name)))) return
  skip(`the program ${name} is missing; on Debian: apt-get install ${debianPackage(name)}`, context)
}

/** The same for a library, by a file that its package brings. */
export function needFile(path: string, package_: string, context: Context): void {
  if (existsSync(path)) return
  skip(`${path} is missing; on Debian: apt-get install ${package_}`, context)
}

/** The same for what only root may do, such as listening on port 389. */
export function needRoot(context: Context): void {
  if (process.getuid?.() !== 0) skip('this test needs root', context)
}

/** The same for anything else. */
export function skip(reason: string, context: Context): void {
  if (process.env.CI) throw new Error(reason)
  console.log(`      skipped: ${reason}`)
  context.skip()
}

function debianPackage(program: string): string {
  const packages: Readonly<Record<string, string>> = {
    samba: 'samba samba-ad-dc samba-ad-provision winbind',
    radclient: 'freeradius-utils',
    eapol_test: 'eapoltest',
    ldapsearch: 'ldap-utils',
    winbindd: 'winbind',
    ntlm_auth: 'winbind',
    net: 'samba-common-bin',
    wpa_supplicant: 'wpasupplicant',
    ip: 'iproute2',
    ss: 'iproute2',
    nft: 'nftables',
  }
  return packages[program] ?? program
}
