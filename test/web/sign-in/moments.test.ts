import { expect } from 'chai'
import { methods } from '../../../src/accounts/index.ts'
import { createSignIn } from '../../../src/signin/index.ts'
import { createAsk, pap } from '../../../src/web/sign-in/ask.ts'
import { createPortalGateways } from '../../../src/web/sign-in/gateways.ts'
import {
  createWorld,
  flush,
  gatewayRules,
  password,
  totp,
  type World,
} from '../../signin/harness.ts'

const { signIn: gateway } = createPortalGateways({
  company: '',
  directories: ['local'],
  methods,
  trustsDirectoryPhones: true,
})
const address = '203.0.113.7'

/** Each with a right name or none, and all of them refused. */
const refusals: Readonly<Record<string, { readonly user: string; readonly typed: string }>> = {
  'a name that nobody has': { user: 'nobody', typed: password },
  'a wrong password': { user: 'alice', typed: 'wrong' },
  'a locked account': { user: 'bob', typed: password },
  'a denial': { user: 'erin', typed: password },
}

describe('a refusal at the portal (PEOPLE R20, RULES 9)', () => {
  let world: World
  /** How long the directory takes for a password. */
  const slowMs = 1_700
  beforeEach(async () => {
    world = createWorld({
      parts: { rules: [{ name: 'no erin', users: ['erin'], outcome: { kind: 'deny' } }] },
    })
    await world.enrol('alice', totp)
    await world.stores.accounts.lock('local:bob', world.clock.nowMs() + 900_000)
  })

  /** When the answer is there, in milliseconds after it was asked for. */
  async function portalMs(user: string, typed: string): Promise<number> {
    const ask = createAsk(world.clock, () => ({ signIn: createSignIn(world.parts) }))
    const beganMs = world.clock.nowMs()
    let tookMs: number | undefined
    void ask({
      gateway,
      userName: user,
      credential: pap(typed),
      address,
      language: undefined,
    }).then(() => {
      tookMs = world.clock.nowMs() - beganMs
    })
    for (let steps = 0; tookMs === undefined && steps < 100; steps += 1) await world.advance(100)
    return tookMs ?? Number.NaN
  }

  async function radiusMs(user: string, typed: string): Promise<number> {
    const beganMs = world.clock.nowMs()
    const pending = world.start({
      user,
      password: typed,
      gateway: gatewayRules({ flow: 'challenge' }),
    })
    for (let steps = 0; pending.outcome === undefined && steps < 100; steps += 1) {
      await world.advance(100)
    }
    const { outcome } = pending
    return outcome?.kind === 'reject' ? (outcome.notBeforeMs ?? Number.NaN) - beganMs : Number.NaN
  }

  for (const [what, { user, typed }] of Object.entries(refusals)) {
    it(`leaves a second after it was asked for, as at a gateway: ${what}`, async () => {
      expect(await portalMs(user, typed)).to.equal(1_000)
      expect(await radiusMs(user, typed)).to.equal(1_000)
    })
  }

  it('leaves at the next half second where the directory takes longer, as at a gateway', async () => {
    world.local.delay = () =>
      new Promise((resolve) => {
        world.clock.after(slowMs, resolve)
      })
    expect(await portalMs('alice', 'wrong')).to.equal(2_000)
    expect(await radiusMs('alice', 'wrong')).to.equal(2_000)
  })

  it('the right password is not held back', async () => {
    await flush()
    expect(await portalMs('alice', password)).to.be.below(200)
  })
})
