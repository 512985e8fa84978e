import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import type { LdapOptions } from '../../../src/directory/index.ts'
import { asAdmin, closeDirectories, type LdapLab, openDirectory } from '../ldap-lab.ts'
import { needProgram, needRoot } from '../need.ts'
import { startOpenLdap } from '../openldap.ts'
import { startSamba } from './samba.ts'

const run = promisify(execFile)
const { signal } = new AbortController()

const guests = 'G\u00e4ste'
/** Whom filters tell apart: one is a guest, one is not. */
const people = { guest: 'hf-guest', staff: 'hf-staff' } as const

/** [filter, who fits it]; `ldapsearch` must say the same. */
type Case = readonly [filter: string, who: readonly (keyof typeof people)[]]

const forBoth: readonly Case[] = [
  ['(description=G\\c3\\a4ste)', ['guest']],
  ['(!(description=G\\c3\\a4ste))', ['staff']],
  ['(!(description=G\\C3\\A4ste))', ['staff']],
  [`(!(description=${guests}))`, ['staff']],
  ['(!(description=G\\c3\\a4s*))', ['staff']],
  ['(!(description=*\\c3\\a4*e))', ['staff']],
  ['description=G\\c3\\a4ste', ['guest']],
  [`(& (objectClass=person) (!(|(description=${guests})(description=x))))`, ['staff']],
  ['(description=\\28Staff\\29 \\2a)', ['staff']],
  ['(description=*)', ['guest', 'staff']],
  ['(&(description=*)(!(objectClass=*)))', []],
]

const variants = [
  {
    title: 'Active Directory (Samba)',
    program: 'samba',
    start: startSamba,
    options: {} as Partial<LdapOptions>,
    loginAttribute: 'sAMAccountName',
    entryOf: (name: string, description: string) => ({
      objectClass: 'user',
      sAMAccountName: name,
      description,
    }),
    dnOf: (name: string, base: string) => `CN=${name},CN=Users,${base}`,
    cases: [
      ['(userAccountControl:1.2.840.113556.1.4.803:=2)', ['guest', 'staff']],
      ['(!(userAccountControl:1.2.840.113556.1.4.803:=2))', []],
      [
        '(!(memberOf:1.2.840.113556.1.4.1941:=CN=hf \\c3\\a4\\5c, outer,CN=Users,{base}))',
        ['staff'],
      ],
      ['(memberOf=CN=hf inner,CN=Users,{base})', ['guest']],
      ['(objectGUID={guid})', ['guest']],
      ['(!(objectGUID={guid}))', ['staff']],
    ] as readonly Case[],
  },
  {
    title: 'OpenLDAP',
    program: 'slapd',
    start: startOpenLdap,
    options: { kind: 'openldap' } as Partial<LdapOptions>,
    loginAttribute: 'uid',
    entryOf: (name: string, description: string) => ({
      objectClass: 'inetOrgPerson',
      uid: name,
      cn: name,
      sn: name,
      description,
    }),
    dnOf: (name: string, base: string) => `uid=${name},${base}`,
    cases: [
      [`(!(description:caseExactMatch:=${guests}))`, ['staff']],
      ['(!(description:caseExactMatch:=g\\c3\\a4ste))', ['guest', 'staff']],
      [`(description~=${guests})`, ['guest']],
      ['(:dn:caseIgnoreMatch:=HF-Guest)', ['guest']],
      ['(createTimestamp>=20000101000000Z)', ['guest', 'staff']],
      ['(createTimestamp<=20000101000000Z)', []],
      // Bytes that are not UTF-8 match no one, and the server takes them.
      ['(!(entryUUID=\\ff\\fe))', []],
    ] as readonly Case[],
  },
] as const

