import { expect } from 'chai'
import type { SpendResult, TotpAuthenticator } from '../../src/accounts/index.ts'
import { describeSharedStores, freshUser, newTotp } from './stores.ts'

const nowStep = 58_000_000
const nowMs = nowStep * 30_000 + 5_000
const hourSteps = 120

let packets = 0

/** Each spend comes from a packet of its own. */
function packet() {
  packets += 1
  return { requestAuthenticator: Buffer.alloc(16, packets) }
}

describeSharedStores('a last accepted step that lies in the future', (current) => {
  let user = ''
  let id = ''
  beforeEach(async () => {
    user = freshUser()
    id = (await current.store().authenticators.add(newTotp(user))).id
  })

  const spend = (step: number): Promise<SpendResult> =>
    current.store().authenticators.spendTotp(id, step, 0, packet())
  const reset = (atMs = nowMs) => current.store().authenticators.resetTotpSteps(id, atMs)
  const read = async (): Promise<TotpAuthenticator> => {
    const [one] = await current.store().authenticators.list(user)
    if (one?.method !== 'totp') throw new Error('the authenticator is gone')
    return one
  }

  it('is put back to the newest that does not, and nothing that was spent works again', async () => {
    const spent = [nowStep - 3, nowStep - 1, nowStep + hourSteps, nowStep + hourSteps + 1]
    for (const step of spent) expect(await spend(step)).to.equal('spent')
    expect(await spend(nowStep)).to.equal('reused')
    expect(await reset()).to.equal('reset')
    expect(await read()).to.deep.include({
      lastStep: nowStep - 1,
      spentAhead: [nowStep + hourSteps + 1, nowStep + hourSteps],
    })
    for (const step of spent) expect(await spend(step), `step ${step}`).to.equal('reused')
    expect(await spend(nowStep - 2)).to.equal('reused')
    expect(await spend(nowStep)).to.equal('spent')
  })

  it('still refuses what was spent in the future when its time comes, and after a restart', async () => {
    await spend(nowStep + hourSteps)
    await reset()
    await current.reopen()
    expect(await spend(nowStep + hourSteps - 1)).to.equal('spent')
    expect(await spend(nowStep + hourSteps)).to.equal('reused')
    expect(await spend(nowStep + hourSteps + 1)).to.equal('spent')
  })

  it('can be put back a second time, with all that was spent known', async () => {
    const spent = [nowStep + 50, nowStep + 60]
    await spend(nowStep + 50)
    await reset()
    expect(await spend(nowStep)).to.equal('spent')
    await spend(nowStep + 60)
    expect(await reset()).to.equal('reset')
    for (const step of [nowStep, ...spent]) expect(await spend(step)).to.equal('reused')
    expect(await spend(nowStep + 1)).to.equal('spent')
  })

  it('stays where it is within the distance that a device may have', async () => {
    await spend(nowStep + 1)
    expect(await reset()).to.equal('not-ahead')
    expect(await spend(nowStep)).to.equal('reused')
    expect(await current.store().authenticators.resetTotpSteps('no-such-id', nowMs)).to.equal(
      'not-ahead',
    )
  })

  it('stays where more was spent in the future than is remembered', async () => {
    await spend(nowStep - 1)
    for (let step = 0; step < 40; step++) await spend(nowStep + hourSteps + step)
    expect(await reset()).to.equal('unknown')
    expect(await spend(nowStep)).to.equal('reused')
  })

  it('knows nothing of steps that came with the authenticator', async () => {
    const later = freshUser()
    const added = await current
      .store()
      .authenticators.add({ ...newTotp(later), lastStep: nowStep + hourSteps })
    expect(await current.store().authenticators.resetTotpSteps(added.id, nowMs)).to.equal('unknown')
  })

  it('loses no step of a sign-in that comes between', async () => {
    await spend(nowStep + hourSteps)
    const [result, between] = await Promise.all([reset(), spend(nowStep + hourSteps + 1)])
    expect([result, between]).to.deep.equal(['reset', 'spent'])
    await reset()
    expect(await spend(nowStep + hourSteps + 1)).to.equal('reused')
    expect(await spend(nowStep)).to.equal('spent')
  })
})
