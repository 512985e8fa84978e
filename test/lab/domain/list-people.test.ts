import { expect } from 'chai'
import type { LdapDirectory, LdapOptions } from '../../../src/directory/index.ts'
import type { PeoplePart } from '../../../src/signin/index.ts'
import { asAdmin, closeDirectories, openDirectory } from '../ldap-lab.ts'
import { needProgram, needRoot } from '../need.ts'
import { startOpenLdap } from '../openldap.ts'
import { freePort } from '../port.ts'
import { startSamba } from './samba.ts'

const { signal } = new AbortController()

const variants = [
  {
    title: 'Active Directory (Samba)',
    program: 'samba',
    start: startSamba,
    kind: 'ad',
    ways: ['token-groups', 'matching-rule', 'recursion'],
    inner: 'CN=VPN-Inner,CN=Users',
    users: 'CN=Users',
    unit: 'OU',
    person: (name: string) => ({ objectClass: 'user', sAMAccountName: name }),
    group: (name: string) => ({ objectClass: 'group', sAMAccountName: name }),
  },
  {
    title: 'OpenLDAP',
    program: 'slapd',
    start: startOpenLdap,
    kind: 'openldap',
    ways: ['recursion'],
    inner: 'cn=VPN-Inner',
    users: 'ou=here',
    unit: 'ou',
    person: (name: string) => ({ objectClass: 'inetOrgPerson', uid: name, sn: name }),
    group: () => ({ objectClass: 'groupOfNames' }),
  },
] as const

/** More than one page of either server. */
const many = 620

async function read(directory: LdapDirectory, group?: string, until = signal) {
  const parts: PeoplePart[] = []
  for await (const part of directory.listPeople?.(group, until) ?? []) parts.push(part)
  return parts
}

/** Sorted names; the kind of what ended the list where it is not complete. */
async function names(directory: LdapDirectory, group?: string): Promise<readonly string[]> {
  const parts = await read(directory, group)
  return parts
    .flatMap((part) =>
      part.kind === 'people' ? part.people.map(({ name }) => name) : [part.kind.toUpperCase()],
    )
    .sort()
}

