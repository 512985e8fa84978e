import { expect } from 'chai'
import { testPairings } from '../../operations/phones/pairing-rules.ts'
import { describeSharedStores, freshUser } from '../stores.ts'

describeSharedStores('pairing a phone, kept in the store (PEOPLE R4)', ({ store }) => {
  testPairings(() => store().pairings)

  const pairing = (userKey: string, untilMs: number) => ({
    ...{ id: 'one', userKey, userName: 'alice', untilMs, version: 0, content: '{"code":"A"}' },
  })

  it('keeps what a phone has to know sealed, and purges what is over', async () => {
    const userKey = freshUser()
    await store().pairings.open(pairing(userKey, 1_000))
    expect(await store().pairings.ofPerson(userKey)).to.deep.equal(pairing(userKey, 1_000))
    expect(await store().pairings.purge(1_000, 10)).to.be.at.least(1)
    expect(await store().pairings.ofPerson(userKey)).to.equal(undefined)
  })

  it('is not changed by a process that has read it before a change', async () => {
    const before = pairing(freshUser(), Date.now() + 60_000)
    await store().pairings.open(before)
    expect(await store().pairings.change(before, { content: '{}' })).to.equal(true)
    expect(await store().pairings.change(before, { content: '[]' })).to.equal(false)
    expect(await store().pairings.end(before)).to.equal(false)
    expect(await store().pairings.ofPerson(before.userKey)).to.include({ content: '{}' })
  })
})
