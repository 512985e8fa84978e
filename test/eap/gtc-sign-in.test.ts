import { expect } from 'chai'
import { createGtc } from '../../src/eap/inner/gtc.ts'
import { signInWithin } from '../../src/eap/inner-attempt.ts'
import type { InnerSignIn, InnerStep } from '../../src/eap/method.ts'
import { createSignIn } from '../../src/signin/index.ts'
import * as signin from '../signin/harness.ts'

/** GTC with the one sign-in behind it: the person types whatever it asks. */
describe('EAP-GTC and the sign-in', () => {
  async function begin() {
    const world = signin.createWorld()
    const app = await world.enrol('alice', signin.totp)
    const outer = world.start({ gateway: signin.gatewayRules({ flow: 'challenge' }) })
    const via = () => ({ method: 'PEAP', outerIdentity: 'anonymous' })
    const signIn: InnerSignIn = signInWithin(createSignIn(world.parts), outer, via)
    const method = createGtc('Password: ').create('alice')
    method.start()
    const type = (text: string) => method.receive({ id: 1, data: Buffer.from(text) }, signIn)
    return { world, app, type }
  }
  const shown = (step: InnerStep) =>
    step.kind === 'request' ? Buffer.from(step.data).toString() : step.kind

  it('asks for password and code, and lets in', async () => {
    const { world, app, type } = await begin()
    expect(shown(await type(signin.password))).to.match(/code/i)
    expect((await type(world.code(app))).kind).to.equal('done')
    expect(world.lines.at(-1)).to.include({ reason: 'accepted', method: 'totp' })
  })

  it('asks again after a wrong code, as often as codes may be tried', async () => {
    const { world, app, type } = await begin()
    await type(signin.password)
    const wrong = signin.wrongCodeFor(world, app)
    const steps = [await type(wrong), await type(wrong), await type(wrong)]
    expect(steps.map(({ kind }) => kind)).to.deep.equal(['request', 'request', 'request'])
    expect(world.lines.at(-1)).to.include({ reason: 'code-wrong' })
    // The last one was the refusal: the right code comes too late.
    const end = await type(world.code(app))
    expect(end.kind === 'failed' && end.outcome.reason).to.equal('code-wrong')
  })

  it('asks no one for a code whose password is wrong', async () => {
    const { world, app, type } = await begin()
    const refusal = await type('wrong')
    expect(shown(refusal)).to.match(/^Sign-in failed/)
    const end = await type(world.code(app))
    expect(end.kind === 'failed' && end.outcome.reason).to.equal('password-wrong')
  })
})