for (const variant of variants) {
  const { title, program, start, kind, ways, inner, users, unit } = variant
  describe(`lists of people: ${title}`, function () {
    this.timeout(600_000)
    this.slow(5000)
    let lab: Awaited<ReturnType<typeof start>>

    before(async function () {
      needProgram(program, this)
      if (program === 'samba') needRoot(this)
      lab = await start()
    })
    after(closeDirectories)

    const open = (change: Partial<LdapOptions> = {}) =>
      openDirectory(lab, { kind, nestedGroups: ways[0], ...change })

    it('has the members of a group through other groups, whichever way sign-ins count those', async () => {
      for (const nestedGroups of ways) {
        const directory = open({ nestedGroups })
        expect(await names(directory, 'VPN-Users'), nestedGroups).to.deep.equal(['alice', 'odd'])
        expect(await names(directory, 'vpn-inner'), nestedGroups).to.deep.equal(['alice', 'odd'])
        expect(await names(directory, 'Circle (a)'), nestedGroups).to.deep.equal(['müller'])
        const dn = `${inner},${lab.baseDn}`
        expect(await names(directory, dn), nestedGroups).to.deep.equal(['alice', 'odd'])
      }
    })

    it('has direct members alone where nested groups do not count', async () => {
      const directory = open({ nestedGroups: 'none' })
      expect(await names(directory, 'VPN-Users')).to.deep.equal([])
      expect(await names(directory, 'VPN-Inner')).to.deep.equal(['alice', 'odd'])
    })

    it('tells what a sign-in would know of them, except their groups', async () => {
      const directory = open({ phoneAttributes: ['mobile'] })
      const [part] = await read(directory, 'VPN-Users')
      const alice = part?.kind === 'people' ? part.people.find(({ name }) => name === 'alice') : {}
      const resolved = await directory.resolve('alice', signal)
      const { groupNames: _, ...user } = Object(resolved).user
      expect(alice).to.deep.equal({ ...user, groups: [] })
      expect(alice).to.include({ email: 'alice@corp.example', language: 'nl' })
    })

    it('keeps to user_filter and to the base', async () => {
      expect(await names(open({ userFilter: '(mail=*)' }), 'VPN-Users')).to.deep.equal(['alice'])
      const elsewhere = kind === 'ad' ? 'CN=Computers' : 'ou=there'
      const narrow = open({ baseDn: `${elsewhere},${lab.baseDn}`, groupBaseDn: lab.baseDn })
      expect(await names(narrow, 'VPN-Users')).to.deep.equal([])
    })

    it('says that there is no such group', async () => {
      expect(await names(open(), 'No-Such')).to.deep.equal(['GROUP-UNKNOWN'])
      expect(await names(open(), `cn=No-Such,${lab.baseDn}`)).to.deep.equal(['GROUP-UNKNOWN'])
      expect(await names(open(), '*')).to.deep.equal(['GROUP-UNKNOWN'])
    })

    it('goes by the id of a group that rules mean by another name', async () => {
      const directory = open()
      const [found] = (await directory.findGroups?.([{ name: 'VPN-Users' }], signal)) ?? []
      directory.pinGroups?.(new Map([['staff', found?.[0]?.id ?? '']]))
      expect(await names(directory, 'Staff')).to.deep.equal(['alice', 'odd'])
    })

    it('has everyone, page by page, and the members of a large group', async () => {
      const folder = `${unit}=many,${lab.baseDn}`
      const everyone = Array.from({ length: many }, (_, index) => `many${1000 + index}`)
      await asAdmin(lab, async (admin) => {
        await admin.add(folder, { objectClass: 'organizationalUnit', ou: 'many' })
        const dns = everyone.map((name) => `cn=${name},${folder}`)
        for (const [at, name] of everyone.entries()) {
          const more = kind === 'ad' ? { userAccountControl: '544' } : {}
          await admin.add(dns[at] ?? '', { ...variant.person(name), cn: name, ...more })
        }
        const members = [...dns, `cn=gone,${folder}`].slice(0, kind === 'ad' ? many : many + 1)
        const group = { ...variant.group('Many'), cn: 'Many', member: members }
        await admin.add(`cn=Many,${folder}`, group)
      })
      try {
        const narrow = { baseDn: folder, groupBaseDn: lab.baseDn }
        // slapd limits how many entries others than its administrator get.
        const directory = open({ ...narrow, bindDn: kind === 'ad' ? lab.bindDn : lab.adminDn })
        if (kind === 'openldap') {
          const limited = open(narrow)
          expect((await read(limited)).at(-1))
            .to.have.property('detail')
            .which.contains('prtotal')
          expect(await names(limited, 'Many')).to.deep.equal(everyone)
        }
        for (const group of [undefined, 'Many']) {
          const parts = await read(directory, group)
          expect(parts.length).to.be.above(1)
          expect(await names(directory, group)).to.deep.equal(everyone)
        }
        const stopped = new AbortController()
        const before = { parts: 0 }
        for await (const part of directory.listPeople?.(undefined, stopped.signal) ?? []) {
          if (part.kind === 'people') before.parts += 1
          stopped.abort()
        }
        expect(before.parts).to.equal(1)
      } finally {
        await asAdmin(lab, async (admin) => {
          for (const name of ['Many', ...everyone]) await admin.del(`cn=${name},${folder}`)
          await admin.del(folder)
        })
      }
    })

    it('ends with a clear word where no server answers', async () => {
      const port = await freePort()
      const directory = open({ servers: [{ url: `ldaps://127.0.0.1:${port}` }] })
      const parts = await read(directory, 'VPN-Users')
      expect(parts).to.have.length(1)
      expect(parts[0]).to.include({ kind: 'down' }).and.have.property('detail')
    })

    if (kind === 'ad') {
      it('has those whose primary group it is, and no one who is switched off, and no computer', async () => {
        const all = await names(open(), 'Domain Users')
        expect(all).to.include.members(['alice', 'bob']).and.not.include.members(['disabled'])
        const everyone = await names(open({ machines: true }))
        expect(everyone).to.include.members(['alice', 'erin'])
        expect(everyone).to.not.include('disabled').and.not.include('PC7$')
      })
    } else {
      it('has those whose login name a group lists, once', async () => {
        expect(await names(open(), 'unix')).to.deep.equal(['alice'])
        expect(await names(open({ baseDn: `${users},${lab.baseDn}` }))).to.deep.equal(['twin'])
      })
    }
  })
}
