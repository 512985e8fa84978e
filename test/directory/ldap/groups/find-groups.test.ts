import { expect } from 'chai'
import type { Entry } from 'ldapts'
import { DirectoryError } from '../../../../src/directory/index.ts'
import type {
  LdapConnection,
  SearchQuery,
} from '../../../../src/directory/ldap/connections/connection.ts'
import {
  createGroupFinder,
  type GroupFinder,
} from '../../../../src/directory/ldap/groups/find-groups.ts'
import { type LdapOptions, readLdapOptions } from '../../../../src/directory/ldap/options.ts'
import { Secret } from '../../../../src/support/index.ts'
import { createManualClock, type ManualClock } from '../../../support/manual-clock.ts'
import { ldapDefaults } from '../ldap-defaults.ts'

/** What a stand-in for a server says to a search. */
type Answer = (query: SearchQuery) => readonly Entry[] | Promise<readonly Entry[]>

function connectionTo(answer: Answer): LdapConnection & { readonly queries: SearchQuery[] } {
  const queries: SearchQuery[] = []
  return {
    queries,
    async search(query) {
      queries.push(query)
      return answer(query)
    },
    bind: () => Promise.reject(new Error('nobody binds here')),
    exchange: () => Promise.reject(new Error('nobody changes anything here')),
    certificate: () => undefined,
    pages: () => expect.fail(),
    isOpen: () => true,
    url: 'ldap://fake',
    close() {},
  }
}

function sid(rid: number): Buffer {
  return Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, rid >> 8, rid & 0xff, 0, 0])
}

const alice = { dn: 'CN=Alice,DC=corp,DC=example', loginName: 'alice', primaryGroup: undefined }

