import { expect } from 'chai'
import { sureOfAll, type User } from '../../../src/accounts/index.ts'
import { createFirstProofChecks } from '../../../src/operations/index.ts'
import { parsePrefix } from '../../../src/support/index.ts'
import {
  createEnrolmentWorld,
  type EnrolmentWorld,
  helena,
  refusalOf,
  root,
  signal,
} from './world.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

describe('the helpdesk code (PEOPLE R4, R23)', () => {
  let world: EnrolmentWorld
  let alice: User
  const checks = (takeOvers = sureOfAll) =>
    createFirstProofChecks({ ...world.parts, takeOvers }, world.enrolment)
  const make = (name = 'alice', caller = helena) =>
    world.operations['enrolment.code']({ name, reason: 'new phone' }, world.call(caller))
  const spend = async (code: string, user = alice) =>
    (await checks().spendHelpdeskCode(user, code, signal)) === 'right'

  beforeEach(async () => {
    world = await createEnrolmentWorld()
    alice = world.addPerson('alice')
    world.addPerson('bob')
    world.passwords.set(alice.key, { stamp: 'one', setMs: world.clock.nowMs() - 30 * dayMs })
  })
  afterEach(() => world.close())

  it('is twelve characters, works once, and is told to the person and to the audit', async () => {
    const { code, untilMs } = await make()
    expect(code).to.match(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
    expect(untilMs).to.equal(world.clock.nowMs() + dayMs)
    expect(world.told).to.deep.equal(['alice helpdesk-code-made administrator'])
    const row = await world.lastRow()
    expect(row).to.include({ reason: 'admin-enrolment-code-made', userKey: alice.key })
    expect(row.detail).to.include({ by: 'helena', reason: 'new phone' })
    expect(JSON.stringify(row)).not.to.include(code.slice(0, 4))
    expect(await spend(code.toLowerCase().replaceAll('-', ' '))).to.equal(true)
    expect(await spend(code)).to.equal(false)
  })

  it('is not made where there is no portal, and says what to do', async () => {
    const settings = () => ({ networks: [], trustsDirectoryPhones: false, tries: 3 })
    const without = world.withEnrolment({ settings })['enrolment.code']
    const made = without({ name: 'alice', reason: 'new phone' }, world.call(helena))
    const error = await made.catch((thrown: Error) => thrown)
    expect(error).to.include({ code: 'portal-missing' })
    expect((error as Error).message).to.match(/Set web\.people.*or .*holdfast authenticator add/)
    expect(world.told).to.deep.equal([])
  })

  it('says that the person is blocked, since the code counts only after an unlock', async () => {
    await world.operations['user.block']({ name: 'alice', reason: 'lost' }, world.call(root))
    expect(await make()).to.have.property('blocked', true)
    await world.operations['user.unlock']({ name: 'alice' }, world.call(root))
    expect(await make()).not.to.have.property('blocked')
  })

  it('waits a minute where the database has changed servers: it may have been used there (O3)', async () => {
    const { code } = await make()
    const boundaryMs = world.clock.nowMs()
    const takeOvers = { isUnsure: (usableSinceMs: number) => usableSinceMs <= boundaryMs }
    const tryIt = (typed: string) => checks(takeOvers).spendHelpdeskCode(alice, typed, signal)
    for (const waitMs of [0, 59_900]) {
      world.clock.advance(waitMs)
      expect(await tryIt(code)).to.equal('unsure')
      expect(await tryIt('0000-0000-0000'), 'says nothing about a wrong one').to.equal('wrong')
    }
    world.clock.advance(200)
    expect(await tryIt(code), 'was not used up').to.equal('right')
    expect(await tryIt(code)).to.equal('wrong')
  })

  it('counts for nothing where the database changes servers while it is spent (O3)', async () => {
    const { code } = await make()
    let asked = 0
    const takeOvers = {
      isUnsure() {
        asked += 1
        return asked > 1
      },
    }
    expect(await checks(takeOvers).spendHelpdeskCode(alice, code, signal)).to.equal('unsure')
  })

  it('opens nothing for anyone else', async () => {
    const { code } = await make()
    const bob = world.addPerson('bob')
    await make('bob')
    expect(await spend(code, bob)).to.equal(false)
    expect(await spend(code)).to.equal(true)
  })

  it('ends after 24 hours, after ten wrong ones, and with a new code', async () => {
    const first = await make()
    const second = await make()
    expect(await spend(first.code)).to.equal(false)
    world.clock.advance(dayMs)
    expect(await spend(second.code)).to.equal(false)
    const third = await make()
    for (let tries = 0; tries < 10; tries += 1)
      expect(await spend('0000-0000-0000')).to.equal(false)
    expect(await spend(third.code)).to.equal(false)
  })

  it('loses no try for text that is not a code', async () => {
    const { code } = await make()
    for (let tries = 0; tries < 20; tries += 1) await spend('123456')
    expect(await spend(code)).to.equal(true)
  })

  it('is void once the password was set again: the one who has set it could be the one who asks', async () => {
    const { code } = await make()
    world.passwords.set(alice.key, { stamp: 'two', setMs: world.clock.nowMs() })
    expect(await spend(code)).to.equal(false)
    world.passwords.set(alice.key, {})
    expect(await spend(code), 'the directory does not tell any more').to.equal(false)
  })

  it('is not made by the helpdesk for a password of less than 24 hours; an administrator makes it', async () => {
    for (const setMs of [world.clock.nowMs(), world.clock.nowMs() - dayMs + 1]) {
      world.passwords.set(alice.key, { stamp: 'new', setMs })
      expect(await refusalOf(make())).to.equal('password-fresh')
    }
    const { code } = await make('alice', root)
    // A new person has to choose a password of their own first.
    world.passwords.set(alice.key, { stamp: 'own', setMs: world.clock.nowMs() })
    expect(await spend(code)).to.equal(true)
  })

  it('is not made for a fresh password however the name is written', async () => {
    // From now on the store knows her, by any name.
    await make('alice', root)
    world.passwords.set(alice.key, { stamp: 'new', setMs: world.clock.nowMs() })
    for (const name of ['alice', 'ALICE', 'corp:alice'])
      expect(await refusalOf(make(name)), name).to.equal('password-fresh')
  })

  it('is not made by the helpdesk while no directory tells of the person', async () => {
    await world.store.accounts.noteUser('corp:ghost', 'ghost')
    expect(await refusalOf(make('ghost'))).to.equal('directory-down')
    expect(await refusalOf(make('ghost', root))).to.equal('done')
  })

  it('of an administrator is void after a change as well, where the password was not new', async () => {
    const { code } = await make('alice', root)
    world.passwords.set(alice.key, { stamp: 'two', setMs: world.clock.nowMs() })
    expect(await spend(code)).to.equal(false)
  })

  it('where "must change at next logon" is set: the helpdesk makes none', async () => {
    world.passwords.set(alice.key, { setMs: 0 })
    expect(await refusalOf(make())).to.equal('password-fresh')
  })

  it('is made where the directory does not tell when the password was set', async () => {
    world.passwords.delete(alice.key)
    const { code } = await make()
    expect(await spend(code)).to.equal(true)
  })

  it('is made for no one by themselves, under whatever name', async () => {
    world.addPerson('helena')
    expect(await refusalOf(make('helena'))).to.equal('own-account')
    world.addPerson('HELENA')
    expect(await refusalOf(make('HELENA'))).to.equal('own-account')
  })

  it('has limits a day, for the helper who makes it and for the person', async () => {
    for (let count = 0; count < 3; count += 1) await make('bob')
    expect(await refusalOf(make('bob'))).to.equal('too-many-codes')
    for (let count = 0; count < 17; count += 1) {
      world.addPerson(`person${count}`)
      await make(`person${count}`)
    }
    expect(await refusalOf(make('alice'))).to.equal('too-many-codes')
    expect(await refusalOf(make('alice', root)), 'administrators print for everyone').to.equal(
      'done',
    )
    world.clock.advance(dayMs)
    expect(await refusalOf(make('alice'))).to.equal('done')
  })

  it('needs a reason', async () => {
    const without = world.operations['enrolment.code'](
      { name: 'alice' } as never,
      world.call(helena),
    )
    expect(await refusalOf(without)).to.equal('bad-arguments')
  })

  describe('and an account that was not used for long (PEOPLE R2)', () => {
    beforeEach(() => {
      alice = world.addPerson('alice', { lastSeenMs: world.clock.nowMs() - 31 * dayMs })
    })

    it('is not made until the helpdesk has lifted it', async () => {
      expect(await refusalOf(make())).to.equal('account-idle')
      const { wasIdle } = await world.operations['enrolment.lift'](
        { name: 'alice', reason: 'back from leave' },
        world.call(helena),
      )
      expect(wasIdle).to.equal(true)
      expect(await world.lastRow()).to.include({ reason: 'admin-enrolment-lifted' })
      const { code } = await make()
      expect(await spend(code)).to.equal(true)
    })

    it('does not count where it was found idle after the code was made', async () => {
      alice = world.addPerson('alice')
      const { code } = await make()
      await world.store.personRecords.markIdle(alice.key, 1, world.clock.nowMs())
      expect(await spend(code)).to.equal(false)
    })

    it('opens by no network and no phone either', async () => {
      alice = world.addPerson('alice', { lastSeenMs: 1, phones: ['+31612345678'] })
      world.settings.networks = [parsePrefix('10.0.0.0/8') ?? expect.fail()]
      world.settings.trustsDirectoryPhones = true
      expect(await checks().look(alice, '10.1.2.3')).to.deep.equal({ kind: 'ask', phones: [] })
      expect(await checks().askPhone(alice, 'sms1', signal)).to.deep.equal({ kind: 'refused' })
    })
  })

  describe('other proofs', () => {
    const withPhone = () => world.addPerson('alice', { phones: ['+31612345678'] })

    it('are not accepted where the file names none: a password alone opens nothing', async () => {
      alice = withPhone()
      expect(await checks().look(alice, '10.1.2.3')).to.deep.equal({ kind: 'ask', phones: [] })
      expect(await checks().askPhone(alice, 'sms1', signal)).to.deep.equal({ kind: 'refused' })
      expect(world.sent).to.deep.equal([])
    })

    it('are the networks of the file, and no address beside them', async () => {
      world.settings.networks = [parsePrefix('10.0.0.0/8') ?? expect.fail()]
      expect(await checks().look(alice, '10.1.2.3')).to.deep.equal({ kind: 'open' })
      for (const address of ['11.1.2.3', '::1', '::ffff:11.0.0.1', '', 'unknown']) {
        expect(await checks().look(alice, address), address).to.include({ kind: 'ask' })
      }
    })

    it('are a campaign, but not for an idle account and not for a person who has anything (PEOPLE R2)', async () => {
      world.inCampaign.add('alice').add('idle')
      const idle = world.addPerson('idle', { lastSeenMs: 1 })
      expect(await checks().look(alice, '192.0.2.7')).to.deep.equal({ kind: 'open' })
      expect(await checks().look(idle, '192.0.2.7')).to.deep.equal({ kind: 'ask', phones: [] })
      await world.store.authenticators.add({
        ...{ method: 'sms', userKey: alice.key, label: '', phone: '+31687654321' },
      })
      expect(await checks().look(alice, '192.0.2.7')).to.deep.equal({ kind: 'ask', phones: [] })
    })

    it('are not accepted for a person who has anything enrolled, even what no provider carries now', async () => {
      alice = withPhone()
      world.settings.networks = [parsePrefix('10.0.0.0/8') ?? expect.fail()]
      world.settings.trustsDirectoryPhones = true
      await world.store.authenticators.add({
        ...{ method: 'sms', userKey: alice.key, label: '', phone: '+31687654321' },
      })
      expect(await checks().look(alice, '10.1.2.3')).to.deep.equal({ kind: 'ask', phones: [] })
      expect(await checks().askPhone(alice, 'sms1', signal)).to.deep.equal({ kind: 'refused' })
    })

    it('are a code to a number of the directory, where only administrators write it', async () => {
      alice = withPhone()
      world.settings.trustsDirectoryPhones = true
      expect(await checks().look(alice, '192.0.2.1')).to.deep.equal({
        kind: 'ask',
        phones: [
          { answer: 'sms1', method: 'sms', to: '**78' },
          { answer: 'call1', method: 'call', to: '**78' },
        ],
      })
      const asked = await checks().askPhone(alice, 'sms1', signal)
      if (asked.kind !== 'sent') throw new Error(asked.kind)
      const code = world.sent[0]?.code ?? ''
      expect(code).to.match(/^\d{6}$/)
      const other = world.addPerson('bob')
      const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0')
      expect(checks().checkPhone(alice, asked.sent, wrong).kind).to.equal('wrong')
      expect(checks().checkPhone(other, asked.sent, code).kind).to.equal('wrong')
      expect(checks().checkPhone(alice, asked.sent, code).kind).to.equal('right')
      world.clock.advance(600_000)
      expect(checks().checkPhone(alice, asked.sent, code).kind).to.equal('ended')
    })

    it('end after three wrong codes', async () => {
      alice = withPhone()
      world.settings.trustsDirectoryPhones = true
      const asked = await checks().askPhone(alice, 'sms1', signal)
      if (asked.kind !== 'sent') throw new Error(asked.kind)
      let { sent } = asked
      const kinds: string[] = []
      for (let tries = 0; tries < 3; tries += 1) {
        const checked = checks().checkPhone(alice, sent, 'abc')
        kinds.push(checked.kind)
        if (checked.kind === 'wrong') sent = checked.sent
      }
      expect(kinds).to.deep.equal(['wrong', 'wrong', 'ended'])
    })

    it('are a call that is answered with #, and only with that', async () => {
      alice = withPhone()
      world.settings.trustsDirectoryPhones = true
      expect(await checks().askPhone(alice, 'call1', signal)).to.deep.equal({ kind: 'approved' })
      world.answer('refused')
      expect(await checks().askPhone(alice, 'call1', signal)).to.deep.equal({ kind: 'refused' })
    })
  })
})
