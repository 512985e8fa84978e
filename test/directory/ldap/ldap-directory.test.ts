import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import type { User } from '../../../src/accounts/index.ts'
import type { LdapDirectory, LdapLimits, LdapOptions } from '../../../src/directory/index.ts'
import { createLdapDirectory } from '../../../src/directory/ldap/ldap-directory.ts'
import type { Credential, Resolved } from '../../../src/signin/index.ts'
import { Secret, systemClock } from '../../../src/support/index.ts'
import {
  accountDn,
  type FakeLdapServer,
  rightPassword,
  startFakeLdapServer,
} from '../fake-ldap-server.ts'
import { groupsGone } from '../groups-gone.ts'

const never = new AbortController().signal
const quick: Partial<LdapLimits> = {
  connectMs: 150,
  bindMs: 150,
  searchMs: 150,
  waitMs: 1000,
  retryMs: 50,
}

function pap(password: string, wellFormed = true): Credential {
  return { kind: 'pap', password: new Secret(password), wellFormed }
}

describe('LDAP directory, against a server that misbehaves', () => {
  const servers: FakeLdapServer[] = []
  const directories: LdapDirectory[] = []
  const events: string[] = []

  async function start(port?: number): Promise<FakeLdapServer> {
    const server = await startFakeLdapServer(port)
    servers.push(server)
    return server
  }

  function create(urls: readonly string[], change: Partial<LdapOptions> = {}): LdapDirectory {
    const directory = createLdapDirectory(
      {
        name: 'corp',
        servers: urls.map((url) => ({ url })),
        bindDn: accountDn,
        bindPassword: new Secret('account secret'),
        baseDn: 'dc=corp,dc=example',
        kind: 'openldap',
        nestedGroups: 'none',
        phoneAttributes: [],
        defaultRegion: 'NL',
        cacheMs: 0,
        insecurePlaintext: true,
        ...change,
        limits: { ...quick, ...change.limits },
      },
      { clock: systemClock, log: ({ kind, url }) => events.push(`${kind} ${url}`) },
    )
    directories.push(directory)
    return directory
  }

  async function find(directory: LdapDirectory, name: string): Promise<User> {
    const resolved = await directory.resolve(name, never)
    if (resolved.kind !== 'user') throw new Error(`${name}: ${JSON.stringify(resolved)}`)
    return resolved.user
  }

  /** How long until the name is found again; fails after a second. */
  async function recoveryMs(directory: LdapDirectory): Promise<number> {
    const sinceMs = Date.now()
    let resolved: Resolved
    do {
      resolved = await directory.resolve('alice', never)
      if (resolved.kind !== 'user') await sleep(10)
    } while (resolved.kind !== 'user' && Date.now() - sinceMs < 1000)
    expect(resolved.kind).to.equal('user')
    return Date.now() - sinceMs
  }

  afterEach(async () => {
    for (const directory of directories.splice(0)) await directory.close()
    for (const server of servers.splice(0)) await server.close()
    events.length = 0
  })

  it('piles nothing up before a server that accepts and never answers, and goes on within a second', async () => {
    const server = await start()
    server.behaviour.mode = 'silent'
    const directory = create([server.url], { limits: { searchConnections: 2, queue: 10 } })
    const sinceMs = Date.now()
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => directory.resolve('alice', never)),
    )
    expect(Date.now() - sinceMs).to.be.below(1000)
    const kinds = answers.map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'busy')).to.have.lengthOf(88)
    expect(kinds.filter((kind) => kind === 'down')).to.have.lengthOf(12)

    // While it is down nobody waits, and the probes stay few.
    const downMs = Date.now()
    for (let i = 0; i < 200; i += 1) {
      expect((await directory.resolve('alice', never)).kind).to.equal('down')
    }
    expect(Date.now() - downMs).to.be.below(150)
    await sleep(300)
    expect(server.openConnections()).to.be.at.most(6)

    server.behaviour.mode = 'answer'
    expect(await recoveryMs(directory)).to.be.below(1000)
    expect(events).to.deep.equal([
      `directory-server-down ${server.url}`,
      `directory-server-up ${server.url}`,
    ])
  })

  it('never sends a bind again that was not answered', async () => {
    const [first, second] = [await start(), await start()]
    const directory = create([first.url, second.url])
    const [alice, bob] = [await find(directory, 'alice'), await find(directory, 'bob')]
    first.behaviour.bindDelayMs = 250
    const unanswered = await directory.verify(alice, pap(rightPassword), never)
    expect(unanswered.kind).to.equal('down')
    expect(await directory.verify(bob, pap('wrong'), never)).to.have.property('kind', 'wrong')
    const sent = [...first.binds, ...second.binds].map(({ dn }) => dn)
    expect(sent.filter((dn) => dn === alice.dn)).to.have.lengthOf(1)
    expect(second.binds.map(({ dn }) => dn)).to.deep.equal([bob.dn])
  })

  it('keeps a late answer from whoever comes next', async () => {
    const server = await start()
    const directory = create([server.url], { limits: { bindConnections: 1 } })
    const [alice, bob] = [await find(directory, 'alice'), await find(directory, 'bob')]
    server.behaviour.bindDelayMs = 300
    const late = await directory.verify(alice, pap(rightPassword), never)
    expect(late.kind).to.equal('down')
    server.behaviour.bindDelayMs = 120
    while (!events.includes(`directory-server-up ${server.url}`)) await sleep(5)
    // Alice's "right" leaves the server while Bob waits for his "wrong".
    expect(await directory.verify(bob, pap('wrong'), never)).to.have.property('kind', 'wrong')
  })

  it('leases a connection to one bind at a time, and opens no more than it may', async () => {
    const server = await start()
    const directory = create([server.url], { limits: { bindConnections: 4, waitMs: 2000 } })
    const [alice, bob] = [await find(directory, 'alice'), await find(directory, 'bob')]
    server.behaviour.bindDelayMs = 5
    const results = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        i % 2 === 0
          ? directory.verify(alice, pap(rightPassword), never)
          : directory.verify(bob, pap(`wrong ${i}`), never),
      ),
    )
    results.forEach(({ kind }, i) => {
      expect(kind).to.equal(i % 2 === 0 ? 'right' : 'wrong')
    })
    expect(server.overlapped()).to.equal(false)
    expect(server.peakConnections()).to.be.at.most(4 + 4)
  })

  it('uses the next server while the first refuses, and goes back', async () => {
    const first = await start()
    const second = await start()
    const directory = create([first.url, second.url])
    const alice = await find(directory, 'alice')
    await first.close()
    expect((await directory.resolve('alice', never)).kind).to.equal('user')
    expect(await directory.verify(alice, pap(rightPassword), never)).to.deep.equal({
      kind: 'right',
    })
    const bySecond = second.filters.length
    expect(bySecond).to.be.above(0)

    const again = await start(first.port)
    while (!events.includes(`directory-server-up ${first.url}`)) await sleep(10)
    await find(directory, 'alice')
    expect(again.filters).not.to.deep.equal([])
    expect(second.filters).to.have.lengthOf(bySecond)
  })

  it('asks the next server when the first says it is unavailable', async () => {
    const [first, second] = [await start(), await start()]
    const directory = create([first.url, second.url])
    const alice = await find(directory, 'alice')
    first.behaviour.mode = 'unavailable'
    const verified = await directory.verify(alice, pap(rightPassword), never)
    expect(verified).to.deep.equal({ kind: 'right' })
    expect((await directory.resolve('alice', never)).kind).to.equal('user')
    expect(
      [first, second].map(({ binds }) => binds.filter(({ dn }) => dn === alice.dn).length),
    ).to.deep.equal([1, 1])
  })

  it('searches again when a kept connection breaks', async () => {
    const server = await start()
    const directory = create([server.url])
    await find(directory, 'alice')
    const alice = await find(directory, 'alice')
    await directory.verify(alice, pap(rightPassword), never)
    server.breakConnections()
    expect((await directory.resolve('alice', never)).kind).to.equal('user')
    // Where a search found out, no password is sent into a broken connection.
    expect((await directory.verify(alice, pap(rightPassword), never)).kind).to.equal('right')
    expect(events).to.deep.equal([])
  })

  it('does not take one slow search for an outage', async () => {
    const server = await start()
    server.behaviour.neverAnswer = 'uid=slow'
    const directory = create([server.url])
    const slow = directory.resolve('slow', never)
    await sleep(50)
    await find(directory, 'alice')
    expect((await slow).kind).to.equal('down')
    expect(events).to.deep.equal([])
    expect((await directory.resolve('alice', never)).kind).to.equal('user')
  })

  it('calls nonsense an outage, not an answer', async () => {
    const server = await start()
    const directory = create([server.url])
    const alice = await find(directory, 'alice')
    server.behaviour.mode = 'garbage'
    expect((await directory.verify(alice, pap(rightPassword), never)).kind).to.equal('down')
    expect((await directory.resolve('bob', never)).kind).to.equal('down')
    server.behaviour.mode = 'answer'
    await recoveryMs(directory)
  })

  it('does not lock its own account by trying a refused password over and over', async () => {
    const server = await start()
    server.behaviour.accountPassword = 'another'
    const directory = create([server.url])
    const resolved = await directory.resolve('alice', never)
    expect(resolved).to.have.property('detail').that.includes('bind account refused')
    expect(resolved).to.have.property('refused', true)
    for (let i = 0; i < 20; i += 1) {
      await sleep(10)
      await directory.resolve('alice', never)
    }
    expect(server.binds).to.have.lengthOf(1)
  })

  it('stops waiting when nobody waits for the answer', async () => {
    const server = await start()
    const directory = create([server.url], { limits: { bindMs: 5000 } })
    const alice = await find(directory, 'alice')
    server.behaviour.bindDelayMs = 300
    const gone = new AbortController()
    const waiting = directory.verify(alice, pap(rightPassword), gone.signal)
    setTimeout(() => gone.abort(), 20)
    const sinceMs = Date.now()
    expect(await waiting).to.deep.equal({ kind: 'busy' })
    expect(Date.now() - sinceMs).to.be.below(200)
  })

  it('never asks about empty names or binds with an empty password', async () => {
    const server = await start()
    const directory = create([server.url])
    const alice = await find(directory, 'alice')
    const [binds, filters] = [server.binds.length, server.filters.length]
    for (const name of ['', '  ', '\\', '@', 'CORP\\', '@corp.example', 'a\\b\\c', 'a@b@c'])
      expect(await directory.resolve(name, never)).to.have.property('kind', 'invalid')
    const foreign = { kind: 'domain', domains: ['corp', 'corp.example'] }
    expect(await directory.resolve('C\\a@b', never)).to.have.deep.property('problem', foreign)
    expect((await directory.verify(alice, pap(''), never)).kind).to.equal('wrong')
    expect((await directory.verify(alice, pap('x', false), never)).kind).to.equal('wrong')
    expect((await directory.verify({ ...alice, dn: '' }, pap('x'), never)).kind).to.equal('wrong')
    expect([server.binds.length, server.filters.length]).to.deep.equal([binds, filters])
  })

  it('sends what people type as values, never as filter', async () => {
    const server = await start()
    const directory = create([server.url])
    for (const name of ['*', 'alice)(uid=*', 'x))(|(uid=*', 'al\u0131ce*'])
      expect(await directory.resolve(name, never)).to.deep.equal({ kind: 'unknown' })
    expect(server.filters[1]).to.include('(uid=alice\\29\\28uid=\\2a)')
    const injected = 'corp:0a000000-0000-4000-8000-00000000000a)(uid=*'
    expect(await directory.resolveKey(injected, never)).to.deep.equal({ kind: 'unknown' })
    expect(server.filters).to.have.lengthOf(4)
  })

  it('remembers names and people for the time it is told, but no password', async () => {
    const server = await start()
    const directory = create([server.url], { cacheMs: 100 })
    const alice = await find(directory, 'alice')
    const asked = server.filters.length
    expect(await find(directory, ' ALICE ')).to.deep.equal(alice)
    expect((await directory.resolveKey(alice.key, never)).kind).to.equal('user')
    expect(server.filters).to.have.lengthOf(asked)
    await directory.verify(alice, pap(rightPassword), never)
    await directory.verify(alice, pap(rightPassword), never)
    expect(server.binds.filter(({ dn }) => dn === alice.dn)).to.have.lengthOf(2)
    await directory.verify(alice, pap('wrong'), never)
    await find(directory, 'alice')
    expect(server.filters.length, 'a refused bind forgets the DN').to.be.above(asked)
    const later = server.filters.length
    await sleep(110)
    await find(directory, 'alice')
    expect(server.filters.length).to.be.above(later)
  })

  it('opens nothing after it was closed', async () => {
    const server = await start()
    const directory = create([server.url])
    await find(directory, 'alice')
    await directory.close()
    expect(await directory.resolve('alice', never)).to.deep.equal({ kind: 'busy' })
    await sleep(20)
    expect(server.openConnections()).to.equal(0)
  })

  it('cannot check CHAP and other credentials', async () => {
    const directory = create(['ldap://127.0.0.1:1'])
    const user: User = {
      ...{ key: 'corp:x', directory: 'corp', name: 'x', displayName: 'x', dn: 'uid=x' },
      ...{ groups: [], phones: [] },
    }
    for (const credential of [
      { kind: 'none' },
      { kind: 'unsupported', name: 'MS-CHAPv2' },
      { kind: 'chap', identifier: 1, response: new Uint8Array(16), challenge: new Uint8Array(16) },
    ] as const)
      expect((await directory.verify(user, credential, never)).kind).to.equal('not-checkable')
  })

  it('tells which groups are gone, and nothing while it is down', async () => {
    const server = await start()
    const directory = create([server.url])
    const gone = () => groupsGone(directory, ['admins', 'cn=old,dc=corp,dc=example'])
    expect(await gone()).to.deep.equal(['admins', 'cn=old,dc=corp,dc=example'])
    expect(server.filters.join()).to.include('(cn=admins)')
    server.behaviour.mode = 'unavailable'
    expect(await gone()).to.equal(undefined)
  })

  for (const [why, code, change] of [
    ['plain LDAP by default', 'plaintext-refused', { insecurePlaintext: false }],
    ['no servers', 'options-invalid', { servers: [] }],
    ['a server that is no LDAP URL', 'options-invalid', { servers: [{ url: 'https://dc1' }] }],
    ['a filter that is none', 'options-invalid', { userFilter: '(a=b' }],
    ['facts older than a minute', 'options-invalid', { cacheMs: 60_001 }],
    ['searching as nobody', 'options-invalid', { bindPassword: new Secret('') }],
    ['a pool of none', 'options-invalid', { limits: { bindConnections: 0 } }],
  ] as const) {
    it(`refuses ${why}`, () => {
      expect(() => create(['ldap://127.0.0.1'], change))
        .to.throw()
        .with.property('code', code)
    })
  }
})
