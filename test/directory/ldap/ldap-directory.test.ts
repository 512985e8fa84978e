import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import type { User } from '../../../src/accounts/index.ts'
import type { LdapDirectory, LdapLimits, LdapOptions } from '../../../src/directory/index.ts'
import { createLdapDirectory } from '../../../src/directory/ldap/ldap-directory.ts'
import type { Credential } from '../../../src/signin/index.ts'
import { Secret } from '../../../src/support/index.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import {
  accountDn,
  type FakeLdapServer,
  rightPassword,
  startFakeLdapServer,
} from '../fake-ldap-server.ts'
import { groupsGone } from '../groups-gone.ts'
import { ldapDefaults } from './ldap-defaults.ts'

const never = new AbortController().signal
const limits = { connectMs: 150, bindMs: 150, searchMs: 150, waitMs: 1000, retryMs: 50 }
/** For a server that does not answer. */
const silence = () => new Promise<void>(() => {})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(2)
}

function pap(password: string, wellFormed = true): Credential {
  return { kind: 'pap', password: new Secret(password), wellFormed }
}

type LdapChange = Partial<Omit<LdapOptions, 'limits'>> & { readonly limits?: Partial<LdapLimits> }

describe('LDAP directory, against a server that misbehaves', () => {
  const servers: FakeLdapServer[] = []
  const directories: LdapDirectory[] = []
  const events: string[] = []
  /** Time passes only when a test says so, however long the machine takes. */
  let clock: ManualClock

  async function start(port?: number): Promise<FakeLdapServer> {
    const server = await startFakeLdapServer(port)
    servers.push(server)
    return server
  }

  function create(urls: readonly string[], change: LdapChange = {}): LdapDirectory {
    const directory = createLdapDirectory(
      {
        ...ldapDefaults,
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
        limits: { ...ldapDefaults.limits, ...limits, ...change.limits },
      },
      { clock, log: ({ kind, url }) => events.push(`${kind} ${url}`) },
    )
    directories.push(directory)
    return directory
  }

  async function find(directory: LdapDirectory, name: string): Promise<User> {
    const resolved = await directory.resolve(name, never)
    if (resolved.kind !== 'user') throw new Error(`${name}: ${JSON.stringify(resolved)}`)
    return resolved.user
  }

  /** Of a server that works again: one pause between two looks at it is enough. */
  async function recover(server: FakeLdapServer): Promise<void> {
    clock.advance(limits.retryMs)
    await until(() => events.includes(`directory-server-up ${server.url}`))
  }

  async function letTimePass(holds: () => boolean): Promise<void> {
    for (; !holds(); await sleep(2)) clock.advance(10)
  }

  /** Until the server has got a bind of this person. */
  const bound = (server: FakeLdapServer, { dn }: User) =>
    until(() => server.binds.some((bind) => bind.dn === dn))

  beforeEach(() => {
    clock = createManualClock()
  })
  afterEach(async () => {
    for (const directory of directories.splice(0)) await directory.close()
    for (const server of servers.splice(0)) await server.close()
    events.length = 0
  })

  it('piles nothing up before a server that accepts and never answers, and goes on within a second', async () => {
    const server = await start()
    server.behaviour.mode = 'silent'
    const directory = create([server.url], { limits: { searchConnections: 2, queue: 10 } })
    const sinceMs = clock.nowMs()
    const kinds: string[] = []
    const answers = Array.from({ length: 100 }, async () => {
      kinds.push((await directory.resolve('alice', never)).kind)
    })
    await until(() => kinds.length === 88)
    await letTimePass(() => kinds.length === 100)
    await Promise.all(answers)
    expect(clock.nowMs() - sinceMs).to.be.below(1000)
    expect(kinds.filter((kind) => kind === 'busy')).to.have.lengthOf(88)
    expect(kinds.filter((kind) => kind === 'down')).to.have.lengthOf(12)

    // While it is down no one waits, and the probes stay few.
    for (let i = 0; i < 200; i += 1) {
      expect((await directory.resolve('alice', never)).kind).to.equal('down')
    }
    for (let i = 0; i < 30; i += 1) {
      clock.advance(limits.retryMs)
      await sleep(2)
    }
    await until(() => server.openConnections() <= 6)

    server.behaviour.mode = 'answer'
    await recover(server)
    await find(directory, 'alice')
    expect(events).to.deep.equal([
      `directory-server-down ${server.url}`,
      `directory-server-up ${server.url}`,
    ])
  })

  it('never sends a bind again that was not answered', async () => {
    const [first, second] = [await start(), await start()]
    const directory = create([first.url, second.url])
    const [alice, bob] = [await find(directory, 'alice'), await find(directory, 'bob')]
    first.behaviour.holdBind = silence
    const unanswered = directory.verify(alice, pap(rightPassword), never)
    await bound(first, alice)
    clock.advance(limits.bindMs)
    expect((await unanswered).kind).to.equal('down')
    expect(await directory.verify(bob, pap('wrong'), never)).to.have.property('kind', 'wrong')
    const sent = [...first.binds, ...second.binds].map(({ dn }) => dn)
    expect(sent.filter((dn) => dn === alice.dn)).to.have.lengthOf(1)
    expect(second.binds.map(({ dn }) => dn)).to.deep.equal([bob.dn])
  })

  it('keeps a late answer from the next caller', async () => {
    const server = await start()
    const directory = create([server.url], { limits: { bindConnections: 1 } })
    const [alice, bob] = [await find(directory, 'alice'), await find(directory, 'bob')]
    const [ofAlice, ofBob] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    server.behaviour.holdBind = () => ofAlice.promise
    const late = directory.verify(alice, pap(rightPassword), never)
    await bound(server, alice)
    clock.advance(limits.bindMs)
    expect((await late).kind).to.equal('down')
    await recover(server)
    server.behaviour.holdBind = () => ofBob.promise
    const answer = directory.verify(bob, pap('wrong'), never)
    await bound(server, bob)
    // Alice's "right" leaves the server while Bob waits for his "wrong".
    ofAlice.resolve()
    ofBob.resolve()
    expect(await answer).to.have.property('kind', 'wrong')
  })

  it('leases a connection to one bind at a time, and opens no more than it may', async () => {
    const server = await start()
    const directory = create([server.url], { limits: { bindConnections: 4, waitMs: 2000 } })
    const [alice, bob] = [await find(directory, 'alice'), await find(directory, 'bob')]
    server.behaviour.holdBind = () => sleep(1)
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
    await recover(first)
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
    await until(() => server.filters.some((filter) => filter.includes('uid=slow')))
    await find(directory, 'alice')
    clock.advance(limits.searchMs)
    expect((await slow).kind).to.equal('down')
    expect(events).to.deep.equal([])
    expect((await directory.resolve('alice', never)).kind).to.equal('user')
  })

  it('calls nonsense an outage, not an answer', async () => {
    const server = await start()
    const directory = create([server.url])
    const alice = await find(directory, 'alice')
    server.behaviour.mode = 'garbage'
    const verified = directory.verify(alice, pap(rightPassword), never)
    await letTimePass(() => events.length > 0)
    expect((await verified).kind).to.equal('down')
    expect((await directory.resolve('bob', never)).kind).to.equal('down')
    server.behaviour.mode = 'answer'
    await recover(server)
    await find(directory, 'bob')
  })

  it('does not lock its own account by trying a refused password over and over', async () => {
    const server = await start()
    server.behaviour.accountPassword = 'another'
    const directory = create([server.url])
    const resolved = await directory.resolve('alice', never)
    expect(resolved).to.have.property('detail').that.includes('bind account refused')
    expect(resolved).to.have.property('refused', true)
    for (let i = 0; i < 20; i += 1) {
      clock.advance(limits.retryMs)
      await directory.resolve('alice', never)
    }
    expect(server.binds).to.have.lengthOf(1)
  })

  it('stops waiting when no caller waits for the answer', async () => {
    const server = await start()
    const directory = create([server.url])
    const alice = await find(directory, 'alice')
    server.behaviour.holdBind = silence
    const gone = new AbortController()
    const waiting = directory.verify(alice, pap(rightPassword), gone.signal)
    await bound(server, alice)
    gone.abort()
    expect(await waiting).to.deep.equal({ kind: 'busy' })
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
    clock.advance(101)
    await find(directory, 'alice')
    expect(server.filters.length).to.be.above(later)
  })

  it('opens nothing after it was closed', async () => {
    const server = await start()
    const directory = create([server.url])
    await find(directory, 'alice')
    await directory.close()
    expect(await directory.resolve('alice', never)).to.deep.equal({ kind: 'busy' })
    await until(() => server.openConnections() === 0)
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
