import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import type { User } from '../../../src/accounts/index.ts'
import type { LdapDirectory, LdapOptions } from '../../../src/directory/index.ts'
import { createLdapDirectory } from '../../../src/directory/ldap/ldap-directory.ts'
import type { Verified } from '../../../src/signin/index.ts'
import { type Clock, Secret, systemClock } from '../../../src/support/index.ts'
import { groupsGone } from '../../directory/groups-gone.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import { makeCertificates } from '../certificates.ts'
import { labDefaults } from '../ldap-lab.ts'
import { needProgram, needRoot } from '../need.ts'
import { startOpenLdap } from '../openldap.ts'
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts'
import { startSamba } from './samba.ts'

const never = new AbortController().signal

/** What both kinds of server have in common. */
type Lab = {
  readonly ldapUrl: string
  readonly ldapsUrl: string
  readonly ca: string
  readonly baseDn: string
  readonly bindDn: string
  readonly password: string
}

const variants = [
  {
    title: 'Active Directory (Samba)',
    program: 'samba',
    start: startSamba,
    options: {
      kind: 'ad',
      nestedGroups: 'token-groups',
      phoneAttributes: ['mobile', 'telephoneNumber', 'otherMobile'],
      upnSuffixes: ['alt.example'],
    },
    phones: ['+31612345678', '+31201234567', '+4915123456789'],
  },
  {
    title: 'OpenLDAP',
    program: 'slapd',
    start: startOpenLdap,
    options: {
      kind: 'openldap',
      nestedGroups: 'recursion',
      phoneAttributes: ['mobile', 'telephoneNumber'],
    },
    phones: ['+31612345678', '+31201234567'],
  },
] as const