for (const { title, program, start, options, loginAttribute, entryOf, dnOf, cases } of variants) {
  describe(`filters of the configuration: ${title}`, function () {
    this.timeout(600_000)
    this.slow(2_000)
    let lab: LdapLab
    let folder: string
    let guid = ''

    before(async function () {
      needRoot(this)
      needProgram(program, this)
      needProgram('ldapsearch', this)
      lab = await start()
      folder = mkdtempSync(join(tmpdir(), 'holdfast-filters-'))
      writeFileSync(join(folder, 'ca.pem'), lab.ca)
      const { baseDn } = lab
      await asAdmin(lab, async (admin) => {
        await admin.add(dnOf(people.guest, baseDn), entryOf(people.guest, guests))
        await admin.add(dnOf(people.staff, baseDn), entryOf(people.staff, '(Staff) *'))
        if (options.kind === 'openldap') return
        const users = `CN=Users,${baseDn}`
        await admin.add(`CN=hf inner,${users}`, {
          objectClass: 'group',
          sAMAccountName: 'hf-inner',
          member: dnOf(people.guest, baseDn),
        })
        await admin.add(`CN=hf \u00e4\\, outer,${users}`, {
          objectClass: 'group',
          sAMAccountName: 'hf-outer',
          member: `CN=hf inner,${users}`,
        })
        const { searchEntries } = await admin.search(dnOf(people.guest, baseDn), {
          scope: 'base',
          attributes: ['objectGUID'],
          explicitBufferAttributes: ['objectGUID'],
        })
        const [value] = [searchEntries[0]?.objectGUID].flat()
        guid = Buffer.isBuffer(value) ? value.toString('hex').replace(/../g, '\\$&') : ''
      })
    })
    after(async () => {
      await closeDirectories()
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
      if (lab === undefined) return
      await asAdmin(lab, async (admin) => {
        for (const name of Object.values(people)) await admin.del(dnOf(name, lab.baseDn))
        if (options.kind === 'openldap') return
        for (const cn of ['hf inner', 'hf \u00e4\\, outer']) {
          await admin.del(`CN=${cn},CN=Users,${lab.baseDn}`)
        }
      })
    })

    async function byHoldfast(userFilter: string): Promise<readonly string[]> {
      const directory = openDirectory(lab, { ...options, userFilter, cacheMs: 0 })
      const found = await Promise.all(
        Object.entries(people).map(async ([who, name]) => {
          const { kind } = await directory.resolve(name, signal)
          if (kind !== 'user' && kind !== 'unknown') throw new Error(`${name}: ${kind}`)
          return kind === 'user' ? [who] : []
        }),
      )
      return found.flat()
    }

    /** Asks about one entry at a time: other tests have filled the directory beyond what one search may find. */
    async function byLdapsearch(filter: string): Promise<readonly string[]> {
      const found = await Promise.all(
        Object.entries(people).map(async ([who, name]) => {
          const { stdout } = await run(
            'ldapsearch',
            [
              ...['-LLL', '-o', 'ldif-wrap=no', '-x', '-H', lab.ldapsUrl, '-D', lab.bindDn],
              ...['-w', lab.password, '-s', 'base', '-b', dnOf(name, lab.baseDn)],
              ...[filter, loginAttribute],
            ],
            { env: { ...process.env, LDAPTLS_CACERT: join(folder, 'ca.pem') } },
          )
          return stdout.split('\n').includes(`${loginAttribute}: ${name}`) ? [who] : []
        }),
      )
      return found.flat()
    }

    for (const [written, who] of [...forBoth, ...cases]) {
      it(`${written} finds ${who.join(' and ') || 'neither'}, as ldapsearch says`, async () => {
        const filter = written.replace('{base}', lab.baseDn).replace('{guid}', guid)
        expect(await byHoldfast(filter)).to.deep.equal(who)
        expect(await byLdapsearch(filter), 'ldapsearch').to.deep.equal(who)
      })
    }

    it('is counted by check, which warns where it finds no one', async () => {
      const rowOf = async (userFilter: string) => {
        const directory = openDirectory(lab, { ...options, userFilter })
        return (await directory.check()).find(({ what }) => what.endsWith('user_filter'))
      }
      const one = await rowOf('(description=G\\c3\\a4ste)')
      expect(one).to.include({ ok: true, remedy: '' })
      expect(one?.detail).to.match(/^finds 1 of \d+ people$/)
      const all = await rowOf('(objectClass=*)')
      expect(all?.detail).to.match(/^finds all \d+ people, so it excludes no one$/)
      const none = await rowOf('(description=nothing like it)')
      expect(none?.ok).to.equal(true)
      expect(none?.detail).to.match(/^finds none of \d+ people/)
      expect(none?.remedy).to.include('user_filter')
    })
  })
}
