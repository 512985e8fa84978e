import { expect } from 'chai'
import type { Entry } from 'ldapts'
import { checkController } from '../../../../src/directory/ldap/checks/controller.ts'
import { checkForeignMembers } from '../../../../src/directory/ldap/checks/foreign-members.ts'
import type {
  LdapConnection,
  SearchQuery,
} from '../../../../src/directory/ldap/connections/connection.ts'
import { domainDnOf } from '../../../../src/directory/ldap/entries/domain-dn.ts'
import { createForeignGroups } from '../../../../src/directory/ldap/groups/foreign-groups.ts'
import { findForeignMembers } from '../../../../src/directory/ldap/groups/foreign-members.ts'
import { type LdapOptions, readLdapOptions } from '../../../../src/directory/ldap/options.ts'
import { Secret } from '../../../../src/support/index.ts'
import { ldapDefaults } from '../ldap-defaults.ts'

const settings = (change: Partial<LdapOptions> = {}) =>
  readLdapOptions({
    ...ldapDefaults,
    name: 'corp',
    kind: 'ad',
    servers: [{ url: 'ldaps://dc1.corp.example' }],
    bindDn: 'holdfast@corp.example',
    bindPassword: new Secret('account secret'),
    baseDn: 'DC=corp,DC=example',
    nestedGroups: 'token-groups',
    phoneAttributes: [],
    defaultRegion: 'NL',
    ...change,
  })
const id = '0a000000-0000-4000-8000-00000000000a'
const groupDn = 'CN=Denied,CN=Users,DC=corp,DC=example'

/** A SID in bytes (MS-DTYP 2.4.2.2). */
function sid(text: string): Buffer {
  const [, , authority = 0, ...parts] = text.split('-').map(Number)
  const bytes = Buffer.alloc(8 + 4 * parts.length)
  bytes.writeUInt8(1, 0)
  bytes.writeUInt8(parts.length, 1)
  bytes.writeUInt32BE(authority, 4)
  for (const [index, part] of parts.entries()) bytes.writeUInt32LE(part, 8 + 4 * index)
  return bytes
}

/** A controller that answers each search by `answer`. */
function controller(answer: (query: SearchQuery) => readonly Entry[]): LdapConnection {
  return {
    url: 'ldaps://dc1.corp.example',
    search: async (query) => answer(query),
    exchange: () => Promise.reject(new Error('nothing is changed here')),
    bind: () => Promise.reject(new Error('nobody binds here')),
    certificate: () => undefined,
    pages: () => expect.fail(),
    isOpen: () => true,
    close() {},
  }
}

/** One domain-local group with these members. */
function withMembers(members: readonly string[]): LdapConnection {
  return controller(({ scope, attributes }) => {
    const [wanted = ''] = attributes
    const [, from] = /^member(?:;range=(\d+)-\*)?$/.exec(wanted) ?? []
    if (scope === 'base' && wanted.startsWith('member')) {
      // Two at a time, as Active Directory gives 1,500.
      const start = Number(from ?? 0)
      const isLast = start + 2 >= members.length
      const name = `member;range=${start}-${isLast ? '*' : start + 1}`
      return [{ dn: groupDn, member: [], [name]: members.slice(start, start + 2) }]
    }
    const known = { dn: groupDn, objectSid: sid('S-1-5-21-1-2-3-1200'), sAMAccountName: 'Denied' }
    return [{ ...known, objectGUID: Buffer.from(id.replaceAll('-', ''), 'hex').swap16() }]
  })
}

/** What stands for a SID in the domain. */
const foreignPrincipalDn = (text: string) =>
  `CN=${text},CN=ForeignSecurityPrincipals,DC=corp,DC=example`

