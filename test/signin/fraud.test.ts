import { expect } from 'chai'
import { stopStranger } from '../../src/signin/index.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { type Enrolment, passkey, push, sms, totp } from './harness.ts'
import { createStores } from './stores.ts'

const userKey = 'local:alice'

async function stoppedFor(has: readonly Enrolment[]) {
  const clock = createManualClock(1_750_000_000_000)
  const stores = createStores(clock)
  for (const each of has) {
    await stores.authenticators.add({ userKey, label: '', ...each } as never)
  }
  return stopStranger({ ...stores, clock, onFraud: undefined }, userKey)
}

describe('what a report stops where the file says nothing (PEOPLE R13)', () => {
  it('only prompts for a person who has a code to type: of an app, or the one that a phone shows', async () => {
    expect(await stoppedFor([sms, totp])).to.equal('prompts')
    // Pairing a phone enrols the code that it shows beside it.
    expect(await stoppedFor([push, { ...totp, phoneId: 'phone' }])).to.equal('prompts')
  })

  it('the account for a person who has a passkey and no code: gateways ask for it by a prompt', async () => {
    expect(await stoppedFor([passkey])).to.equal('account')
    expect(await stoppedFor([sms, passkey])).to.equal('account')
  })
})
