import { expect } from 'chai'
import { Client } from 'ldapts'
import type { LdapDirectory } from '../../../src/directory/index.ts'
import type { Verified } from '../../../src/signin/index.ts'
import { systemClock } from '../../../src/support/index.ts'
import { closeDirectories, findUser, openDirectory } from '../ldap-lab.ts'
import { needSamba, sidOf } from './corp.ts'
import { type Samba, startSamba } from './samba.ts'

const never = new AbortController().signal

describe('accounts of certificates in Active Directory (Samba)', function () {
  this.timeout(600_000)
  this.slow(2_000)
  let lab: Samba
  let directory: LdapDirectory

  before(async function () {
    needSamba(this)
    lab = await startSamba()
    directory = open(true)
  })

  after(closeDirectories)

  const open = (machines: boolean) => openDirectory(lab, { nestedGroups: 'token-groups', machines })

  async function check(name: string, sid?: string): Promise<Verified> {
    const credential = { kind: 'certificate', serialNumber: '01', ...(sid && { sid }) } as const
    return directory.verify(await findUser(directory, name), credential, never)
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

  it('the SID in a certificate must be that of the account, or it is refused', async () => {
    const sid = await sidOf(lab, 'alice')
    expect(sid).to.match(/^S-1-5-21-\d+-\d+-\d+-\d+$/)
    expect(await check('alice', sid)).to.deep.equal({ kind: 'right' })
    // As when someone has asked for a certificate with the name of another.
    expect(await check('alice', await sidOf(lab, 'bob'))).to.include({ kind: 'wrong' })
    expect(await check('disabled', sid)).to.include({ kind: 'wrong' })
  })

  it('a session stands for the password until another is set', async () => {
    const alice = await findUser(directory, 'alice')
    const resumed = (provenAtMs: number) =>
      directory.verify(alice, { kind: 'resumed', proof: 'pap', provenAtMs }, never)
    expect(await resumed(Date.now())).to.deep.equal({ kind: 'right' })
    const longAgo = await resumed(Date.parse('2020-01-01'))
    expect(longAgo).to.deep.equal({ kind: 'wrong', detail: 'the password was set since' })
    const mustChange = await findUser(directory, 'mustchange')
    const credential = { kind: 'resumed', proof: 'pap', provenAtMs: Date.now() } as const
    expect(await directory.verify(mustChange, credential, never)).to.include({ kind: 'wrong' })
  })

  for (const shield of ['auto', 'off'] as const) {
    it(`goes by the controller's clock where ours is an hour off, shield ${shield}`, async () => {
      const hourMs = 3_600_000
      for (const offMs of [hourMs, -hourMs]) {
        const nowMs = () => Date.now() + offMs
        const clock = { ...systemClock, nowMs }
        const other = openDirectory(lab, { lockoutShield: shield }, { clock })
        const alice = await findUser(other, 'alice')
        const resumed = (provenAtMs: number) =>
          other.verify(alice, { kind: 'resumed', proof: 'pap', provenAtMs }, never)
        expect(await resumed(nowMs())).to.deep.equal({ kind: 'right' })
        // Before the lab was there. Its passwords were set since, whatever our clock says.
        const before = await resumed(nowMs() - hourMs / 2)
        expect(before).to.deep.equal({ kind: 'wrong', detail: 'the password was set since' })
      }
    })
  }

  it('finds computers by their own name, where they may sign in', async () => {
    for (const name of ['host/pc7.corp.example', 'HOST/PC7', 'pc7$', 'CORP\\PC7$']) {
      const resolved = await directory.resolve(name, never)
      expect(resolved.kind === 'user' && resolved.user.name, name).to.equal('PC7$')
      expect(resolved.kind === 'user' && resolved.user.groups).to.include('domain computers')
    }
    expect(await check('host/pc7.corp.example', await sidOf(lab, 'PC7$'))).to.deep.equal({
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
      expect((await from.resolve(name, never)).kind, name).to.equal('unknown')
    }
  })

  it('goes on finding people where computers may sign in', async () => {
    const resolved = await directory.resolve('bob', never)
    expect(resolved.kind === 'user' && resolved.user.name).to.equal('bob')
    expect((await directory.resolve('host/bob', never)).kind).to.equal('unknown')
  })
})
