import { expect } from 'chai'
import { createPortalGateways } from '../../../src/web/index.ts'
import { call, createWorld, flush, gatewayRules, laptop, reasonOf, stateOf } from '../harness.ts'
import { openPage } from './people.ts'
import { phonesOf } from './phones.ts'

/** Gateways of one group: a call is enough at some of them alone. */
const calling = gatewayRules({ methods: ['call'] })
const signing = gatewayRules({ methods: ['passkey'] })
const typing = gatewayRules({ methods: ['push'] })
const muteCalling = gatewayRules({ methods: ['call'], challenges: false })
const muteSigning = gatewayRules({ methods: ['passkey'], challenges: false })
/** Who has the password, and takes the calls, uses one device for all of it. */
const thief = { device: laptop } as const
const approved = { kind: 'approved', byMachine: false } as const

async function aliceHasAll() {
  const world = createWorld()
  await world.enrol('alice', call)
  const page = openPage(world)
  const passkey = await page.enrol('alice')
  await phonesOf(world).enrol('alice')
  return { world, page, passkey }
}

describe('an answer counts for what asks in the same way alone (PEOPLE R5)', () => {
  it('a call lets no one in where a passkey has to sign', async () => {
    const { world } = await aliceHasAll()
    const called = world.start({ gateway: calling, ...thief })
    await flush()
    const signed = world.start({ gateway: signing, ...thief })
    await flush()
    world.phone.calls[0]?.answer(approved)
    await flush()
    expect(reasonOf(called.outcome)).to.equal('accepted')
    expect(reasonOf(signed.outcome)).to.equal('another-sign-in-open')
  })

  it('and not where a number has to be typed', async () => {
    const { world } = await aliceHasAll()
    world.start({ gateway: calling, ...thief })
    await flush()
    const outcome = await world.ask({ gateway: typing, ...thief })
    expect(reasonOf(outcome)).to.equal('another-sign-in-open')
  })

  it('and a call that was answered late does not either', async () => {
    const { world } = await aliceHasAll()
    world.start({ gateway: muteCalling, ...thief })
    await world.advance(19_100)
    world.phone.calls[0]?.answer(approved)
    await flush()
    const signed = world.start({ gateway: muteSigning, ...thief })
    await flush()
    expect(signed.outcome, 'it waits for the passkey').to.equal(undefined)
  })

  it('the same way is shared as before', async () => {
    const { world, page, passkey } = await aliceHasAll()
    const both = [signing, signing].map((gateway) => world.start({ gateway, ...thief }))
    await flush()
    await page.approve('alice', passkey)
    await flush()
    expect(both.map(({ outcome }) => reasonOf(outcome))).to.deep.equal(['accepted', 'accepted'])
  })
})

describe('a report at the portal (RULES 14)', () => {
  it('ends what was approved, and not used yet', async () => {
    const world = createWorld()
    const phones = phonesOf(world)
    const phone = await phones.enrol('alice')
    const asked = await world.ask({ gateway: typing, ...thief })
    const number = (await phones.look('local:alice'))?.page.number ?? 'none'
    await phones.approve('alice', phone, number)
    await flush()
    await world.parts.accounts.stopPrompts('local:alice', world.clock.nowMs())
    const entered = await world.ask({
      ...{ gateway: typing, ...thief, state: stateOf(asked), password: '' },
    })
    expect(reasonOf(entered)).to.equal('prompt-fraud')
  })

  it('ends what is held for a passkey as well, no matter who signs then', async () => {
    const { world, page, passkey } = await aliceHasAll()
    const held = world.start({ gateway: muteSigning, ...thief })
    await flush()
    await world.parts.accounts.stopPrompts('local:alice', world.clock.nowMs())
    await page.approve('alice', passkey)
    await flush()
    expect(reasonOf(held.outcome)).to.equal('prompt-fraud')
  })
})

describe('at the portal the factor is what has signed', () => {
  const { signIn: portal } = createPortalGateways({
    ...{ company: '', directories: ['local'], methods: ['push', 'passkey'] },
    trustsDirectoryPhones: false,
  })

  async function signedBy(which: 0 | 1) {
    const world = createWorld()
    const phones = phonesOf(world)
    const both = [await phones.enrol('alice', 'Old'), await phones.enrol('alice', 'New')]
    const rings = await world.ask({ gateway: portal })
    const phone = both[which] ?? expect.fail()
    const state = stateOf(rings)
    const number = (await phones.look('local:alice'))?.page.number ?? 'none'
    expect(await phones.approve('alice', phone, number)).to.include({ kind: 'approved' })
    await flush()
    return { world, phone, enter: () => world.ask({ gateway: portal, state, password: '' }) }
  }

  for (const which of [0, 1] as const) {
    it(`of two phones, number ${which + 1}`, async () => {
      const { phone, enter } = await signedBy(which)
      const entered = await enter()
      expect(entered.kind === 'accept' && entered.proven).to.include({
        ...{ method: 'push', authenticatorId: phone.id },
      })
    })
  }

  it('and no one is let in by a phone that was removed since', async () => {
    const { world, phone, enter } = await signedBy(1)
    await world.stores.authenticators.remove('local:alice', phone.id)
    expect((await enter()).kind).to.equal('reject')
  })
})
