import { expect } from 'chai'
import { describeSharedStores, describeStores, freshUser } from '../stores.ts'

const nowMs = 1_800_000_000_000
const dayMs = 86_400_000

describeSharedStores('person records', (current) => {
  const records = () => current.store().personRecords

  it('say nothing about someone who is unknown', async () => {
    const userKey = freshUser()
    expect(await records().load(userKey)).to.deep.equal({ userKey })
    expect(await records().liftIdle(userKey, nowMs)).to.equal(false)
    expect(await records().load(userKey)).to.deep.equal({ userKey, idleLiftedMs: nowMs })
  })

  it('keep the language, and nothing else with it', async () => {
    const userKey = freshUser()
    await records().setLanguage(userKey, 'nl')
    await records().setLanguage(userKey, 'de')
    expect(await records().load(userKey)).to.deep.equal({ userKey, language: 'de' })
    await records().setLanguage(userKey, undefined)
    expect(await records().load(userKey)).to.deep.equal({ userKey })
  })

  it('keep the earlier moment at which someone was found idle, until it is lifted', async () => {
    const userKey = freshUser()
    await records().setLanguage(userKey, 'fr')
    await records().markIdle(userKey, nowMs, nowMs)
    await records().markIdle(userKey, nowMs + dayMs, nowMs)
    const idle = { userKey, language: 'fr', idleSinceMs: nowMs }
    expect(await records().load(userKey)).to.deep.equal(idle)
    const lifts = await Promise.all([
      records().liftIdle(userKey, nowMs),
      records().liftIdle(userKey, nowMs),
    ])
    expect(lifts).to.have.members([true, false])
    expect(await records().load(userKey)).to.deep.equal({
      ...{ userKey, language: 'fr', idleLiftedMs: nowMs },
    })
  })

  it('leave someone time to come after it was lifted, but not without an end', async () => {
    const userKey = freshUser()
    await records().markIdle(userKey, 1, nowMs)
    await records().liftIdle(userKey, nowMs)
    await records().markIdle(userKey, 1, nowMs + 30 * dayMs - 1)
    expect(await records().load(userKey)).not.to.have.property('idleSinceMs')
    await records().markIdle(userKey, 1, nowMs + 30 * dayMs)
    expect(await records().load(userKey)).to.have.property('idleSinceMs', 1)
  })

  it('keep the first enrolment over later ones', async () => {
    const userKey = freshUser()
    await records().markEnrolled(userKey, nowMs)
    await records().markEnrolled(userKey, nowMs + dayMs)
    await records().markIdle(userKey, nowMs, nowMs)
    await records().liftIdle(userKey, nowMs)
    expect(await records().load(userKey)).to.deep.equal({
      ...{ userKey, enrolledOnceMs: nowMs, idleLiftedMs: nowMs },
    })
  })

  it('let a weaker factor add a stronger one once in a window, for one of many at once', async () => {
    const userKey = freshUser()
    const take = (atMs: number) => records().takeStrengthening(userKey, atMs, dayMs)
    await records().setLanguage(userKey, 'es')
    const takes = await Promise.all(Array.from({ length: 10 }, () => take(nowMs)))
    expect(takes.filter(Boolean)).to.have.length(1)
    expect(await take(nowMs + dayMs - 1)).to.equal(false)
    expect(await take(nowMs - dayMs)).to.equal(false)
    const taken = { userKey, language: 'es', strengthenedAtMs: nowMs }
    expect(await records().load(userKey)).to.deep.equal(taken)
    expect(await take(nowMs + dayMs)).to.equal(true)
    expect(await take(nowMs + dayMs)).to.equal(false)
    expect(await records().takeStrengthening(freshUser(), nowMs, dayMs)).to.equal(true)
  })
})

describeSharedStores('reminders of a person', (current) => {
  const records = () => current.store().personRecords

  it('go out once in a window, for one of many at once, and not beside the rest', async () => {
    const userKey = freshUser()
    const take = (atMs: number) => records().takeReminder(userKey, atMs, 3 * dayMs)
    await records().takeStrengthening(userKey, nowMs, dayMs)
    const takes = await Promise.all(Array.from({ length: 10 }, () => take(nowMs)))
    expect(takes.filter(Boolean)).to.have.length(1)
    expect(await take(nowMs + 3 * dayMs - 1)).to.equal(false)
    expect(await take(nowMs + 3 * dayMs)).to.equal(true)
    expect(await records().load(userKey)).to.deep.equal({ userKey, strengthenedAtMs: nowMs })
  })

  it('can be given back, and not by an earlier one that has failed', async () => {
    const userKey = freshUser()
    const take = (atMs: number) => records().takeReminder(userKey, atMs, dayMs)
    expect(await take(nowMs)).to.equal(true)
    await records().giveReminderBack(userKey, nowMs - 1)
    expect(await take(nowMs + 1)).to.equal(false)
    await records().giveReminderBack(userKey, nowMs)
    expect(await take(nowMs + 1)).to.equal(true)
  })
})

describeStores('person records and the disk', (current) => {
  it('are there after the store was opened again', async () => {
    const { personRecords } = current.store()
    await personRecords.setLanguage('corp:alice', 'nl')
    await personRecords.markEnrolled('corp:alice', nowMs)
    await personRecords.takeReminder('corp:alice', nowMs, dayMs)
    const record = await personRecords.load('corp:alice')
    const reopened = await current.reopen()
    expect(await reopened.personRecords.load('corp:alice')).to.deep.equal(record)
    expect(await reopened.personRecords.takeStrengthening('corp:alice', nowMs, 1)).to.equal(true)
    expect(await reopened.personRecords.takeReminder('corp:alice', nowMs + 1, dayMs)).to.equal(
      false,
    )
  })
})
