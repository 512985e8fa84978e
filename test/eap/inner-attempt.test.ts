import { expect } from 'chai'
import { signInWithin } from '../../src/eap/inner-attempt.ts'
import { createSignIn } from '../../src/signin/index.ts'
import * as signin from '../signin/harness.ts'

describe('a sign-in inside EAP', () => {
  async function ask(enrolled: signin.Enrolment, challenges: boolean) {
    const world = signin.createWorld()
    await world.enrol('alice', enrolled)
    const outer = world.start({
      user: 'anonymous',
      gateway: signin.gatewayRules({ flow: 'challenge' }),
    })
    const via = () => ({ method: 'PEAP', outerIdentity: 'anonymous' })
    const credential = signin.pap(signin.password)
    const signIn = signInWithin(createSignIn(world.parts), outer, via)
    const outcome = signIn({ userName: 'alice', credential, challenges })
    await signin.flush()
    return { world, outcome }
  }

  it('sends a code where the method can ask for it', async () => {
    const { world, outcome } = await ask(signin.sms, true)
    expect((await outcome).kind).to.equal('challenge')
    expect(world.sms.sent).to.have.length(1)
  })

  it('sends none where it cannot', async () => {
    const { world, outcome } = await ask(signin.sms, false)
    expect((await outcome).reason).to.equal('no-method-for-flow')
    expect(world.sms.sent).to.have.length(0)
  })

  for (const [what, bound] of [
    ['', {}],
    [' and is bound to its tunnel', { bound: Promise.resolve() }],
  ] as const) {
    it(`knows how often the request came again that brought it${what}`, async () => {
      const world = signin.createWorld()
      await world.enrol('alice', signin.call)
      const outer = world.start({ user: 'anonymous' })
      const signIn = signInWithin(createSignIn(world.parts), outer, () => ({
        method: 'PEAP',
        outerIdentity: 'anonymous',
      }))
      const credential = signin.pap(signin.password)
      const outcome = signIn({ userName: 'alice', credential, challenges: false, ...bound })
      await signin.flush()
      outer.resent = 2
      world.phone.approve()
      await signin.flush()
      expect((await outcome).kind).to.equal('accept')
      const row = world.rows.find(({ userName }) => userName === 'alice')
      expect(row?.timeline.find(({ what }) => what === 'resends')?.detail).to.deep.equal({
        count: 2,
      })
    })
  }

  it('calls instead, and waits', async () => {
    const { world, outcome } = await ask(signin.call, false)
    expect(world.phone.calls).to.have.length(1)
    world.phone.approve()
    await signin.flush()
    expect((await outcome).kind).to.equal('accept')
  })
})
