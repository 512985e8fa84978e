import { expect } from 'chai'
import type { NewAuthenticator } from '../../../src/accounts/index.ts'
import type { CampaignSettings, EnrolmentRow } from '../../../src/operations/index.ts'
import {
  createEnrolmentWorld,
  type EnrolmentWorld,
  refusalOf,
  root,
  signal,
} from '../enrolment/world.ts'

const dayMs = 86_400_000
const app: Omit<NewAuthenticator & { method: 'totp' }, 'userKey'> = {
  ...({ method: 'totp', label: '', seed: new Uint8Array(20), algorithm: 'sha1' } as const),
  ...({ digits: 6, periodSeconds: 30, driftSteps: 0, lastStep: -1 } as const),
}

describe('people who have something set up, and people who have not', () => {
  let world: EnrolmentWorld
  let rows: EnrolmentRow[]
  const call = () => ({
    ...{ signal, caller: root },
    send: (event: unknown) => rows.push(...(event as { rows: EnrolmentRow[] }).rows),
  })
  const list = (args: { group?: string; missing?: boolean } = {}) =>
    world.operations['enrolment.list'](args, call())

  beforeEach(async () => {
    rows = []
    world = await createEnrolmentWorld()
    const alice = world.addPerson('alice', { groups: ['staff'] })
    await world.store.authenticators.add({ ...app, userKey: alice.key })
    world.addPerson('bob', { groups: ['staff'] })
    world.addPerson('carol', { groups: ['staff'], phones: ['+31612345678'] })
    world.addPerson('dave')
    const erin = world.addPerson('erin', { groups: ['staff'] })
    await world.store.accounts.block(erin.key, 'left', world.clock.nowMs())
  })
  afterEach(() => world.close())

  const short = () =>
    rows.map(({ name, state, methods }) => `${name} ${state} ${methods.join('+')}`.trim())

  it('are listed part by part, with what serves for each, and counted', async () => {
    const { counts, unlisted } = await list({ group: 'staff' })
    expect(short()).to.deep.equal([
      'alice set-up totp',
      'bob missing',
      'carol directory sms+call',
      'erin missing',
    ])
    expect(rows[3]).to.include({ blocked: true })
    expect(counts).to.deep.equal({ people: 4, 'set-up': 1, directory: 1, missing: 2 })
    expect(unlisted).to.deep.equal([])
  })

  it('can be only those who have no second factor; all are counted', async () => {
    const { counts } = await list({ missing: true })
    expect(short()).to.deep.equal(['bob missing', 'dave missing', 'erin missing'])
    expect(counts.people).to.equal(5)
  })

  it('say who had something before, who has a code, and whose account may be forgotten', async () => {
    await world.store.personRecords.markEnrolled('corp:bob', 1)
    const made = await world.operations['enrolment.code']({ name: 'dave', reason: 'x' }, call())
    world.addPerson('frank', { lastSeenMs: world.clock.nowMs() - 31 * dayMs })
    await list({ missing: true })
    const byName = new Map(rows.map((row) => [row.name, row]))
    expect(byName.get('bob')).to.include({ before: true })
    expect(byName.get('dave')).to.include({ codeUntilMs: made.untilMs })
    expect(byName.get('frank')).to.include({ idle: true })
    expect((await world.store.personRecords.load('corp:frank')).idleSinceMs).to.be.a('number')
  })

  it('are an error where the list is not whole, and where there is no such group', async () => {
    expect(await refusalOf(list({ group: 'nobody' }))).to.equal('group-unknown')
    const ends = {
      down: { kind: 'down', detail: 'dc1: no answer' },
      busy: { kind: 'busy' },
    } as const
    for (const end of Object.values(ends)) {
      world.endLists(end)
      expect(await refusalOf(list())).to.equal('directory-down')
    }
    world.endLists({ kind: 'group-ambiguous' })
    expect(await refusalOf(list({ group: 'staff' }))).to.equal('group-ambiguous')
    world.endLists({ kind: 'group-too-large', most: 1 })
    expect(await refusalOf(list({ group: 'staff' }))).to.equal('group-too-large')
  })

  it('name directories that cannot list their people', async () => {
    const { listPeople: _, ...silent } = world.directory
    const directories = [world.directory, { ...silent, name: 'radius' }]
    const list = world.withEnrolment({ directories: () => directories })['enrolment.list']
    expect((await list({}, call())).unlisted).to.deep.equal(['radius'])
  })

  it('need the service, which asks the directories', async () => {
    const offline = world.offline()
    expect(await refusalOf(offline['enrolment.list']({}, call()))).to.equal('needs-service')
    expect(await refusalOf(offline['campaign.list']({}, call()))).to.equal('needs-service')
    const codes = offline['enrolment.codes']({ group: 'staff', reason: 'x' }, call())
    expect(await refusalOf(codes)).to.equal('needs-service')
  })

  describe('in a campaign', () => {
    const campaign = (change: Partial<CampaignSettings> = {}): CampaignSettings => ({
      ...{ name: 'spring', group: 'staff', groupName: 'staff', gateways: ['vpn'] },
      ...{ fromMs: world.clock.nowMs() - dayMs, untilMs: world.clock.nowMs() + dayMs },
      ...{ directories: [world.directory], ...change },
    })

    it('has a state by its days', async () => {
      world.campaigns.push(campaign({ remindEveryMs: dayMs }))
      const states = async () =>
        (await world.operations['campaign.list']({}, call())).map(({ state }) => state)
      expect(await states()).to.deep.equal(['running'])
      world.clock.advance(dayMs)
      expect(await states()).to.deep.equal(['over'])
      world.clock.advance(-3 * dayMs)
      expect(await states()).to.deep.equal(['planned'])
    })

    it('shows who is missing, and counts who is done', async () => {
      world.campaigns.push(campaign())
      const shown = await world.operations['campaign.show']({ name: 'spring' }, call())
      expect(rows.map(({ name }) => name)).to.deep.equal(['bob', 'erin'])
      expect(shown.counts).to.deep.equal({ people: 4, 'set-up': 1, directory: 1, missing: 2 })
      expect(shown.campaign).to.include({ name: 'spring', group: 'staff', state: 'running' })
      expect(shown.campaign).not.to.have.property('directories')
    })

    it('is an error where there is none of the name', async () => {
      const show = () => world.operations['campaign.show']({ name: 'autumn' }, call())
      expect(await refusalOf(show())).to.equal('campaign-unknown')
    })
  })
})
