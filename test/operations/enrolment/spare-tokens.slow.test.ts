import { expect } from 'chai'
import { spareTokenOwner, type User } from '../../../src/accounts/index.ts'
import { otpCode } from '../../../src/methods/index.ts'
import type { OperationArgs, SeedRow, SpareTokenView } from '../../../src/operations/index.ts'
import { HoldfastError } from '../../../src/support/index.ts'
import { createEnrolmentWorld, type EnrolmentWorld, refusalOf, root, signal } from './world.ts'

type Seed = OperationArgs<'seeds.import'>['seeds'][number]
type Options = Partial<Omit<OperationArgs<'seeds.import'>, 'seeds'>>

/** Seeds differ by `fill`; without `user` it is a spare token. */
function seed(line: number, fill: number, changes: Partial<Seed> = {}): Seed {
  return {
    ...{ line, method: 'hotp', seed: Buffer.alloc(20, fill).toString('base64') },
    ...{ algorithm: 'sha1', digits: 6, periodSeconds: 30, counter: 0, driftSteps: 0 },
    ...changes,
  }
}

const codes = (fill: number, counter: number) => {
  const token = { seed: new Uint8Array(20).fill(fill), algorithm: 'sha1', digits: 6 } as const
  return [otpCode(token, counter), otpCode(token, counter + 1)]
}

