import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Client } from 'ldapts'
import { formatGuid } from '../../../src/directory/ldap/entries/guid.ts'
import { startSamba } from '../../lab/domain/samba.ts'
import { sambaBase } from '../../lab/domain/samba-people.ts'
import { startOpenLdap } from '../../lab/openldap.ts'
import { openLdapBase } from '../../lab/openldap-people.ts'
import type { Person } from '../load/loader.ts'

export const staffGroup = 'Bench-Staff'
const password = 'Lab-Passw0rd'

/** A directory with people of the bench, all in one group, and what a client must know of it. */
export type BenchDirectory = {
  readonly kind: 'ad' | 'openldap'
  readonly url: string
  readonly ca: string
  readonly baseDn: string
  readonly bindDn: string
  readonly bindPassword: string
  readonly loginAttribute: string
  readonly personFilter: (login: string) => string
  /** The stable part of each person's key, by login name. */
  readonly ids: ReadonlyMap<string, string>
}

export function directoryPeople(count: number): Person[] {
  return Array.from({ length: count }, (_, index) => ({ name: `bench-${index}`, password }))
}

/** The lab's Samba with people added straight to its database. */
export async function startBenchSamba(people: readonly Person[]): Promise<BenchDirectory> {
  const samba = await startSamba()
  const secret = Buffer.from(`"${password}"`, 'utf16le').toString('base64')
  const dn = (name: string) => `CN=${name},CN=Users,${sambaBase}`
  const users = people.map(
    ({ name }) =>
      `dn: ${dn(name)}\nchangetype: add\nobjectClass: user\nsAMAccountName: ${name}\nuserAccountControl: 512\nunicodePwd:: ${secret}\n`,
  )
  const group = `dn: ${dn(staffGroup)}\nchangetype: add\nobjectClass: group\nsAMAccountName: ${staffGroup}\n`
  const members = `dn: ${dn(staffGroup)}\nchangetype: modify\nadd: member\n${people.map(({ name }) => `member: ${dn(name)}\n`).join('')}`
  const script = join(import.meta.dirname, '../../lab/domain/samba-load.py')
  const child = execFile('/usr/bin/python3', [script, samba.folder])
  child.stdin?.end(JSON.stringify({ ldif: [users.join('\n'), group, members], primaryGroups: {} }))
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error('cannot load the people of the bench')
  const known = {
    kind: 'ad',
    url: samba.ldapsUrl,
    ca: samba.ca,
    baseDn: samba.baseDn,
    bindDn: samba.bindDn,
    bindPassword: samba.password,
    loginAttribute: 'sAMAccountName',
    personFilter: (login) =>
      `(&(sAMAccountName=${login})(&(objectCategory=person)(objectClass=user)))`,
  } as const satisfies Omit<BenchDirectory, 'ids'>
  return { ...known, ids: await readIds(known, people, 'objectGUID') }
}

/** The lab's slapd, started with the people in it. */
export async function startBenchOpenLdap(people: readonly Person[]): Promise<BenchDirectory> {
  const dn = (name: string) => `uid=${name},${openLdapBase}`
  const users = people.map(
    ({ name }) =>
      `dn: ${dn(name)}\nobjectClass: inetOrgPerson\nuid: ${name}\ncn: ${name}\nsn: ${name}\nuserPassword: ${password}\n`,
  )
  const group = `dn: cn=${staffGroup},${openLdapBase}\nobjectClass: groupOfNames\ncn: ${staffGroup}\n${people.map(({ name }) => `member: ${dn(name)}\n`).join('')}`
  const slapd = await startOpenLdap([...users, group].join('\n'))
  const known = {
    kind: 'openldap',
    url: slapd.ldapsUrl,
    ca: slapd.ca,
    baseDn: slapd.baseDn,
    bindDn: slapd.bindDn,
    bindPassword: slapd.password,
    loginAttribute: 'uid',
    personFilter: (login) => `(&(uid=${login})(|(objectClass=person)(objectClass=account)))`,
  } as const satisfies Omit<BenchDirectory, 'ids'>
  return { ...known, ids: await readIds(known, people, 'entryUUID') }
}

async function readIds(
  directory: Omit<BenchDirectory, 'ids'>,
  people: readonly Person[],
  attribute: 'objectGUID' | 'entryUUID',
): Promise<ReadonlyMap<string, string>> {
  const client = openClient(directory)
  await client.bind(directory.bindDn, directory.bindPassword)
  const ids = new Map<string, string>()
  for (const { name } of people) {
    const { searchEntries } = await client.search(directory.baseDn, {
      scope: 'sub',
      filter: `(${directory.loginAttribute}=${name})`,
      attributes: [attribute],
      explicitBufferAttributes: ['objectGUID'],
    })
    const id = searchEntries[0]?.[attribute]
    ids.set(name, Buffer.isBuffer(id) ? formatGuid(id) : String(id).toLowerCase())
  }
  await client.unbind()
  return ids
}

/** A bare connection, as ldapts makes it. */
export function openClient({ url, ca }: Pick<BenchDirectory, 'url' | 'ca'>): Client {
  return new Client({ url, tlsOptions: { ca: [ca] } })
}
