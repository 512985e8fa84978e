import { expect } from 'chai'
import { sureOfAll } from '../../../src/accounts/index.ts'
import { type BatchEvent, createFirstProofChecks } from '../../../src/operations/index.ts'
import {
  createEnrolmentWorld,
  type EnrolmentWorld,
  refusalOf,
  root,
  signal,
} from '../enrolment/world.ts'

const dayMs = 86_400_000
const phone = { method: 'sms', label: '', phone: '+31612345678' } as const

describe('codes for a group (PEOPLE R4, R23)', () => {
  let world: EnrolmentWorld
  let events: BatchEvent[]
  let gone: AbortController
  const call = () => ({
    ...{ signal: gone.signal, caller: root },
    send: (event: unknown) => events.push(event as BatchEvent),
  })
  const make = (more: { dryRun?: boolean; renew?: boolean; group?: string } = {}) => {
    events = []
    const args = { group: 'staff', reason: 'spring', ...more }
    return world.operations['enrolment.codes'](args, call())
  }
  const made = () => events.flatMap((event) => ('made' in event ? [event.made] : []))
  const skipped = () =>
    events.flatMap((event) =>
      'skipped' in event ? [`${event.skipped.name} ${event.skipped.why}`] : [],
    )

  beforeEach(async () => {
    gone = new AbortController()
    world = await createEnrolmentWorld()
    for (const name of ['alice', 'bob', 'carol', 'dave']) {
      world.addPerson(name, { groups: ['staff'], language: name === 'bob' ? 'nl' : 'en' })
    }
    world.addPerson('zoe')
  })
  afterEach(() => world.close())

  it('are made for everyone who has nothing, each written to the audit and told to the person', async () => {
    expect(await make()).to.deep.equal({ made: 4, skipped: 0 })
    expect(made().map(({ person }) => person.name)).to.deep.equal(['alice', 'bob', 'carol', 'dave'])
    expect(world.told).to.deep.equal(
      ['alice', 'bob', 'carol', 'dave'].map((name) => `${name} helpdesk-code-made administrator`),
    )
    const audit = await world.store.audit.searchAudit({ limit: 10 })
    const rows = audit.filter(({ reason }) => reason === 'admin-enrolment-code-made')
    expect(rows.map(({ userKey }) => userKey).sort()).to.deep.equal(
      ['alice', 'bob', 'carol', 'dave'].map((name) => `corp:${name}`),
    )
    expect(rows[0]?.timeline[0]?.detail).to.include({ reason: 'spring', group: 'staff' })
    const [{ code = '' } = {}] = made()
    expect(JSON.stringify(audit)).not.to.include(code.slice(0, 4))
    const checks = createFirstProofChecks({ ...world.parts, takeOvers: sureOfAll }, world.enrolment)
    const alice = (await world.enrolment.findUser('corp:alice', signal)) ?? expect.fail()
    expect(await checks.spendHelpdeskCode(alice, code, signal)).to.equal('right')
  })

  it('come with a page in the person’s language, whose texts have no code', async () => {
    await make()
    const [, bob] = made()
    expect(bob?.page).to.include({
      language: 'nl',
      title: 'Stel uw telefoon in om u mee aan te melden',
    })
    expect(bob?.page?.steps.join()).to.include('https://mfa.example.com')
    for (const { code, page } of made()) expect(JSON.stringify(page)).not.to.include(code)
  })

  it('skip who has something, is blocked, or has an account that may be forgotten', async () => {
    await world.store.authenticators.add({ ...phone, userKey: 'corp:alice' })
    await world.store.accounts.block('corp:bob', 'left', world.clock.nowMs())
    const lastSeenMs = world.clock.nowMs() - 31 * dayMs
    world.addPerson('carol', { groups: ['staff'], lastSeenMs })
    expect(await make()).to.deep.equal({ made: 1, skipped: 3 })
    expect(skipped()).to.deep.equal(['alice set-up', 'bob blocked', 'carol idle'])
    expect(made().map(({ person }) => person.name)).to.deep.equal(['dave'])
    expect(world.told).to.have.length(1)
  })

  it('leave a code that counts as it is: a page may be in someone’s hands', async () => {
    await world.operations['enrolment.code']({ name: 'bob', reason: 'x' }, call())
    await make()
    expect(skipped()).to.deep.equal(['bob has-code'])
    expect(await make()).to.deep.equal({ made: 0, skipped: 4 })
    expect(await make({ renew: true })).to.deep.equal({ made: 4, skipped: 0 })
  })

  it('are at most three in a day for one person, also with --renew', async () => {
    for (let count = 0; count < 3; count += 1) await make({ renew: true })
    expect(await make({ renew: true })).to.deep.equal({ made: 0, skipped: 4 })
    expect(skipped()[0]).to.equal('alice limit')
    world.clock.advance(dayMs)
    expect(await make()).to.deep.equal({ made: 4, skipped: 0 })
  })

  it('are not made in a dry run, which says who would get one', async () => {
    await world.store.accounts.block('corp:bob', 'left', world.clock.nowMs())
    expect(await make({ dryRun: true })).to.deep.equal({ made: 0, skipped: 1 })
    expect(events.flatMap((event) => ('wanted' in event ? [event.wanted.name] : []))).to.deep.equal(
      ['alice', 'carol', 'dave'],
    )
    expect(world.told).to.deep.equal([])
    expect(await world.store.enrolmentCodes.look('corp:alice', world.clock.nowMs())).to.equal(
      undefined,
    )
  })

  it('are not made for a person who is blocked, or done, while the others are made', async () => {
    const send = (event: unknown) => {
      events.push(event as BatchEvent)
      if ('made' in Object(event) && made().length === 1) {
        void world.store.accounts.block('corp:bob', 'stolen', world.clock.nowMs())
        void world.store.authenticators.add({ ...phone, userKey: 'corp:carol' })
      }
    }
    events = []
    await world.operations['enrolment.codes']({ group: 'staff', reason: 'x' }, { ...call(), send })
    expect(skipped()).to.deep.equal(['bob blocked', 'carol set-up'])
    expect(made().map(({ person }) => person.name)).to.deep.equal(['alice', 'dave'])
  })

  it('end once no caller waits for them', async () => {
    const send = (event: unknown) => {
      events.push(event as BatchEvent)
      gone.abort()
    }
    events = []
    await world.operations['enrolment.codes']({ group: 'staff', reason: 'x' }, { ...call(), send })
    expect(made()).to.have.length(1)
  })

  it('are not made without a portal, for an unknown group, or where the list is not whole', async () => {
    expect(await refusalOf(make({ group: 'nobody' }))).to.equal('group-unknown')
    world.endLists({ kind: 'down', detail: 'x' })
    expect(await refusalOf(make())).to.equal('directory-down')
    expect(world.told).to.deep.equal([])
    world.endLists(undefined)
    const settings = () => ({ networks: [], trustsDirectoryPhones: false, tries: 3 })
    const without = world.withEnrolment({ settings })['enrolment.codes']
    const args = { group: 'staff', reason: 'x' }
    expect(await refusalOf(without(args, call()))).to.equal('portal-missing')
  })

  it('are not made for a group of more people than codes can be handed out to in a day', async () => {
    for (let count = 0; count <= 2000; count += 1) world.addPerson(`p${count}`, { groups: ['all'] })
    expect(await refusalOf(make({ group: 'all' }))).to.equal('too-many-codes')
    expect(world.told).to.deep.equal([])
  })
})