describe('spare tokens', () => {
  let world: EnrolmentWorld
  let alice: User

  beforeEach(async () => {
    world = await createEnrolmentWorld()
    alice = world.addPerson('alice')
    world.addPerson('bob')
  })
  afterEach(() => world.close())

  async function load(seeds: readonly Seed[], options: Options = {}) {
    const rows: SeedRow[] = []
    const send = (event: unknown) => rows.push(...(event as { rows: SeedRow[] }).rows)
    const call = { ...world.call(root), send }
    const args = { seeds: [...seeds], dryRun: false, ...options }
    return { ...(await world.operations['seeds.import'](args, call)), rows }
  }
  async function list(): Promise<readonly SpareTokenView[]> {
    const rows: SpareTokenView[] = []
    const send = (event: unknown) => rows.push(...(event as { rows: SpareTokenView[] }).rows)
    await world.operations['spare-token.list']({}, { ...world.call(root), send })
    return rows
  }
  const serials = async () => (await list()).map(({ serial }) => serial)
  const remove = (which: OperationArgs<'spare-token.remove'>['which']) =>
    world.operations['spare-token.remove']({ which, reason: 'lost' }, world.call(root))
  const states = ({ rows }: { rows: readonly SeedRow[] }) => rows.map(({ state }) => state)
  const texts = ({ rows }: { rows: readonly SeedRow[] }) => rows.map(({ text }) => text)
  const ofAlice = () => world.store.authenticators.list(alice.key)

  async function claim(serial: string, typed: readonly string[]) {
    const caller = world.as(alice, { session: 'setup', isConfirmed: false })
    const wanted = { wanted: { setup: 'token', serial }, basis: {} } as const
    const step = await world.self(caller, 'own.begin', wanted as never, signal)
    if (step.kind !== 'pending') throw new Error(step.kind)
    const proof = { pending: step.pending, codes: [...typed] }
    return world.self(caller, 'own.prove', proof, signal)
  }

  it('are imported without a person, and claimed by anyone who has one in hand', async () => {
    const dryRun = await load([seed(2, 1, { serial: '1001' })], { dryRun: true })
    expect(states(dryRun)).to.deep.equal(['spare'])
    expect(await list()).to.deep.equal([])
    const loaded = await load([seed(2, 1, { serial: '1001' })], { plan: dryRun.plan })
    expect(loaded.counts).to.include({ spare: 1, add: 0 })
    expect(await world.lastRow()).to.deep.include({
      ...{ reason: 'admin-spare-tokens-imported', userKey: undefined },
      detail: { count: '1', by: 'root', uid: '0', via: 'admin-socket' },
    })
    expect(world.told).to.deep.equal([])
    expect((await claim('1001', codes(1, 4))).kind).to.equal('added')
    const tokens = (await ofAlice()).filter(({ method }) => method === 'hotp')
    expect(tokens).to.have.length(1)
    expect(tokens[0]).to.include({ counter: 6, setUpBy: 'import', label: 'token 1001' })
    expect(await list()).to.deep.equal([])
  })

  it('stay as they are when the same file comes again, before and after one is claimed', async () => {
    const seeds = [seed(2, 1, { serial: '1001' }), seed(3, 2, { serial: '1002' })]
    await load(seeds)
    expect(texts(await load(seeds))).to.deep.equal([
      'it is a spare token already',
      'it is a spare token already',
    ])
    await claim('1001', codes(1, 0))
    const again = await load(seeds)
    expect(states(again)).to.deep.equal(['there', 'there'])
    expect(texts(again)[0]).to.equal('alice has this token already')
    expect(again.imported).to.equal(false)
    expect(await serials()).to.deep.equal(['1002'])
  })

  it('go to the person that a later file names, with the codes that were used', async () => {
    await load([seed(2, 1, { serial: '1001', counter: 7 })])
    const assigned = await load([seed(2, 1, { serial: '1001', user: 'alice' })])
    expect(assigned.rows).to.deep.equal([
      { line: 2, state: 'add', user: 'alice', text: 'it was a spare token' },
    ])
    expect(await list()).to.deep.equal([])
    expect((await ofAlice())[0]).to.include({ counter: 7, label: 'token 1001' })
    expect(world.told).to.deep.equal(['alice authenticator-added administrator'])
  })

  it('need a serial number, and no other token may have it', async () => {
    await load([seed(2, 1, { serial: '10010', user: 'alice' }), seed(3, 2, { serial: '20020' })])
    const refused = await load([
      seed(2, 3),
      seed(3, 4, { serial: ' ' }),
      seed(4, 5, { serial: '10010' }),
      seed(5, 6, { serial: '20020' }),
      seed(6, 7, { serial: '20020', user: 'bob' }),
    ])
    expect(states(refused)).to.deep.equal(Array.from({ length: 5 }, () => 'refuse'))
    expect(texts(refused)).to.deep.equal([
      'a spare token needs a serial number, by which someone claims it',
      'a spare token needs a serial number, by which someone claims it',
      'this serial number is already enrolled for alice, with another seed; remove it there first',
      'it is a spare token already, with another seed; --replace puts this one in its place',
      'this serial number is that of a spare token, with another seed; remove that first (holdfast spare-token remove)',
    ])
    expect(await serials()).to.deep.equal(['20020'])
  })

  it('are told apart by what people type: upper and lower case, and blanks, are all one', async () => {
    await load([seed(2, 1, { serial: 'Ab 1001' })])
    expect(texts(await load([seed(2, 2, { serial: 'AB1001' })]))[0]).to.include('with another seed')
    expect(await serials()).to.deep.equal(['Ab1001'])
    expect((await claim('aB 10 01', codes(1, 0))).kind).to.equal('added')
  })

  it('are not found by a part of the serial number, by none, and by a pattern', async () => {
    await load([seed(2, 1, { serial: 'A-1001' })])
    for (const serial of [
      '1001',
      '',
      ' ',
      '%',
      '%1001',
      '_-1001',
      'token A-1001 ',
      "' or 1=1 --",
    ]) {
      expect(await claim(serial, codes(1, 0)), serial).to.include({ wrong: true })
    }
    expect(await ofAlice()).to.deep.equal([])
  })

  it('are replaced when that is asked for, and keep the codes that were used', async () => {
    await load([seed(2, 1, { serial: '1001', counter: 9 }), seed(3, 2, { serial: '1002' })])
    const eight = seed(2, 1, { serial: '1001', digits: 8 })
    expect(texts(await load([eight]))[0]).to.include('with other settings; --replace')
    const both = seed(2, 1, { serial: '1002' })
    expect(texts(await load([both], { replace: true }))[0]).to.include('those of two spare tokens')
    const replaced = await load([eight, seed(3, 3, { serial: '1002' })], { replace: true })
    expect(replaced.rows.map(({ text }) => text)).to.deep.equal([
      'in the place of the spare token with other settings',
      'in the place of the spare token with another seed',
    ])
    expect((await list()).map(({ detail }) => detail)).to.deep.equal([
      'sha1, 8 digits, counter 9',
      'sha1, 6 digits, counter 0',
    ])
    expect(await claim('1002', codes(2, 0))).to.include({ wrong: true })
  })

  it('are listed in the order of serial numbers, and removed: all that are named, or none', async () => {
    await load(['A10', 'A2', 'A1'].map((serial, at) => seed(at + 2, at + 1, { serial })))
    await load([seed(2, 9, { serial: 'B1', user: 'bob' })])
    expect(await serials()).to.deep.equal(['A1', 'A2', 'A10'])
    expect(JSON.stringify(await list())).to.not.include(Buffer.alloc(20, 1).toString('base64'))
    for (const unknown of ['A3', 'B1', '']) {
      const refused = await refusalOf(remove(['A1', unknown]))
      expect(refused, unknown).to.equal(unknown === '' ? 'bad-arguments' : 'authenticator-unknown')
    }
    expect(await serials()).to.deep.equal(['A1', 'A2', 'A10'])
    expect(await remove(['a1', 'A10', 'A 1'])).to.deep.equal({ removed: 2 })
    expect(await world.lastRow()).to.deep.include({
      reason: 'admin-spare-tokens-removed',
      detail: {
        count: '2',
        serials: 'A1, A10',
        reason: 'lost',
        by: 'root',
        uid: '0',
        via: 'admin-socket',
      },
    })
    expect(await serials()).to.deep.equal(['A2'])
    expect(await remove('all')).to.deep.equal({ removed: 1 })
    expect(await remove('all')).to.deep.equal({ removed: 0 })
    expect(await world.store.authenticators.list('corp:bob')).to.have.length(1)
  })

  it('keep nothing when the audit cannot be written', async () => {
    const { alert } = world.store.audit
    world.store.audit.alert = async () => {
      throw new HoldfastError('store-full', 'no room')
    }
    expect(await refusalOf(load([seed(2, 1, { serial: '1001' })]))).to.equal('store-full')
    world.store.audit.alert = alert
    expect(await list()).to.deep.equal([])
  })

  it('stay spare when a claim cannot be stored', async () => {
    await load([seed(2, 1, { serial: '1001' })])
    const { add } = world.store.authenticators
    world.store.authenticators.add = async () => {
      throw new HoldfastError('store-full', 'no room')
    }
    expect(await refusalOf(claim('1001', codes(1, 0)))).to.equal('store-full')
    world.store.authenticators.add = add
    expect(await serials()).to.deep.equal(['1001'])
  })

  it('are sealed again with the others, and belong to no one whose data is exported or erased', async () => {
    await load([seed(2, 1, { serial: '1001' })])
    await world.store.accounts.noteUser(alice.key, 'alice')
    await world.store.rotateKeys(new Uint8Array(32).fill(8))
    const exported = await world.store.users.exportUser(alice.key, [])
    expect(JSON.stringify(exported)).to.not.include('1001')
    await world.store.users.removeUser(alice.key)
    expect(await world.store.countAuthenticators()).to.deep.equal([])
    expect(await world.store.users.listUsers({})).to.deep.equal([])
    const [token] = await world.store.tokens.withSerial(spareTokenOwner, '1001')
    expect(Buffer.from(token?.seed ?? [])).to.deep.equal(Buffer.alloc(20, 1))
    expect((await claim('1001', codes(1, 0))).kind).to.equal('added')
  })
})
