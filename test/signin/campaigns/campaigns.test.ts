import { expect } from 'chai'
import { createLocalDirectory, type LocalUser } from '../../../src/directory/index.ts'
import { type Campaign, campaignAtPortal } from '../../../src/signin/index.ts'
import { Secret, systemClock } from '../../../src/support/index.ts'
import {
  call,
  chap,
  createWorld,
  flush,
  gatewayRules,
  password,
  reasonOf,
  sms,
  totp,
  type World,
  type WorldOptions,
  wrongCodeFor,
} from '../harness.ts'

const startMs = 1_750_000_000_000
const dayMs = 86_400_000
const campaign: Campaign = {
  ...{ name: 'spring', group: 'staff', gateways: [gatewayRules().name] },
  ...{ fromMs: startMs - dayMs, untilMs: startMs + 7 * dayMs },
}

/** alice and bob are staff, dave is not; none has anything. */
describe('a campaign lets people in by the password alone (PEOPLE R2)', () => {
  let world: World

  function home(change: Partial<Campaign> = {}, options: WorldOptions = {}): void {
    const parts = { campaigns: [{ ...campaign, ...change }], ...options.parts }
    world = createWorld({ ...options, parts })
  }
  beforeEach(() => home())

  const reason = async (user = 'alice', change = {}) =>
    reasonOf(await world.ask({ user, ...change }))

  it('who have nothing, at its gateways, while it lasts; the time line has its name', async () => {
    expect(await reason()).to.equal('accepted')
    expect(world.rows.at(-1)?.timeline).to.deep.include({
      ...{ atMs: world.clock.nowMs(), what: 'campaign', detail: { name: 'spring' } },
    })
    expect(world.rows.at(-1)).to.not.have.property('method')
  })

  it('again, until they have set something up', async () => {
    expect(await reason()).to.equal('accepted')
    world.clock.advance(dayMs)
    expect(await reason()).to.equal('accepted')
  })

  it('never without the right password', async () => {
    const pending = world.start({ user: 'alice', password: 'wrong' })
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('password-wrong')
  })

  it('never people of another group, nor of a group that is gone', async () => {
    expect(await reason('dave')).to.equal('not-enrolled')
    home({}, { parts: { missingGroups: () => new Set(['staff']) } })
    expect(await reason()).to.not.equal('accepted')
  })

  it('never at another gateway', async () => {
    const other = gatewayRules({ name: 'other' })
    expect(await reason('alice', { gateway: other })).to.equal('not-enrolled')
  })

  it('never before its first moment and never from its last one on', async () => {
    home({ fromMs: startMs + 1 })
    expect(await reason()).to.equal('not-enrolled')
    home({ untilMs: startMs })
    expect(await reason()).to.equal('not-enrolled')
    home({ untilMs: startMs + dayMs })
    world.clock.advance(dayMs)
    expect(await reason()).to.equal('not-enrolled')
  })

  for (const [what, authenticator] of Object.entries({ totp, call, sms })) {
    it(`never those who have ${what}, whether or not it can be used here`, async () => {
      await world.enrol('alice', authenticator)
      const gateway = gatewayRules({ methods: ['recovery'] })
      expect(await reason('alice', { gateway })).to.equal('not-enrolled')
    })
  }

  describe('with a contact in the directory', () => {
    const contacts = {
      'a number': { phones: ['+31612345678'] },
      'a mail address': { email: 'alice@corp.example' },
    }
    const gateway = gatewayRules({ methods: ['totp'] })

    function homeWith(contact: Partial<LocalUser>, parts: WorldOptions['parts'] = {}): void {
      const users = [{ name: 'alice', groups: ['staff'], password: new Secret(password) }]
      const directory = createLocalDirectory(
        { name: 'local', users: users.map((user) => ({ ...user, ...contact })), allowClear: true },
        { clock: systemClock },
      )
      home({}, { parts: { directories: new Map([['local', directory]]), ...parts } })
    }

    for (const [what, contact] of Object.entries(contacts)) {
      it(`never those who have ${what} that a provider reaches`, async () => {
        homeWith(contact)
        expect(await reason('alice', { gateway })).to.equal('not-enrolled')
      })

      it(`also those who have ${what} that nothing here reaches`, async () => {
        homeWith(contact, { sent: new Map(), approvals: new Map() })
        expect(await reason('alice', { gateway })).to.equal('accepted')
      })
    }
  })

  it('never those who had something before, also when nothing of it is left', async () => {
    await world.stores.personRecords.markEnrolled('local:alice', startMs - 400 * dayMs)
    expect(await reason()).to.equal('not-enrolled')
    expect(JSON.stringify(world.rows.at(-1)?.timeline)).to.include('enrolled-before')
  })

  it('never at a gateway where they needed a second factor, and still at another one', async () => {
    const other = gatewayRules({ name: 'other' })
    home({ gateways: [gatewayRules().name, 'other'] })
    const app = await world.enrol('alice', totp)
    const code = wrongCodeFor(world, app)
    const pending = world.start({ user: 'alice', password: `Winter-2024,${code}` })
    await flush()
    expect(pending.outcome?.kind).to.equal('reject')
    await world.stores.authenticators.remove('local:alice', app.id)
    world.clock.advance(3_600_000)
    expect(await reason()).to.equal('not-enrolled')
    expect(JSON.stringify(world.rows.at(-1)?.timeline)).to.include('needed-before')
    expect(await reason('alice', { gateway: other })).to.equal('accepted')
  })

  it('never where they were refused for having nothing before it began', async () => {
    home({ fromMs: startMs + dayMs })
    expect(await reason()).to.equal('not-enrolled')
    world.clock.advance(2 * dayMs)
    expect(await reason()).to.equal('not-enrolled')
    expect(await reason('bob')).to.equal('accepted')
  })

  it('never a forgotten account, not even at its second try', async () => {
    await world.stores.personRecords.markIdle('local:alice', startMs - 60 * dayMs, startMs)
    expect(await reason()).to.equal('not-enrolled')
    expect(await reason()).to.equal('not-enrolled')
    expect(JSON.stringify(world.rows.at(-1)?.timeline)).to.include('account-idle')
  })

  it('never against a rule that denies, or that wants to know who it is', async () => {
    const rule = (outcome: object) => ({ name: 'r', groups: ['staff'], outcome }) as never
    home({}, { parts: { rules: [rule({ kind: 'deny' })] } })
    const denied = world.start({ user: 'alice' })
    await flush()
    expect(reasonOf(denied.outcome)).to.equal('denied')
    home({}, { parts: { rules: [rule({ kind: 'second-factor', userVerification: true })] } })
    expect(await reason()).to.equal('not-enrolled')
  })

  it('never a person who is blocked', async () => {
    await world.stores.accounts.block('local:alice', 'x', startMs)
    const pending = world.start({ user: 'alice' })
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('blocked')
  })

  it('never where the gateway checks the password itself', async () => {
    const gateway = gatewayRules({
      firstFactor: { kind: 'none', directories: ['local'], promptWithoutPassword: true },
    })
    expect(await reason('alice', { gateway })).to.equal('not-enrolled')
  })

  for (const name of ['personRecords.load', 'history.hasNeeded']) {
    it(`never when the store cannot tell: ${name}`, async () => {
      world.stores.failing.add(name)
      expect(await reason()).to.equal('store-failed')
    })
  }

  it('is not a sign-in that later ones are remembered by', async () => {
    const remember = { forMs: dayMs, address: true }
    const rules = [{ name: 'r', outcome: { kind: 'second-factor', remember } }] as never
    home({}, { parts: { rules } })
    expect(await reason()).to.equal('accepted')
    expect(await world.stores.remembered.list('local:alice', 0)).to.deep.equal([])
  })

  it('counts with CHAP and MS-CHAP as well: the password is proven', async () => {
    expect(await reason('alice', { credential: chap('Winter-2024') })).to.equal('accepted')
  })

  describe('at the portal', () => {
    const alice = async () => {
      const found = await world.parts.directories.get('local')?.resolveKey('local:alice', signal)
      if (found?.kind !== 'user') throw new Error('alice is gone')
      return found.user
    }
    const { signal } = new AbortController()
    const opened = async () =>
      (await campaignAtPortal(world.parts, await alice(), world.clock.nowMs()))?.name

    it('opens the set-up of those who it is for, while it lasts', async () => {
      expect(await opened()).to.equal('spring')
      world.clock.advance(7 * dayMs)
      expect(await opened()).to.equal(undefined)
    })

    it('never of those who had something, whose account is forgotten, or who needed more', async () => {
      await world.stores.personRecords.markIdle('local:alice', 0, startMs)
      expect(await opened()).to.equal(undefined)
      home()
      await world.stores.personRecords.markEnrolled('local:alice', 1)
      expect(await opened()).to.equal(undefined)
      home({ fromMs: startMs + dayMs })
      expect(await reason()).to.equal('not-enrolled')
      world.clock.advance(2 * dayMs)
      expect(await opened()).to.equal(undefined)
    })
  })
})
