import { expect } from 'chai'
import { type PhoneNotice, phoneNotices } from '../../../src/accounts/index.ts'
import { describeSharedStores, freshUser } from '../stores.ts'

const nowMs = 1_750_000_000_000
let notices = 0

function notice(userKey: string, change: Partial<PhoneNotice> = {}): PhoneNotice {
  notices += 1
  return {
    ...{ id: `notice-${notices}`, userKey, kind: 'authenticator-added', by: 'self' },
    ...{ text: 'New way to sign in: a passkey.', atMs: nowMs, ...change },
  }
}

describeSharedStores('what phones show of changes', (current) => {
  it('is read as it was written, the newest first, by its person alone', async () => {
    const store = current.store().phoneNotices
    const [userKey, other] = [freshUser(), freshUser()]
    const first = notice(userKey, { notForPhone: 'new' })
    const second = notice(userKey, { atMs: nowMs + 1, by: 'administrator' })
    await store.add(first)
    await store.add(second)
    await store.add(notice(other))
    expect(await store.list(userKey, nowMs)).to.deep.equal([second, first])
  })

  it('is reported once, and by its person', async () => {
    const store = current.store().phoneNotices
    const userKey = freshUser()
    const one = notice(userKey)
    await store.add(one)
    expect(await store.report(freshUser(), one.id, nowMs)).to.equal(undefined)
    const reported = { ...one, reportedAtMs: nowMs + 5 }
    expect(await store.report(userKey, one.id, nowMs + 5)).to.deep.equal(reported)
    expect(await store.report(userKey, one.id, nowMs + 6)).to.equal(undefined)
    expect(await store.list(userKey, nowMs)).to.deep.equal([reported])
  })

  it('ends after a month, and is purged then', async () => {
    const store = current.store().phoneNotices
    const userKey = freshUser()
    const old = notice(userKey)
    await store.add(old)
    const endsMs = nowMs + phoneNotices.keptMs
    expect(await store.list(userKey, endsMs - 1)).to.have.length(1)
    expect(await store.list(userKey, endsMs)).to.deep.equal([])
    expect(await store.report(userKey, old.id, endsMs)).to.equal(undefined)
    expect(await store.purge(endsMs, 2)).to.be.at.least(1)
  })

  it('of more than fifty, the oldest ones of this person go', async () => {
    const store = current.store().phoneNotices
    const [userKey, other] = [freshUser(), freshUser()]
    await store.add(notice(other))
    const many = Array.from({ length: phoneNotices.most + 3 }, (_, at) =>
      notice(userKey, { atMs: nowMs + at }),
    )
    for (const one of many) await store.add(one)
    const kept = await store.list(userKey, nowMs)
    expect(kept).to.deep.equal(many.slice(3).toReversed())
    expect(await store.list(other, nowMs)).to.have.length(1)
  })

  it('and a thief who gives an old phone fifty new names hides no new one', async () => {
    const store = current.store().phoneNotices
    const userKey = freshUser()
    const opening = notice(userKey)
    await store.add(opening)
    for (let at = 1; at <= phoneNotices.most; at++) {
      await store.add(notice(userKey, { kind: 'authenticator-renamed', atMs: nowMs + at }))
    }
    const kept = await store.list(userKey, nowMs)
    expect(kept).to.have.length(phoneNotices.most)
    expect(kept.at(-1)).to.deep.equal(opening)
  })
})
