import { expect } from 'chai'
import type { CampaignSettings } from '../../../src/operations/index.ts'
import { startReminders } from '../../../src/operations/index.ts'
import type { Notice, SendResult } from '../../../src/signin/index.ts'
import { createEnrolmentWorld, type EnrolmentWorld, root, signal } from '../enrolment/world.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

describe('reminders of a campaign (PEOPLE R2, R3)', () => {
  let world: EnrolmentWorld
  let mails: Notice[]
  let notes: string[]
  let answer: (mail: Notice) => Promise<SendResult>
  let carries: boolean
  let running: { stop(): Promise<void> }[]
  let campaign: CampaignSettings

  beforeEach(async () => {
    world = await createEnrolmentWorld()
    world.reachNothing()
    mails = []
    notes = []
    carries = true
    running = []
    answer = async () => ({ kind: 'sent' })
    for (const [name, language] of [
      ['alice', 'nl'],
      ['bob', 'en'],
      ['carol', 'de'],
      ['dave', 'fr'],
    ] as const) {
      const email = `${name}@corp.example`
      const displayName = `${name.toUpperCase()} Example`
      world.addPerson(name, { groups: ['staff'], language, email, displayName })
    }
    campaign = {
      ...{ name: 'spring', group: 'staff', groupName: 'staff', gateways: ['vpn'] },
      ...{ fromMs: world.clock.nowMs(), untilMs: world.clock.nowMs() + 20 * dayMs },
      ...{ directories: [world.directory], remindEveryMs: 3 * dayMs },
    }
    world.campaigns.push(campaign)
  })
  afterEach(async () => {
    for (const each of running) await each.stop()
    await world.close()
  })

  /** One round, from a start of the service to its end. */
  async function round(): Promise<readonly string[]> {
    mails = []
    const done = Promise.withResolvers<void>()
    const { clock, enrolment, store } = world
    const ticking = {
      ...clock,
      nowMs: clock.nowMs,
      after(ms: number, run: () => void) {
        if (ms === hourMs) done.resolve()
        return clock.after(ms, run)
      },
    }
    const reminders = startReminders({
      ...{ clock: ticking, enrolment, store },
      mail: () =>
        carries
          ? {
              async tell(mail) {
                const result = await answer(mail)
                if (result.kind === 'sent') mails.push(mail)
                return result
              },
            }
          : undefined,
      observer: {
        onSent: () => notes.push('sent'),
        onFailed: ({ user, detail }) => notes.push(`${user} failed: ${detail}`),
        onUnlisted: (name, detail) => notes.push(`${name}: ${detail}`),
        onError: (error) => notes.push(`error: ${String(error)}`),
      },
    })
    running.push(reminders)
    await done.promise
    await reminders.stop()
    return mails.map(({ user }) => user)
  }
  const everyone = ['alice', 'bob', 'carol', 'dave']

  it('go to everyone who has nothing, once in an interval, also over restarts', async () => {
    expect(await round()).to.deep.equal(everyone)
    expect(await round()).to.deep.equal([])
    world.clock.advance(3 * dayMs - 1)
    expect(await round()).to.deep.equal([])
    world.clock.advance(1)
    expect(await round()).to.deep.equal(everyone)
    expect(notes.filter((note) => note !== 'sent')).to.deep.equal([])
  })

  it('go to a person who comes into the group later', async () => {
    await round()
    world.addPerson('erin', { groups: ['staff'], email: 'erin@corp.example' })
    expect(await round()).to.deep.equal(['erin'])
  })

  it('name the portal in the person’s language and whom to call, and never a code', async () => {
    const call = { ...world.call(root) }
    const made = await Promise.all(
      everyone.map((name) => world.operations['enrolment.code']({ name, reason: 'x' }, call)),
    )
    await world.store.personRecords.setLanguage('corp:bob', 'es')
    await round()
    expect(mails.map(({ to }) => to)).to.deep.equal(everyone.map((name) => `${name}@corp.example`))
    expect(mails[0]?.text).to.match(/^Goedendag ALICE Example,/)
    for (const { text, subject } of mails) {
      expect(text).to.include('https://mfa.example.com').and.include('the helpdesk')
      expect(`${subject} ${text}`).not.to.match(/[0-9A-Z]{4}-[0-9A-Z]{4}|#/)
      for (const { code } of made) expect(`${subject} ${text}`).not.to.include(code)
    }
    expect(mails.map(({ subject }) => subject.split(' ')[0])).to.deep.equal([
      'Stel',
      'Configure',
      'Richten',
      'Configurez',
    ])
  })

  it('stop at once for a person who has set something up, was blocked, or whose account may be forgotten', async () => {
    const store = world.store
    answer = async ({ user }) => {
      if (user !== 'alice') return { kind: 'sent' }
      // While the first mail is under way.
      const sms = { method: 'sms', label: '', phone: '+31612345678' } as const
      await store.authenticators.add({ ...sms, userKey: 'corp:bob' })
      await store.accounts.block('corp:carol', 'left', world.clock.nowMs())
      await store.personRecords.markIdle('corp:dave', 1, world.clock.nowMs())
      return { kind: 'sent' }
    }
    expect(await round()).to.deep.equal(['alice'])
  })

  it('never go to a person who had something before: the campaign opens nothing for them', async () => {
    await world.store.personRecords.markEnrolled('corp:alice', 1)
    expect(await round()).to.deep.equal(['bob', 'carol', 'dave'])
  })

  it('stop at once when the campaign ends, is planned, or is taken out', async () => {
    answer = async () => {
      world.clock.advance(20 * dayMs)
      return { kind: 'sent' }
    }
    expect(await round()).to.deep.equal(['alice'])
    expect(await round()).to.deep.equal([])
    world.clock.advance(-21 * dayMs)
    expect(await round()).to.deep.equal([])
    world.clock.advance(5 * dayMs)
    world.campaigns.pop()
    expect(await round()).to.deep.equal([])
  })

  it('are off unless the campaign asks for them, and where nothing carries mail', async () => {
    carries = false
    expect(await round()).to.deep.equal([])
    carries = true
    const { remindEveryMs: _, ...quiet } = campaign
    world.campaigns.splice(0, 1, quiet)
    expect(await round()).to.deep.equal([])
  })

  it('are in the audit, one row each', async () => {
    await round()
    const rows = await world.store.audit.searchAudit({ limit: 20 })
    const sent = rows.filter(({ reason }) => reason === 'campaign-reminder-sent')
    expect(sent.map(({ userKey }) => userKey).sort()).to.deep.equal(
      everyone.map((name) => `corp:${name}`),
    )
    expect(sent[0]?.timeline[0]?.detail).to.include({ campaign: 'spring', by: 'email' })
    expect(JSON.stringify(sent)).not.to.include('@corp.example')
  })

  it('go on after an address that is refused, and wait for a provider that is down', async () => {
    answer = async ({ user }) =>
      user === 'alice'
        ? { kind: 'failed', detail: 'no such mailbox', outage: false }
        : { kind: 'sent' }
    expect(await round()).to.deep.equal(['bob', 'carol', 'dave'])
    expect(notes).to.include('alice failed: no such mailbox')
    expect(await round()).to.deep.equal([])
    world.clock.advance(3 * dayMs)
    answer = async () => ({ kind: 'failed', detail: 'no answer', outage: true })
    expect(await round()).to.deep.equal([])
    expect(notes.filter((note) => note.includes('no answer'))).to.have.length(1)
    answer = async () => ({ kind: 'sent' })
    expect(await round()).to.deep.equal(everyone)
  })

  it('wait where the directory cannot say who is missing, and go to no one without an address', async () => {
    world.endLists({ kind: 'down', detail: 'dc1: no answer' })
    await round()
    expect(notes.at(-1)).to.include('dc1: no answer')
    world.endLists(undefined)
    const { email: _, ...without } = world.addPerson('erin', { groups: ['staff'] })
    expect(without.groups).to.deep.equal(['staff'])
    expect(await round()).to.deep.equal([])
    expect((await world.enrolment.findUser('corp:erin', signal))?.email).to.equal(undefined)
  })
})
