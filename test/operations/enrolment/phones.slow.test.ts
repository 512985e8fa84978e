import { expect } from 'chai'
import type { User } from '../../../src/accounts/index.ts'
import { otpCode } from '../../../src/methods/index.ts'
import type { OwnStep, PendingSetup } from '../../../src/operations/index.ts'
import { createSoftwarePhone } from '../../support/software-phone.ts'
import { createEnrolmentWorld, type EnrolmentWorld, refusalOf, signal } from './world.ts'

const byApp = { given: { method: 'totp', hasPin: false } } as const

describe('a phone that approves, set up at the portal', () => {
  let world: EnrolmentWorld
  let alice: User
  const phone = createSoftwarePhone()

  beforeEach(async () => {
    world = await createEnrolmentWorld()
    alice = world.addPerson('alice')
  })
  afterEach(() => world.close())

  // Both are of one moment.
  const list = async () =>
    [...(await world.store.authenticators.list(alice.key))].sort((one, other) =>
      one.method.localeCompare(other.method),
    )
  const begin = (basis: object = byApp, session = {}) =>
    world.self(
      world.as(alice, session),
      'own.begin',
      { wanted: { setup: 'push' }, basis } as never,
      signal,
    )
  const prove = (pending: PendingSetup, code: string) =>
    world.self(world.as(alice), 'own.prove', { pending, codes: [code] }, signal)

  function pendingOf(step: OwnStep) {
    if (step.kind !== 'pending' || step.view.setup !== 'push') throw new Error(step.kind)
    return { pending: step.pending, view: step.view }
  }
  const claim = (code: string) =>
    world.pairings.claim('alice', code, {
      ...{ name: 'Safari on iPhone', address: '192.0.2.9', publicKey: phone.publicKey },
    })
  async function claimed() {
    const { pending, view } = pendingOf(await begin())
    const { check = '', token = '' } = (await claim(view.code)) ?? {}
    const wrong = String((Number(check) + 1) % 100).padStart(2, '0')
    return { pending, check, token, wrong }
  }

  it('can be used once the digits that it shows are typed, and brings the code that it shows', async () => {
    const { pending, check, token } = await claimed()
    const waits = pendingOf(await prove(pending, ''))
    expect(waits.view.phone).to.deep.equal({ name: 'Safari on iPhone', address: '192.0.2.9' })
    expect(await list(), 'nothing counts before').to.deep.equal([])
    expect(await prove(pending, check)).to.include({ kind: 'added', method: 'push' })
    const [push, code] = await list()
    expect(push).to.deep.include({ method: 'push', label: 'Safari on iPhone', setUpBy: 'self' })
    expect(push).to.deep.include({ publicKey: phone.publicKey })
    const state = await world.pairings.ask(token)
    if (state.kind !== 'paired' || code?.method !== 'totp') return expect.fail()
    expect(code.phoneId).to.equal(push?.id)
    expect(state.phone.id).to.equal(push?.id)
    expect(otpCode(code, 1)).to.equal(otpCode({ ...code, seed: state.phone.seed }, 1))
    expect(world.told).to.deep.equal(['alice authenticator-added self'])
  })

  it('shows as one thing, and goes with its code', async () => {
    const { pending, check } = await claimed()
    await prove(pending, check)
    const shown = await world.self(world.as(alice), 'own.show', {}, signal)
    expect(shown.authenticators.map(({ setup }) => setup)).to.deep.equal(['push'])
    const [push] = await list()
    const given = { method: 'push', hasPin: false } as const
    const remove = { id: push?.id ?? '', given }
    expect(
      await refusalOf(world.self(world.as(alice), 'own.remove', remove, signal)),
      'its own code is no other way',
    ).to.equal('setup-last-one')
    await world.store.authenticators.add({
      ...{ method: 'sms', userKey: alice.key, label: '', phone: '+31612345678' },
    })
    await world.self(world.as(alice), 'own.remove', remove, signal)
    expect((await list()).map(({ method }) => method)).to.deep.equal(['sms'])
  })

  it('is removed by nothing weaker (PEOPLE R5)', async () => {
    const { pending, check } = await claimed()
    await prove(pending, check)
    const [push] = await list()
    const remove = { id: push?.id ?? '', given: { method: 'totp', hasPin: false } as const }
    expect(await refusalOf(world.self(world.as(alice), 'own.remove', remove, signal))).to.equal(
      'setup-too-weak',
    )
  })

  it('ends after three wrong digits', async () => {
    const { pending, check, wrong } = await claimed()
    const again = await prove(pending, wrong)
    expect(again).to.include({ kind: 'pending', wrong: true })
    const first = pendingOf(again)
    const second = pendingOf(await prove(first.pending, wrong))
    expect(await refusalOf(prove(second.pending, wrong))).to.equal('setup-tries-used')
    expect(check).not.to.equal(wrong)
    expect(await list()).to.deep.equal([])
  })

  it('is one of ten at most (PEOPLE R15)', async () => {
    for (let count = 0; count < 10; count++) {
      const { publicKey } = phone
      await world.store.authenticators.add({
        ...{ method: 'push', userKey: alice.key, label: '', publicKey },
      })
    }
    expect(await refusalOf(begin())).to.equal('setup-not-offered')
  })

  it('does not come of digits that no phone shows', async () => {
    const { pending } = pendingOf(await begin())
    expect(await prove(pending, '00')).to.include({ kind: 'pending', wrong: true })
    expect(await list()).to.deep.equal([])
  })

  it('may be the first way to sign in, with recovery codes', async () => {
    const first = { session: 'setup', isConfirmed: false } as const
    const { pending, view } = pendingOf(await begin({}, first))
    const { check = '' } = (await claim(view.code)) ?? {}
    const added = await world.self(
      world.as(alice, first),
      'own.prove',
      { pending, codes: [check] },
      signal,
    )
    expect(added).to.include({ kind: 'added', method: 'push' })
    expect((await list()).map(({ method }) => method)).to.have.members([
      ...['push', 'totp', 'recovery'],
    ])
  })

  it('survives another key for sealing, and is in the store under its own id alone', async () => {
    const { pending, check } = await claimed()
    await prove(pending, check)
    const [push] = await list()
    const found = await world.store.authenticators.findPhone(push?.id ?? '')
    expect(found?.publicKey).to.deep.equal(phone.publicKey)
    expect(await world.store.authenticators.findPhone('another')).to.equal(undefined)
    expect(await world.store.authenticators.usePhone(push?.id ?? '', 5)).to.equal(true)
    expect((await list())[0]).to.include({ lastUsedMs: 5 })
    expect(await world.store.authenticators.usePhone('another', 5)).to.equal(false)
  })
})
