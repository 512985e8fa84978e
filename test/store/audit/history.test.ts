import { expect } from 'chai'
import type { SignInRecord } from '../../../src/signin/index.ts'
import { describeSharedStores } from '../stores.ts'

const atMs = 1_750_000_000_000

describeSharedStores('second factors that a person has needed', (current) => {
  let people = 0
  let userKey: string

  beforeEach(() => {
    people += 1
    userKey = `corp:${people}`
  })

  const record = (change: Partial<SignInRecord>) =>
    current.store().audit.record({
      ...{ signInId: 's', attemptId: 'a', startedAtMs: atMs, endedAtMs: atMs, gateway: 'vpn' },
      ...{ sourceAddress: '10.0.0.1', userName: 'alice', userKey, outcome: 'reject' },
      ...{ reason: 'password-wrong', timeline: [] },
      ...change,
    })
  const hasNeeded = (gateway = 'vpn') => current.store().history.hasNeeded(userKey, gateway, atMs)

  for (const change of [
    { outcome: 'accept', reason: 'accepted', method: 'totp' },
    { outcome: 'challenge', reason: 'challenged' },
    { reason: 'code-wrong' },
    { reason: 'code-missing' },
    { reason: 'prompt-timeout' },
    { reason: 'prompt-fraud' },
    { reason: 'not-enrolled', endedAtMs: atMs - 1 },
  ] as const) {
    it(`are known from ${JSON.stringify(change)}, of this person at this gateway alone`, async () => {
      await record({ ...change, userKey: 'corp:other' })
      expect(await hasNeeded()).to.equal(false)
      await record(change)
      expect(await hasNeeded()).to.equal(true)
      expect(await hasNeeded('wifi')).to.equal(false)
    })
  }

  for (const change of [
    { outcome: 'accept', reason: 'accepted' },
    { reason: 'password-wrong' },
    { reason: 'denied' },
    { reason: 'not-enrolled', endedAtMs: atMs },
  ] as const) {
    it(`are not known from ${JSON.stringify(change)}`, async () => {
      await record(change)
      expect(await hasNeeded()).to.equal(false)
    })
  }
})