describe('groups of a person', () => {
  let clock: ManualClock

  beforeEach(() => {
    clock = createManualClock(1_000_000)
  })

  function finder(change: Partial<LdapOptions> = {}): GroupFinder {
    const settings = readLdapOptions({
      ...ldapDefaults,
      name: 'corp',
      servers: [{ url: 'ldaps://dc1.corp.example' }],
      bindDn: 'CN=reader',
      bindPassword: new Secret('secret'),
      baseDn: 'OU=People,DC=corp,DC=example',
      kind: 'ad',
      nestedGroups: 'token-groups',
      phoneAttributes: [],
      defaultRegion: 'NL',
      ...change,
    })
    return createGroupFinder(settings, clock)
  }

  describe('by token', () => {
    /** A domain controller: a question about a person gets these SIDs, a question about SIDs their groups. */
    function domain(token: readonly Buffer[], names: (rid: number) => string | undefined): Answer {
      return ({ scope, filter }) => {
        if (scope === 'base') return [{ dn: alice.dn, tokenGroups: [...token] }]
        const asked = JSON.stringify(filter)
        return token.flatMap((objectSid) => {
          const rid = objectSid.readUInt16BE(8)
          const name = names(rid)
          return name === undefined || !asked.includes(JSON.stringify(objectSid))
            ? []
            : [{ dn: `CN=${name},DC=corp`, objectSid, sAMAccountName: name, cn: name }]
        })
      }
    }

    it('names groups once, and looks for them in all of the domain', async () => {
      const connection = connectionTo(domain([sid(1), sid(2)], (rid) => `Group ${rid}`))
      const find = finder()
      for (let time = 0; time < 3; time += 1) {
        const { groups } = await find(connection, alice)
        expect(groups.map(({ name }) => name)).to.deep.equal(['Group 1', 'Group 2'])
      }
      const names = connection.queries.filter(({ scope }) => scope === 'sub')
      expect(names).to.have.lengthOf(1)
      expect(names[0]?.base).to.equal('DC=corp,DC=example')
      expect(connection.queries).to.have.lengthOf(4)
    })

    it('shares one search among all who ask meanwhile, and says how old the answer is', async () => {
      const { promise: gate, resolve: open } = Promise.withResolvers<void>()
      const answer = domain([sid(1)], () => 'Staff')
      const connection = connectionTo(async (query) => {
        if (query.scope === 'sub') await gate
        return answer(query)
      })
      const find = finder()
      const all = [find(connection, alice), find(connection, alice), find(connection, alice)]
      await new Promise((resolve) => setImmediate(resolve))
      clock.advance(500)
      open()
      for (const { groups, sinceMs } of await Promise.all(all)) {
        expect(groups.map(({ name }) => name)).to.deep.equal(['Staff'])
        expect(sinceMs).to.equal(1_000_000)
      }
      expect(connection.queries.filter(({ scope }) => scope === 'sub')).to.have.lengthOf(1)
    })

    it('sees a new name when the old one is as old as facts may be', async () => {
      let name = 'Before'
      const connection = connectionTo(domain([sid(1)], () => name))
      const find = finder({ cacheMs: 60_000 })
      await find(connection, alice)
      name = 'After'
      clock.advance(59_999)
      expect((await find(connection, alice)).groups[0]?.name).to.equal('Before')
      clock.advance(1)
      expect((await find(connection, alice)).groups[0]?.name).to.equal('After')
    })

    it('remembers nothing where it may not', async () => {
      const connection = connectionTo(domain([sid(1)], () => 'Staff'))
      const find = finder({ cacheMs: 0 })
      await find(connection, alice)
      expect((await find(connection, alice)).groups).to.have.lengthOf(1)
      expect(connection.queries).to.have.lengthOf(4)
    })

    it('asks again after a search that failed, and gives the failure to all who waited', async () => {
      let isBroken = true
      const answer = domain([sid(1)], () => 'Staff')
      const connection = connectionTo((query) => {
        if (query.scope === 'sub' && isBroken) throw new DirectoryError('no-answer', 'broken')
        return answer(query)
      })
      const find = finder()
      const failed = await Promise.allSettled([find(connection, alice), find(connection, alice)])
      expect(failed.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected'])
      isBroken = false
      expect((await find(connection, alice)).groups).to.have.lengthOf(1)
    })

    it('asks about 1,200 groups in a few searches, and leaves out what is not there', async () => {
      const token = Array.from({ length: 1200 }, (_, index) => sid(index))
      const connection = connectionTo(domain(token, (rid) => (rid === 7 ? undefined : `G${rid}`)))
      const { groups } = await finder()(connection, alice)
      expect(groups).to.have.lengthOf(1199)
      expect(connection.queries).to.have.lengthOf(7)
    })

    for (const [why, entries] of [
      ['is not shown', [{ dn: alice.dn }]],
      ['is text', [{ dn: alice.dn, tokenGroups: 'S-1-5-32-545' }]],
      ['is of nobody', []],
    ] as const) {
      it(`does not take a token that ${why} for no groups`, async () => {
        const connection = connectionTo(() => entries)
        const error = await finder()(connection, alice).catch((caught: unknown) => caught)
        expect(error).to.have.property('code', 'search-refused')
      })
    }

    it('is only for Active Directory', () => {
      expect(() => finder({ kind: 'openldap' }))
        .to.throw()
        .with.property('code', 'options-invalid')
    })
  })

  describe('by recursion', () => {
    /** Which group is in which. */
    const parents: Readonly<Record<string, readonly string[]>> = {
      alice: ['inner', 'side'],
      inner: ['middle'],
      middle: ['outer'],
      outer: ['inner'],
    }
    const answer: Answer = ({ filter }) => {
      const text = filter.toString()
      const found = Object.entries(parents).flatMap(([member, above]) =>
        text.includes(`(member=cn=${member}`) ? above : [],
      )
      return [...new Set(found)].map((cn) => ({ dn: `cn=${cn}`, cn }))
    }
    const person = { dn: 'cn=alice', loginName: 'alice', primaryGroup: undefined }
    const options = { kind: 'openldap', nestedGroups: 'recursion' } as const

    it('climbs over circles, and asks only about the person when it comes by again', async () => {
      const connection = connectionTo(answer)
      const find = finder(options)
      const first = await find(connection, person)
      expect(first.groups.map(({ cn }) => cn).sort()).to.deep.equal([
        ...['inner', 'middle', 'outer', 'side'],
      ])
      const asked = connection.queries.length
      clock.advance(1000)
      const second = await find(connection, person)
      expect(second.groups).to.deep.equal(first.groups)
      expect(connection.queries).to.have.lengthOf(asked + 1)
      expect(second.sinceMs).to.equal(1_000_000)
    })

    it('climbs again when what it knows has grown old', async () => {
      const connection = connectionTo(answer)
      const find = finder({ ...options, cacheMs: 10_000 })
      await find(connection, person)
      const asked = connection.queries.length
      clock.advance(10_000)
      expect((await find(connection, person)).sinceMs).to.equal(1_010_000)
      expect(connection.queries).to.have.lengthOf(2 * asked)
    })
  })

  it('asks for nothing where no rule depends on groups', async () => {
    const connection = connectionTo(() => {
      throw new Error('asked')
    })
    expect((await finder({ readGroups: false })(connection, alice)).groups).to.deep.equal([])
  })
})
