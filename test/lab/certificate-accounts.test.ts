import { expect } from 'chai'
import { Client } from 'ldapts'
import type { User } from '../../src/accounts/index.ts'
import type { LdapDirectory } from '../../src/directory/index.ts'
import { createLdapDirectory } from '../../src/directory/ldap-directory.ts'
import { formatSid } from '../../src/directory/sid.ts'
import type { Verified } from '../../src/signin/index.ts'
import { Secret, systemClock } from '../../src/support/index.ts'
import { needProgram, needRoot } from './need.ts'
import { type Samba, startSamba } from './samba.ts'

const never = new AbortController().signal

describe('accounts of certificates in Active Directory (Samba)', function () {
  this.timeout(60_000)
  this.slow(2_000)
  let lab: Samba
  let directory: LdapDirectory
  const opened: LdapDirectory[] = []

  before(async function () {
    needProgram('samba', this)
    needRoot(this)
    lab = await startSamba()
    directory = open(true)
  })

  after(async () => {
    for (const each of opened) await each.close()
  })

  function open(machines: boolean): LdapDirectory {
    const created = createLdapDirectory(
      {
        name: 'corp',
        servers: [{ url: lab.ldapsUrl }],
        ca: lab.ca,
        bindDn: lab.bindDn,
        bindPassword: new Secret(lab.password),
        baseDn: lab.baseDn,
        kind: 'ad',
        nestedGroups: 'token-groups',
        phoneAttributes: [],
        defaultRegion: 'NL',
        machines,
      },
      { clock: systemClock },
    )
    opened.push(created)
    return created
  }

  async function check(name: string, sid?: string): Promise<Verified> {
    const credential = { kind: 'certificate', serialNumber: '01', ...(sid && { sid }) } as const
    return directory.verify(await find(name), credential, never)
  }

  async function find(name: string): Promise<User> {
    const resolved = await directory.resolve(name, never)
    if (resolved.kind !== 'user') throw new Error(`${name}: ${JSON.stringify(resolved)}`)
    return resolved.user
  }

  async function sidOf(account: string): Promise<string> {
    const client = new Client({ url: lab.ldapsUrl, tlsOptions: { ca: [lab.ca] } })
    await client.bind(lab.bindDn, lab.password)
    const { searchEntries } = await client.search(lab.baseDn, {
      filter: `(sAMAccountName=${account})`,
      attributes: ['objectSid'],
      explicitBufferAttributes: ['objectSid'],
    })
    await client.unbind()
    const sid = searchEntries[0]?.objectSid
    return (Buffer.isBuffer(sid) && formatSid(sid)) || 'none'
  }

  for (const [name, kind] of [
    ['alice@corp.example', 'right'],
    ['disabled', 'disabled'],
    ['expired', 'expired'],
    // Their passwords do not matter here.
    ['mustchange', 'right'],
  ] as const) {
    it(`${name}: ${kind}`, async () => {
      expect(await check(name)).to.deep.equal({ kind })
    })
  }

  it('an account that wrong passwords have locked', async () => {
    const { user } = (await directory.resolve('badge', never)) as { user: { dn: string } }
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const client = new Client({ url: lab.ldapsUrl, tlsOptions: { ca: [lab.ca] } })
      await client.bind(user.dn, `wrong ${attempt}`).catch(() => {})
      await client.unbind().catch(() => {})
    }
    expect(await check('badge')).to.deep.equal({ kind: 'locked' })
  })

  it('the SID in a certificate is that of the account, or nobody gets in', async () => {
    const sid = await sidOf('alice')
    expect(sid).to.match(/^S-1-5-21-\d+-\d+-\d+-\d+$/)
    expect(await check('alice', sid)).to.deep.equal({ kind: 'right' })
    // As when somebody has asked for a certificate with the name of another.
    expect(await check('alice', await sidOf('bob'))).to.include({ kind: 'wrong' })
    expect(await check('disabled', sid)).to.include({ kind: 'wrong' })
  })

  it('a session stands for the password until another is set', async () => {
    const alice = await find('alice')
    const resumed = (provenAtMs: number) =>
      directory.verify(alice, { kind: 'resumed', proof: 'pap', provenAtMs }, never)
    expect(await resumed(Date.now())).to.deep.equal({ kind: 'right' })
    const longAgo = await resumed(Date.parse('2020-01-01'))
    expect(longAgo).to.deep.equal({ kind: 'wrong', detail: 'the password was set since' })
    const mustChange = await find('mustchange')
    const credential = { kind: 'resumed', proof: 'pap', provenAtMs: Date.now() } as const
    expect(await directory.verify(mustChange, credential, never)).to.include({ kind: 'wrong' })
  })

  it('finds computers by their own name, where they may sign in', async () => {
    for (const name of ['host/pc7.corp.example', 'HOST/PC7', 'pc7$', 'CORP\\PC7$']) {
      const resolved = await directory.resolve(name, never)
      expect(resolved.kind === 'user' && resolved.user.name, name).to.equal('PC7$')
      expect(resolved.kind === 'user' && resolved.user.groups).to.include('domain computers')
    }
    expect(await check('host/pc7.corp.example', await sidOf('PC7$'))).to.deep.equal({
      kind: 'right',
    })
  })

  it('finds no computer of another domain, and none where only people may sign in', async () => {
    const peopleOnly = open(false)
    for (const [from, name] of [
      [directory, 'host/pc7.elsewhere.example'],
      [directory, 'host/pc8.corp.example'],
      [peopleOnly, 'host/pc7.corp.example'],
      [peopleOnly, 'pc7$'],
    ] as const) {
      expect(await from.resolve(name, never), name).to.deep.equal({ kind: 'unknown' })
    }
  })

  it('goes on finding people where computers may sign in', async () => {
    const resolved = await directory.resolve('bob', never)
    expect(resolved.kind === 'user' && resolved.user.name).to.equal('bob')
    expect(await directory.resolve('host/bob', never)).to.deep.equal({ kind: 'unknown' })
  })
})
