import { expect } from 'chai'
import { createDirectoryStatusLookup, createPersonLookup } from '../../../src/operations/index.ts'
import type { Directory, PersonFacts, Resolved, Shielded } from '../../../src/signin/index.ts'

const { signal } = new AbortController()
const user = {
  ...{ key: 'corp:1', directory: 'corp', name: 'alice', displayName: 'Alice' },
  ...{ groups: [], phones: [] },
}
const shield: Shielded = { kind: 'shielded', wrong: 2, threshold: 3, untilMs: 5 }
const facts: PersonFacts = { kind: 'facts', groups: ['staff'], unusablePhones: [] }

function directory(name: string, resolved: Resolved, change: Partial<Directory> = {}): Directory {
  return {
    name,
    resolve: async () => resolved,
    resolveKey: async () => resolved,
    verify: async () => {
      throw new Error('no password is checked here')
    },
    close: async () => undefined,
    ...change,
  }
}

const remembered = {
  ...{ userKey: 'corp:1', name: 'alice', authenticators: 1, blocked: false, lockedUntilMs: 0 },
}

describe('looking a person up', () => {
  const lookUp = (directories: readonly Directory[], known = [remembered]) =>
    createPersonLookup({ directories, users: { listUsers: async () => known } })('alice', signal)

  for (const [trouble, why] of [
    [{ kind: 'down', detail: 'connect ECONNREFUSED' }, 'corp: connect ECONNREFUSED'],
    [{ kind: 'busy' }, 'corp: too many requests wait for it'],
  ] as const) {
    it(`says that a directory is ${trouble.kind}, instead of looking empty`, async () => {
      const person = await lookUp([directory('corp', trouble)])
      expect(person).to.deep.equal({ key: 'corp:1', name: 'alice', unasked: [why] })
    })

    it(`never says that no user has that name while a directory is ${trouble.kind}`, async () => {
      const error = await lookUp([directory('corp', trouble)], []).catch((thrown) => thrown)
      expect(error).to.include({ code: 'directory-down' })
      expect(error.message).to.include(why)
    })
  }

  it('gives everything of a person whose name was written with the directory, or has changed', async () => {
    const corp = directory('corp', { kind: 'unknown' }, { resolveKey: async () => found })
    const found: Resolved = { kind: 'user', user: { ...user, groups: ['Domain Admins'] } }
    const person = await createPersonLookup({
      directories: [directory('other', { kind: 'unknown' }), corp],
      users: { listUsers: async () => [remembered] },
    })('corp:alice', signal)
    expect(person).to.deep.equal(found.user)
  })

  it('says it too where another directory knows the name', async () => {
    const down = directory('corp', { kind: 'down', detail: 'away' })
    const local = directory('people', { kind: 'user', user: { ...user, directory: 'people' } })
    expect(await lookUp([down, local])).to.include({ directory: 'people' })
    expect((await lookUp([down, local])).unasked).to.deep.equal(['corp: away'])
    expect(await lookUp([local])).to.not.have.property('unasked')
  })
})

describe('the state of a person in their directory', () => {
  const found: Resolved = { kind: 'user', user }
  const directoryStatus = (change: Partial<Directory>, person = user) =>
    createDirectoryStatusLookup([directory('other', found), directory('corp', found, change)])(
      person,
      signal,
    )

  it('is what the directory says, the shield with it', async () => {
    const change = { describe: async () => facts, lookAtShield: async () => shield }
    expect(await directoryStatus(change)).to.deep.equal({ facts, shield })
  })

  it('is that it could not be asked', async () => {
    const down = { kind: 'down', detail: 'no answer' } as const
    expect(await directoryStatus({ describe: async () => down })).to.deep.equal({
      unasked: 'corp: no answer',
    })
    expect(await directoryStatus({ describe: async () => ({ kind: 'busy' }) })).to.have.property(
      'unasked',
    )
  })

  it('is nothing where the directory has no more to tell, or the person is only remembered', async () => {
    expect(await directoryStatus({})).to.deep.equal({})
    const lookUp = createDirectoryStatusLookup([directory('corp', found)])
    expect(await lookUp({ key: 'corp:1', name: 'alice' }, signal)).to.deep.equal({})
  })
})