describe('members of other domains', () => {
  it('are found by SID, and within the forest by DN, however many there are', async () => {
    const found = await findForeignMembers(
      withMembers([
        'CN=alice,CN=Users,DC=corp,DC=example',
        'CN=Bob,CN=Users,DC=eu,DC=corp,DC=example',
        foreignPrincipalDn('S-1-5-21-9-9-9-1105'),
        'cn=carol,cn=Users,dc=Corp,dc=Example',
        foreignPrincipalDn('S-1-5-11'),
        'CN=Staff\\, DC=x,DC=us,DC=corp,DC=example',
        'CN=S-1 is a name,CN=Users,DC=corp,DC=example',
      ]),
      settings(),
      id,
    )
    expect(found).to.deep.equal({
      sid: 'S-1-5-21-1-2-3-1200',
      sids: ['S-1-5-21-9-9-9-1105', 'S-1-5-11'],
      dns: [
        'cn=bob,cn=users,dc=eu,dc=corp,dc=example',
        'cn=staff\\, dc\\=x,dc=us,dc=corp,dc=example',
      ],
    })
  })

  it('are in the group by their own SID, that of a group, or their DN', () => {
    const foreignGroups = createForeignGroups()
    const entry = { dn: 'CN=Bob,DC=eu,DC=corp,DC=example', objectSid: sid('S-1-5-21-9-9-9-1105') }
    const group = { id, dn: 'CN=Staff,DC=eu,DC=corp,DC=example', name: 'staff', cn: 'staff' }
    const known = {
      groups: [{ ...group, sid: 'S-1-5-21-9-9-9-1106' }],
      sids: ['S-1-5-21-7-7-7-1107'],
      sinceMs: 0,
    }
    expect(foreignGroups.of(entry, known)).to.deep.equal([])
    for (const key of [
      ...['S-1-5-21-9-9-9-1105', 'S-1-5-21-9-9-9-1106', 'S-1-5-21-7-7-7-1107'],
      ...['S-1-1-0', 'S-1-5-11'],
      ...['cn=bob,dc=eu,dc=corp,dc=example', 'cn=staff,dc=eu,dc=corp,dc=example'],
    ]) {
      foreignGroups.place(new Map([[key, ['denied']]]))
      expect(foreignGroups.of(entry, known), key).to.deep.equal(['denied'])
    }
    foreignGroups.place(new Map([['S-1-5-21-9-9-9-1', ['denied']]]))
    expect(foreignGroups.of(entry, known)).to.deep.equal([])
  })

  it('are told by check, and those that cannot be are a warning', async () => {
    const rowsFor = (principals: readonly string[]) =>
      checkForeignMembers('members', withMembers(principals.map(foreignPrincipalDn)), settings(), {
        name: 'Denied',
        id,
      })
    expect(await rowsFor([])).to.deep.equal([])
    const [broad] = await rowsFor(['S-1-5-11', 'S-1-5-21-9-9-9-1105'])
    expect(broad).to.include({ ok: true, remedy: '' })
    expect(broad?.detail).to.match(/every user is a member; members of other domains: 1/)
    const [network] = await rowsFor(['S-1-5-2'])
    expect(network?.detail).to.include('S-1-5-2')
    expect(network?.remedy).to.include('Authenticated Users')
  })

  it('belong to the domain at the end of a DN', () => {
    expect(domainDnOf('CN=a,DC=eu,DC=corp,DC=example')).to.equal('DC=eu,DC=corp,DC=example')
    expect(domainDnOf('CN=a\\,DC=b,O=corp')).to.equal(undefined)
  })
})

describe('check of a controller', () => {
  const rows = async (root: Entry, service: Entry, change: Partial<LdapOptions> = {}) => {
    const connection = controller(({ base, filter }) => {
      if (filter.toString().includes('trustedDomain')) {
        return [
          { dn: 'CN=partner', trustPartner: 'partner.example', trustAttributes: '8' },
          { dn: 'CN=eu', trustPartner: 'eu.corp.example', trustAttributes: '32' },
        ]
      }
      return base === '' ? [root] : [service]
    })
    const made = settings(change)
    const [address] = made.servers
    if (address === undefined) throw new Error('no server')
    return checkController((part) => part, address, connection, made)
  }
  const writable = { dn: 'CN=NTDS', objectClass: ['top', 'nTDSDSA'] }
  const root = { dn: '', supportedCapabilities: [], dsServiceName: 'CN=NTDS' }

  it('names a read-only one, by its capability or by its class', async () => {
    expect((await rows(root, writable))[0]).to.include({ detail: 'a writable one', remedy: '' })
    const capable = { ...root, supportedCapabilities: ['1.2.840.113556.1.4.1920'] }
    const classed = { dn: 'CN=NTDS', objectClass: ['top', 'nTDSDSA', 'nTDSDSARO'] }
    for (const found of [await rows(capable, writable), await rows(root, classed)]) {
      expect(found[0]?.detail).to.match(/^a read-only one \(RODC\)/)
      expect(found[0]?.remedy).to.include('writable controller before it')
    }
  })

  it('warns of a global catalogue where groups come from their members, and lists other domains', async () => {
    const servers = [{ url: 'ldaps://dc1.corp.example:3269' }]
    const byMembers = await rows(root, writable, { servers, nestedGroups: 'matching-rule' })
    expect(byMembers.map(({ what }) => what)).to.deep.equal([
      ...['controller', 'global catalogue', 'other domains'],
    ])
    expect(byMembers[1]?.remedy).to.include('token-groups')
    expect((await rows(root, writable, { servers }))[1]?.remedy).to.equal('')
    expect(byMembers[2]?.detail).to.include(
      'partner.example (other forest), eu.corp.example (same forest)',
    )
  })
})
