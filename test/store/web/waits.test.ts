import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { describeSharedStores, freshUser } from '../stores.ts'

describeSharedStores('steps that a request has while it waits', ({ store }) => {
  const nowMs = Date.now()
  const newStep = () => ({
    tokenHash: new Uint8Array(randomBytes(32)),
    kind: 'sign-in' as const,
    userKey: freshUser(),
    content: '{"asks":"approval"}',
    untilMs: nowMs + 60_000,
  })

  it('are asked for by another request, which takes one whose process is gone', async () => {
    const { webWaits } = store()
    const step = newStep()
    expect(await webWaits.ask(step.tokenHash, nowMs)).to.equal(false)
    await webWaits.begin(step)
    expect(await webWaits.isAsked(step.tokenHash)).to.equal(false)
    expect(await webWaits.ask(step.tokenHash, nowMs)).to.equal(true)
    expect(await webWaits.isAsked(step.tokenHash)).to.equal(true)
    expect(await webWaits.takeOver(step.tokenHash, 'confirmation', nowMs)).to.equal(undefined)
    const taken = await Promise.all([
      webWaits.takeOver(step.tokenHash, 'sign-in', nowMs),
      webWaits.takeOver(step.tokenHash, undefined, nowMs),
    ])
    expect(taken.filter((each) => each !== undefined)).to.deep.equal([step])
    expect(await webWaits.isAsked(step.tokenHash)).to.equal(false)
  })

  it('end with the wait, with their time, and with a block', async () => {
    const { accounts, webWaits } = store()
    const [ended, late, blocked] = [newStep(), newStep(), newStep()]
    for (const step of [ended, late, blocked]) await webWaits.begin(step)
    await webWaits.end(ended.tokenHash)
    await accounts.block(blocked.userKey, 'fraud', nowMs)
    for (const { tokenHash } of [ended, blocked]) {
      expect(await webWaits.ask(tokenHash, nowMs)).to.equal(false)
    }
    expect(await webWaits.ask(late.tokenHash, late.untilMs)).to.equal(false)
    expect(await webWaits.purge(late.untilMs, 10)).to.be.at.least(1)
    expect(await webWaits.takeOver(late.tokenHash, undefined, nowMs)).to.equal(undefined)
  })
})
