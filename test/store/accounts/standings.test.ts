import { expect } from 'chai'
import { describeSharedStores, freshUser } from '../stores.ts'

const nowMs = 1_800_000_000_000

describeSharedStores('how people stand', (current) => {
  it('is told of each, also of those who are unknown', async () => {
    const { accounts, authenticators, enrolmentCodes, personRecords, users } = current.store()
    const [none, app, blocked, idle, before, coded, late] = Array.from({ length: 7 }, freshUser)
    const all = [none, app, blocked, idle, before, coded, late].map((key) => key ?? '')
    const sms = { method: 'sms', label: '', phone: '+31612345678' } as const
    await authenticators.add({ ...sms, userKey: app ?? '' })
    await authenticators.add({ ...sms, userKey: app ?? '' })
    await authenticators.add({ method: 'email', label: '', address: 'a@b.c', userKey: app ?? '' })
    await accounts.block(blocked ?? '', 'lost laptop', nowMs)
    await personRecords.markIdle(idle ?? '', 1, nowMs)
    await personRecords.markEnrolled(before ?? '', 1)
    const code = { codeHash: new Uint8Array(32), createdAtMs: 1, triesLeft: 1, madeBy: 'root' }
    await enrolmentCodes.put({ ...code, userKey: coded ?? '', untilMs: nowMs + 1 })
    await enrolmentCodes.put({ ...code, userKey: late ?? '', untilMs: nowMs })
    const nothing = { methods: [], blocked: false, enrolledOnce: false, idle: false }
    const standings = await users.standings(all, nowMs)
    expect([...standings.values()]).to.deep.equal([
      nothing,
      { ...nothing, methods: ['email', 'sms'], enrolledOnce: true },
      { ...nothing, blocked: true },
      { ...nothing, idle: true },
      { ...nothing, enrolledOnce: true },
      { ...nothing, codeUntilMs: nowMs + 1 },
      nothing,
    ])
    expect((await users.standings([], nowMs)).size).to.equal(0)
  })
})
