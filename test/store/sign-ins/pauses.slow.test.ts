import { expect } from 'chai'
import { pauseMs, pausesOf } from '../../../src/accounts/index.ts'
import { describeSharedStores, describeStores, freshUser } from '../stores.ts'

const nowMs = 1_750_000_000_000
const place = { group: 'vpn', gateway: 'VPN Amsterdam', network: '203.0.113.7' }

describeSharedStores('prompts that get no yes', (current) => {
  async function counted(userKey: string) {
    return (await current.store().accounts.load(userKey)).unanswered ?? []
  }

  it('the third in a row begins a pause of an hour', async () => {
    const { pauses } = current.store()
    const userKey = freshUser()
    const notes = []
    for (const minute of [0, 10, 20]) {
      notes.push(await pauses.note(userKey, place, nowMs + minute * 60_000))
    }
    expect(notes.map(({ times }) => times)).to.deep.equal([1, 2, 3])
    const pausedUntilMs = nowMs + 20 * 60_000 + pauseMs
    expect(notes.map((each) => each.pausedUntilMs)).to.deep.equal([
      ...[undefined, undefined, pausedUntilMs],
    ])
    expect(await counted(userKey)).to.deep.equal([
      { ...place, id: notes[0]?.id, times: 3, untilMs: pausedUntilMs, pausedUntilMs },
    ])
  })

  it('a prompt that was open as it began does not prolong it', async () => {
    const { pauses } = current.store()
    const userKey = freshUser()
    for (let times = 0; times < 3; times++) await pauses.note(userKey, place, nowMs)
    const fourth = await pauses.note(userKey, place, nowMs + 60_000)
    expect(fourth).to.include({ times: 4, pausedUntilMs: nowMs + pauseMs })
  })

  it('counts from zero an hour after the last one, and after a yes', async () => {
    const { pauses } = current.store()
    const userKey = freshUser()
    await pauses.note(userKey, place, nowMs)
    await pauses.note(userKey, place, nowMs)
    expect(await pauses.note(userKey, place, nowMs + pauseMs)).to.include({ times: 1 })
    await pauses.settle(userKey, place)
    expect(await counted(userKey)).to.deep.equal([])
    expect(await pauses.note(userKey, place, nowMs)).to.include({ times: 1 })
  })

  it('counts each place, and each person, for itself', async () => {
    const { pauses } = current.store()
    const [userKey, other] = [freshUser(), freshUser()]
    for (let times = 0; times < 3; times++) await pauses.note(userKey, place, nowMs)
    expect(await pauses.note(userKey, { ...place, network: '' }, nowMs)).to.include({ times: 1 })
    expect(await pauses.note(userKey, { ...place, group: 'wifi' }, nowMs)).to.include({ times: 1 })
    expect(await pauses.note(other, place, nowMs)).to.include({ times: 1 })
  })

  it('a yes from there ends no pause, its own id does, once and for this person', async () => {
    const { accounts, pauses } = current.store()
    const [userKey, other] = [freshUser(), freshUser()]
    for (let times = 0; times < 3; times++) await pauses.note(userKey, place, nowMs)
    await pauses.settle(userKey, place)
    const [pause] = pausesOf(await accounts.load(userKey), nowMs)
    if (pause === undefined) throw new Error('no pause')
    expect(await pauses.end(other, pause.id, nowMs)).to.equal(false)
    expect(await pauses.end(userKey, 'another', nowMs)).to.equal(false)
    expect(await pauses.end(userKey, pause.id, nowMs)).to.equal(true)
    expect(await pauses.end(userKey, pause.id, nowMs)).to.equal(false)
    expect(await counted(userKey)).to.deep.equal([])
  })

  it('of twenty at the same moment each counts', async () => {
    const { pauses } = current.store()
    const userKey = freshUser()
    const notes = await Promise.all(
      Array.from({ length: 20 }, () => pauses.note(userKey, place, nowMs)),
    )
    const times = notes.map((each) => each.times).sort((one, two) => one - two)
    expect(times).to.deep.equal(Array.from({ length: 20 }, (_, at) => at + 1))
  })

  it('an unlock ends it', async () => {
    const { accounts, pauses } = current.store()
    const userKey = freshUser()
    for (let times = 0; times < 3; times++) await pauses.note(userKey, place, nowMs)
    await accounts.release(userKey)
    expect(await counted(userKey)).to.deep.equal([])
  })

  it('what has ended is purged, and nothing else', async () => {
    const { pauses } = current.store()
    const [old, now] = [freshUser(), freshUser()]
    for (const network of ['a', 'b', 'c']) await pauses.note(old, { ...place, network }, nowMs)
    await pauses.note(now, place, nowMs + 1)
    expect(await pauses.purge(nowMs + pauseMs, 2)).to.be.at.least(3)
    expect(await counted(now)).to.have.length(1)
  })
})

describeStores('a pause', (current) => {
  it('outlives a restart', async () => {
    const userKey = freshUser()
    for (let times = 0; times < 3; times++) {
      await current.store().pauses.note(userKey, place, nowMs)
    }
    const { accounts } = await current.reopen()
    expect(pausesOf(await accounts.load(userKey), nowMs)).to.have.length(1)
  })
})