for (const { title, program, start, options, phones } of variants) {
  describe(`directory: ${title}`, function () {
    this.timeout(600_000)
    this.slow(2000)
    let lab: Lab
    let directory: LdapDirectory
    const opened: LdapDirectory[] = []

    before(async function () {
      needProgram(program, this)
      if (program === 'samba') needRoot(this)
      lab = await start()
      directory = create()
    })

    after(async () => {
      for (const each of opened) await each.close()
    })

    function create(change: Partial<LdapOptions> = {}, clock: Clock = systemClock): LdapDirectory {
      const created = createLdapDirectory(
        {
          ...labDefaults,
          name: 'corp',
          servers: [{ url: lab.ldapsUrl }],
          ca: lab.ca,
          bindDn: lab.bindDn,
          bindPassword: new Secret(lab.password),
          baseDn: lab.baseDn,
          defaultRegion: 'NL',
          ...options,
          ...change,
        },
        { clock },
      )
      opened.push(created)
      return created
    }

    async function find(name: string, from = directory): Promise<User> {
      const resolved = await from.resolve(name, never)
      if (resolved.kind !== 'user') throw new Error(`${name}: ${JSON.stringify(resolved)}`)
      return resolved.user
    }

    async function signIn(
      name: string,
      password = lab.password,
      at = directory,
    ): Promise<Verified> {
      const credential = { kind: 'pap', password: new Secret(password), wellFormed: true } as const
      return at.verify(await find(name, at), credential, never)
    }

    it('gives everything a sign-in wants to know about a person', async () => {
      const alice = await find('alice')
      expect(alice).to.include({
        directory: 'corp',
        name: 'alice',
        displayName: 'Alice Jansen',
        language: 'nl',
        email: 'alice@corp.example',
      })
      expect(alice.phones).to.deep.equal(phones)
      expect(alice.key).to.match(/^corp:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    })

    it('finds the same person by every form of the name, and by the key', async () => {
      const { key } = await find('alice')
      for (const form of [
        'ALICE',
        ' alice ',
        'CORP\\alice',
        'corp\\Alice',
        'corp.example\\alice',
        'alice@corp.example',
        'Alice@CORP.Example',
        'CORP\\alice@corp.example',
        'corp.example.\\ALICE',
        'alice@CORP',
        'alice@corp.example.',
        'CORP\\Alice@corp',
      ])
        expect((await find(form)).key, form).to.equal(key)
      const fresh = create({ cacheMs: 0 })
      expect(await fresh.resolveKey(key, never)).to.have.nested.property('user.name', 'alice')
    })

    for (const [name, kind] of [
      ['nobody', 'unknown'],
      ['*', 'unknown'],
      ['al*', 'unknown'],
      ['alice)(cn=*', 'unknown'],
      ['OTHER\\alice', 'unknown'],
      ['OTHER\\alice@corp.example', 'unknown'],
      ['alice@elsewhere.example', 'unknown'],
      ['CORP\\alice@elsewhere.example', 'unknown'],
      ['CORP\\CORP\\alice', 'invalid'],
      ['alice@corp.example@corp.example', 'invalid'],
      ['', 'invalid'],
    ] as const) {
      it(`says ${kind} for "${name}"`, async () => {
        const resolved = await directory.resolve(name, never)
        expect(resolved.kind).to.equal(kind)
        const isForeign = /^OTHER|elsewhere/.test(name)
        expect(resolved.kind === 'unknown' && resolved.problem?.kind === 'domain').to.equal(
          isForeign,
        )
      })
    }

    it('does not let an account that user_filter excludes leave its name to another', async () => {
      const [attribute, excluded, name] =
        program === 'samba'
          ? ['sAMAccountName', 'dave', 'dave@corp.example']
          : ['uid', 'alice.cooper@example.com', 'alice.cooper@example.com']
      const filtered = create({
        userFilter: `(!(${attribute}=${excluded}))`,
        loginAttributes: [attribute, 'mail'],
      })
      expect(await filtered.resolve(name, never)).to.deep.equal({
        kind: 'unknown',
        problem: { kind: 'left-out' },
      })
      expect((await find('odd', filtered)).name).to.equal('odd')
    })

    it('does not find a user by a key that is another directory’s, or made up', async () => {
      const { key } = await find('alice')
      for (const made of [key.replace('corp:', 'other:'), 'corp:', 'corp:*', `${key})(cn=*`])
        expect(await directory.resolveKey(made, never), made).to.deep.equal({ kind: 'unknown' })
    })

    it('follows groups over three steps, by name and by DN, and circles', async () => {
      const alice = await find('alice')
      expect(alice.groups).to.include.members(['vpn-inner', 'vpn-middle', 'vpn-users'])
      expect(
        alice.groups.filter((group) => /^cn=vpn-users,.*dc=example$/.test(group)),
      ).to.have.lengthOf(1)
      expect(alice.groups).not.to.include('circle (a)')
      expect((await find('müller')).groups).to.include.members(['circle (a)', 'circle (b)'])
      const flat = await find('alice', create({ nestedGroups: 'none' }))
      expect(flat.groups).to.include('vpn-inner').and.not.include('vpn-middle')
    })

    it('gives reply rules the names of groups as they are written, and what they ask for', async () => {
      const names = ['msRADIUSFramedIPAddress', 'MOBILE', 'description']
      const alice = await find('alice', create({ replyAttributes: names }))
      expect(alice.groupNames).to.include.members(['VPN-Inner', 'VPN-Middle', 'VPN-Users'])
      const addresses = program === 'samba' ? ['192.168.0.1'] : []
      expect([...(alice.attributes ?? [])]).to.deep.equal([
        ['msradiusframedipaddress', addresses],
        ['mobile', ['06 1234 5678']],
        ['description', []],
      ])
      expect((await find('alice')).attributes).to.equal(undefined)
    })

    it('tells which groups are gone, by name and by DN', async () => {
      const { groups } = await find('alice')
      const there = groups.filter((group) => group.includes('vpn-users'))
      expect(there).to.have.length(2)
      const gone = ['vpn-user', `cn=gone,${lab.baseDn}`, 'alice', 'vpn-users)(cn=*']
      expect(await groupsGone(directory, [...there, ...gone])).to.deep.equal(gone)
    })

    it('signs in people whose names and DNs are odd, and finds their groups', async () => {
      for (const name of ['alice', 'odd', 'müller', 'MÜLLER', 'mu\u0308ller', 'par(en)'])
        expect(await signIn(name), name).to.deep.equal({ kind: 'right' })
      expect((await find('odd')).groups).to.include('vpn-users')
      expect(await signIn('odd', 'wrong')).to.have.property('kind', 'wrong')
    })

    it('refuses wrong and empty passwords', async () => {
      expect(await signIn('alice', 'wrong')).to.have.property('kind', 'wrong')
      expect(await signIn('alice', '')).to.have.property('kind', 'wrong')
      expect(await signIn('alice')).to.deep.equal({ kind: 'right' })
    })

    it('says must-change and locked only as the server does', async () => {
      expect(await signIn('mustchange')).to.deep.equal({ kind: 'must-change' })
      expect(await signIn('mustchange', 'wrong')).to.have.property('kind', 'wrong')
      const unshielded = create({ lockoutShield: 'off' })
      for (const attempt of [1, 2, 3]) {
        const tried = await signIn('locked', `wrong ${attempt}`, unshielded)
        expect(tried).to.have.property('kind', 'wrong')
      }
      expect(await signIn('locked', 'wrong 4')).to.deep.equal({ kind: 'locked' })
      expect(await signIn('locked')).to.deep.equal({ kind: 'locked' })
    })

    it('narrows people down by the configured filter', async () => {
      const narrow = create({ userFilter: '(mail=alice@*)' })
      expect((await narrow.resolve('alice', never)).kind).to.equal('user')
      expect((await narrow.resolve('odd', never)).kind).to.equal('unknown')
    })

    it('speaks StartTLS', async () => {
      const byStartTls = create({ servers: [{ url: lab.ldapUrl }], startTls: true })
      const alice = await find('alice', byStartTls)
      const password = new Secret(lab.password)
      const credential = { kind: 'pap', password, wellFormed: true } as const
      expect(await byStartTls.verify(alice, credential, never)).to.deep.equal({ kind: 'right' })
    })

    for (const startTls of [false, true]) {
      const way = startTls ? 'StartTLS' : 'LDAPS'
      const serversOf = () => [{ url: startTls ? lab.ldapUrl : lab.ldapsUrl }]

      it(`refuses another authority (${way})`, async () => {
        const folder = await mkdtemp(join(tmpdir(), 'holdfast-ca-'))
        const { ca } = await makeCertificates(folder, ['IP:127.0.0.1'])
        await rm(folder, { recursive: true })
        for (const authority of [ca, undefined]) {
          const other = create({ servers: serversOf(), startTls, ca: authority })
          const resolved = await other.resolve('alice', never)
          expect(resolved.kind).to.equal('down')
          expect(resolved)
            .to.have.property('detail')
            .that.matches(/certificate/)
        }
      })

      it(`refuses a certificate for another host name (${way})`, async () => {
        const servers = serversOf().map(({ url }) => ({
          url: url.replace('127.0.0.1', 'localhost'),
        }))
        const resolved = await create({ servers, startTls }).resolve('alice', never)
        expect(resolved.kind).to.equal('down')
        expect(resolved)
          .to.have.property('detail')
          .that.matches(/altnames/)
      })
    }

    it('refuses plain LDAP unless it is allowed by name', () => {
      expect(() => create({ servers: [{ url: lab.ldapUrl }] }))
        .to.throw()
        .with.property('code', 'plaintext-refused')
    })

    it('checks every server for holdfast check', async () => {
      const rows = await directory.check()
      expect(rows.filter(({ ok }) => !ok)).to.deep.equal([])
      expect(rows.map(({ what }) => what.split(' ').at(-1))).to.include.members([
        ...['connect', 'certificate', 'account', 'base', 'staleness'],
        ...(options.kind === 'ad'
          ? ['objectGUID', 'memberOf', 'badPwdCount', 'tokenGroups', 'netbios_domain']
          : ['entryUUID']),
        ...['login_attributes', 'phones'],
      ])
      expect(rows.find(({ what }) => what.endsWith(' phones'))?.detail).to.match(
        program === 'samba'
          ? /1 of them cannot be used \(cannot be a phone number\)/
          : /0 of them cannot be used$/,
      )
      expect(rows.find(({ what }) => what.endsWith('certificate'))?.detail).to.match(
        /^lab server, signed by [^:]+: \d+ days left$/,
      )
      const broken = create({
        servers: [{ url: 'ldaps://127.0.0.1:1' }, { url: lab.ldapsUrl }],
        bindPassword: new Secret('wrong'),
      })
      const failures = (await broken.check()).filter(({ ok }) => !ok)
      expect(failures.map(({ what }) => what)).to.deep.equal([
        'corp ldaps://127.0.0.1:1 connect',
        `corp ${lab.ldapsUrl} bind account`,
      ])
      for (const { remedy } of failures) expect(remedy).not.to.equal('')
    })

    it('checks the attributes that names are compared with, and the name of the domain', async () => {
      const wrong = create({ loginAttributes: ['mail', 'carLicense'], netbiosDomain: 'NET' })
      const rows = (await wrong.check()).filter(({ what }) => /login_attr|netbios/.test(what))
      expect(rows[0]).to.include({ ok: false, detail: 'no user is shown with carLicense' })
      const remedies = rows.slice(1).map(({ remedy }) => remedy)
      expect(remedies).to.deep.equal(program === 'samba' ? ['Set netbios_domain: CORP.'] : [])
    })

    it('checks that groups of rules are there, by name and by DN, and says what was compared', async () => {
      const inner = (await find('alice')).groups.find((group) => group.startsWith('cn=vpn-inner'))
      const attribute = program === 'samba' ? 'sAMAccountName' : 'cn'
      const groups = ['vpn-users', inner ?? '', 'VPN-Gone', `cn=gone,${lab.baseDn}`, 'alice', '*']
      const rows = (await directory.check(groups)).filter(({ what }) => what.includes(' group '))
      expect(rows.map(({ ok }) => ok)).to.deep.equal([true, true, false, false, false, false])
      expect(rows.map(({ group }) => group)).to.deep.equal(groups)
      expect(rows[0]?.detail).to.match(new RegExp(`^found by ${attribute}: cn=vpn-users,`, 'i'))
      expect(rows[2]?.detail).to.equal(`no group of directory corp has the ${attribute} "VPN-Gone"`)
      expect(rows[3]?.detail).to.equal(
        `directory corp has no group with the DN "cn=gone,${lab.baseDn}"`,
      )
    })

    it('names the group that is there under another name, another place or after a domain', async () => {
      const other = program === 'samba' ? 'CN=vpn-users,OU=Groups' : 'cn=VPN-Users,ou=here'
      const mistaken = [`${other},${lab.baseDn}`, 'CORP\\vpn-users', 'CORP\\x)(cn=*', '=', '\\']
      const rows = (await directory.check(mistaken)).filter(({ what }) => what.includes(' group '))
      const there = program === 'samba' ? 'CN=VPN-Users,CN=Users' : 'cn=VPN-Users'
      for (const row of rows.slice(0, 2)) {
        expect(row.ok).to.equal(false)
        expect(row.detail).to.match(new RegExp(`"${there},${lab.baseDn}" has (it as|the) \\w+`))
      }
      expect(rows.slice(2).map(({ detail }) => detail.split('. ').length)).to.deep.equal([1, 1, 1])
    })

    describe('with a network that fails', () => {
      const limits = {
        ...labDefaults.limits,
        connectMs: 800,
        bindMs: 800,
        searchMs: 800,
        retryMs: 200,
      }
      let proxy: TcpProxy
      /** Time passes only when a test says so: the servers take as long as this machine lets them. */
      let clock: ManualClock

      beforeEach(async () => {
        clock = createManualClock()
        proxy = await startTcpProxy(Number(new URL(lab.ldapsUrl).port || 636))
      })

      afterEach(() => proxy.stop())

      function throughProxy(also: readonly { url: string }[] = []): LdapDirectory {
        const servers = [{ url: `ldaps://127.0.0.1:${proxy.port}` }, ...also]
        return create({ servers, limits, cacheMs: 0 }, clock)
      }

      /** `right`, or what went wrong. */
      async function serve(through: LdapDirectory): Promise<string> {
        const resolved = await through.resolve('alice', never)
        if (resolved.kind !== 'user') return JSON.stringify(resolved)
        const password = new Secret(lab.password)
        const credential = { kind: 'pap', password, wellFormed: true } as const
        const verified = await through.verify(resolved.user, credential, never)
        return verified.kind === 'right' ? 'right' : JSON.stringify(verified)
      }

      /** One pause between two looks at a server is enough, where it works again. */
      async function untilServed(
        through: LdapDirectory,
        served: () => boolean = () => true,
      ): Promise<void> {
        clock.advance(limits.retryMs)
        while (!((await serve(through)) === 'right' && served())) await sleep(10)
      }

      it('goes to the second server when the first hangs or refuses, and back', async () => {
        const through = throughProxy([{ url: lab.ldapsUrl }])
        expect(await serve(through)).to.equal('right')
        proxy.setMode('hang')
        const asked = through.resolve('alice', never)
        while (clock.waiting === 0) await sleep(1)
        clock.advance(limits.searchMs)
        expect((await asked).kind).to.equal('user')
        expect(await serve(through)).to.equal('right')
        proxy.setMode('pass')
        await untilServed(through, () => proxy.openConnections() >= 2)

        const { port } = proxy
        await proxy.stop()
        expect(await serve(through)).to.equal('right')
        proxy = await startTcpProxy(Number(new URL(lab.ldapsUrl).port || 636), port)
        await untilServed(through, () => proxy.openConnections() >= 2)
      })

      it('piles nothing up while the only server hangs, and serves within a second after', async () => {
        const through = throughProxy()
        expect(await serve(through)).to.equal('right')
        proxy.setMode('hang')
        const kinds: string[] = []
        for (let count = 0; count < 200; count += 1) {
          void through.resolve('alice', never).then(({ kind }) => kinds.push(kind))
        }
        for (; kinds.length < 200; await sleep(2)) clock.advance(10)
        expect(new Set(kinds)).to.deep.equal(new Set(['down']))
        expect(proxy.openConnections()).to.be.below(20)
        proxy.setMode('pass')
        await untilServed(through)
      })
    })

    if (options.kind === 'ad') {
      it('tells the state of an account only to a user who knows the password', async () => {
        for (const [name, kind] of [
          ['disabled', 'disabled'],
          ['expired', 'expired'],
          ['night', 'restricted'],
          ['kiosk', 'restricted'],
        ] as const) {
          expect(await signIn(name), name).to.deep.equal({ kind })
          expect(await signIn(name, 'wrong'), name).to.have.property('kind', 'wrong')
        }
      })

      it('shows why the server refuses plain LDAP', async () => {
        const plain = create({ servers: [{ url: lab.ldapUrl }], insecurePlaintext: true })
        const resolved = await plain.resolve('alice', never)
        expect(resolved.kind).to.equal('down')
        expect(resolved).to.have.property('detail').that.includes('LDAP result 8')
      })

      it('takes the written user principal name before the implied one', async () => {
        const [bob, carol, dave] = [await find('bob'), await find('carol'), await find('dave')]
        expect((await find('robert.smith@ALT.example')).key).to.equal(bob.key)
        expect((await find('bob@corp.example')).key).to.equal(bob.key)
        expect((await find('dave@alt.example')).key).to.equal(carol.key)
        expect((await find('dave@corp.example')).key).to.equal(dave.key)
        expect((await find('jörg.müller@corp.example')).name).to.equal('müller')
      })

      it('takes an earlier attribute before a later one, and mail only where it is named', async () => {
        const [carol, dave, erin] = [await find('carol'), await find('dave'), await find('erin')]
        for (const [loginAttributes, name, { key }] of [
          [['sAMAccountName', 'userPrincipalName'], 'dave@alt.example', dave],
          [['userPrincipalName', 'sAMAccountName'], 'dave@alt.example', carol],
          [['userPrincipalName', 'sAMAccountName', 'mail'], 'dave@corp.example', dave],
          [['mail', 'sAMAccountName'], 'DAVE@corp.example', erin],
        ] as const)
          expect((await find(name, create({ loginAttributes }))).key, name).to.equal(key)
        // A certificate goes by its own rules, also right after a typed name.
        const byMail = create({ loginAttributes: ['mail'] })
        const name = 'dave@corp.example'
        for (const [isCertified, { key }] of [
          [false, erin],
          [true, dave],
          [false, erin],
        ] as const) {
          const resolved = await byMail.resolve(name, never, isCertified)
          expect(resolved).to.have.nested.property('user.key', key)
        }
        expect(await byMail.resolve('dave', never)).to.have.deep.property('problem', {
          kind: 'address',
        })
      })

      it('tells a cn from a sAMAccountName, and a distribution group, in rules that name groups', async () => {
        const likeness = (name: string) => directory.similarGroups?.(name, never)
        const reached = await likeness('VPN Gateway Users')
        expect(reached).to.deep.equal({
          compared: 'sAMAccountName',
          similar: [
            {
              ...{ as: ['cn'], name: 'gg-vpn', isUnseen: false },
              dn: `CN=VPN Gateway Users,CN=Users,${lab.baseDn}`,
            },
          ],
        })
        const rows = await directory.check(['VPN Gateway Users', 'gg-vpn', 'Bulletin', 'Twin-Name'])
        const details = rows.filter(({ group }) => group !== undefined).map((row) => row)
        expect(details.map(({ ok, remedy }) => ok && remedy === '')).to.deep.equal([
          ...[false, true, false, false],
        ])
        expect(details[0]?.detail).to.match(/has the sAMAccountName "VPN Gateway Users"\. /)
        expect(details[0]?.detail).to.match(/ has it as cn, and its sAMAccountName is "gg-vpn"$/)
        expect(details[2]?.detail).to.match(
          /has the sAMAccountName "Bulletin"; it is a distribution group/,
        )
        expect(details[3]).to.include({ ok: true })
        expect(details[3]?.detail).to.match(
          /"CN=Twin Plain,.*Another group has the same name: "CN=Twin-Name,.*as cn.*"twin-other"$/,
        )
      })

      it('counts the primary group and those above it, however groups are followed', async () => {
        for (const nestedGroups of ['token-groups', 'matching-rule', 'recursion'] as const) {
          const erin = await find('erin', create({ nestedGroups }))
          expect(erin.groups, nestedGroups).to.include.members(['primary-only', 'above-primary'])
          const alice = await find('alice', create({ nestedGroups }))
          expect(alice.groups, nestedGroups).to.include.members(['domain users', 'vpn-users'])
        }
      })
    } else {
      it('refuses a name that two people have', async () => {
        const byUid = { kind: 'ambiguous', attribute: 'uid' }
        expect(await directory.resolve('twin', never)).to.deep.equal(byUid)
        const byMail = create({ loginAttributes: ['mail', 'sn'] })
        expect(await byMail.resolve('twin@corp.example', never)).to.deep.equal({
          kind: 'ambiguous',
          attribute: 'mail',
        })
        expect((await find('alice', byMail)).name).to.equal('alice')
      })

      it('signs in people whose uid is an address, before any whose mail it is', async () => {
        const name = 'alice.cooper@example.com'
        const cooper = await find(name)
        expect(cooper.name).to.equal(name)
        expect(await signIn('Alice.Cooper@EXAMPLE.com.')).to.deep.equal({ kind: 'right' })
        expect((await find(`CORP\\${name}`)).key).to.equal(cooper.key)
        for (const [loginAttributes, found] of [
          [['uid', 'mail'], name],
          [['mail', 'uid'], 'müller'],
        ] as const)
          expect((await find(name, create({ loginAttributes }))).name).to.equal(found)
        for (const part of ['alice.cooper', 'alice.cooper@corp.example'])
          expect(await directory.resolve(part, never)).to.deep.equal({ kind: 'unknown' })
      })

      it('counts groups that list login names', async () => {
        expect((await find('alice')).groups).to.include('unix')
      })
    }
  })
}
