import { expect } from 'chai'
import type { SignInRecord } from '../../../src/signin/index.ts'
import { describeSharedStores, describeStores } from '../stores.ts'

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

describeStores('where a person came from before', (current) => {
  const device = '203.0.113.7'
  const record = (change: Partial<SignInRecord>) =>
    current.store().audit.record({
      ...{ signInId: 's', attemptId: 'a', startedAtMs: atMs, endedAtMs: atMs, gateway: 'vpn' },
      ...{ sourceAddress: '10.0.0.1', userName: 'alice', userKey: 'corp:1', timeline: [] },
      ...{ outcome: 'accept', reason: 'accepted', method: 'totp', device },
      ...change,
    })
  const lastAlone = (sinceMs = atMs - 1_000) =>
    current.store().history.lastAlone('corp:1', 'vpn', device, sinceMs)

  it('is told of the last time, however often', async () => {
    await record({})
    await record({ endedAtMs: atMs + 5 })
    await record({ endedAtMs: atMs + 9, gateway: 'wifi' })
    expect(await lastAlone()).to.equal(atMs + 5)
    expect(await lastAlone(atMs + 6), 'of another gateway').to.equal(undefined)
  })

  for (const change of [
    { gateway: 'wifi' },
    { device: '203.0.113.8' },
    { endedAtMs: atMs - 5_000 },
    { userKey: 'corp:2' },
  ]) {
    it(`is not known from ${JSON.stringify(change)} alone`, async () => {
      await record(change)
      expect(await lastAlone()).to.equal(undefined)
    })
  }

  it('is not told of the password alone', async () => {
    await current.store().audit.record({
      ...{ signInId: 's', attemptId: 'a', startedAtMs: atMs, endedAtMs: atMs, gateway: 'vpn' },
      ...{ sourceAddress: '10.0.0.1', userName: 'alice', userKey: 'corp:1', timeline: [] },
      ...{ outcome: 'accept', reason: 'accepted', device },
    })
    expect(await lastAlone()).to.equal(undefined)
  })

  const otherPerson = { userKey: 'corp:2', userName: 'bob' }
  for (const [name, change] of Object.entries({
    'someone else was let in': otherPerson,
    'someone else was refused': { ...otherPerson, outcome: 'reject', reason: 'code-wrong' },
    'someone else came at another gateway': { ...otherPerson, gateway: 'wifi' },
    'the person was refused': { outcome: 'reject', reason: 'code-wrong' },
    'a question was not answered': { outcome: 'challenge', reason: 'unanswered' },
  } as const)) {
    it(`is not told where ${name} from there`, async () => {
      await record({})
      await record(change as Partial<SignInRecord>)
      expect(await lastAlone()).to.equal(undefined)
    })
  }
})
