import { expect } from 'chai'
import { methods } from '../../src/accounts/index.ts'
import type { DeviceEvidence, PolicyRule, SecondFactor } from '../../src/signin/index.ts'
import { createTexts } from '../../src/texts/index.ts'
import { createPortalGateways } from '../../src/web/sign-in/gateways.ts'
import {
  call,
  createWorld,
  flush,
  gatewayRules,
  password,
  reasonOf,
  recovery,
  recoveryCode,
  sms,
  stateOf,
  totp,
  type World,
} from './harness.ts'

const seen = { shownToAgent: true } as const
const withPin = { ...call, pin: '4711' } as const
const mac: DeviceEvidence = { kind: 'mac', value: '001122334455' }

function refusing(change: Partial<SecondFactor> = {}): PolicyRule {
  return { name: 'own', outcome: { kind: 'second-factor', refuseSeenSecrets: true, ...change } }
}

function worldWith(rules: readonly PolicyRule[]): World {
  return createWorld({ parts: { rules } })
}

/** What the newest row of the audit says of this step. */
function noteOf(world: World, what: string) {
  return world.rows.at(-1)?.timeline.find((entry) => entry.what === what)?.detail
}

/** The agent scanned the QR code that was meant for Alice, and has learnt her password. */
describe('a rule that refuses secrets an administrator saw (PEOPLE R24)', () => {
  const ways = ['auto', 'append', 'challenge'] as const

  for (const flow of ways) {
    it(`takes no code of the agent’s copy, in flow ${flow}`, async () => {
      const world = worldWith([refusing()])
      const copied = await world.enrol('alice', { ...totp, ...seen })
      await world.enrol('alice', { ...recovery('alice'), ...seen })
      const gateway = gatewayRules({ flow })
      for (const code of [world.code(copied), recoveryCode]) {
        const outcome = await world.ask({ gateway, password: `${password},${code}` })
        expect(outcome, code).to.have.property('kind', 'reject')
      }
      const open = worldWith([])
      const same = await open.enrol('alice', { ...totp, ...seen })
      expect(
        reasonOf(await open.ask({ password: `${password},${open.code(same)}` })),
        'without the rule',
      ).to.equal('accepted')
    })
  }

  it('takes none before the password, and none where the gateway has checked it', async () => {
    const world = worldWith([refusing()])
    const copied = await world.enrol('alice', { ...totp, ...seen })
    const codeOnly = gatewayRules({
      flow: 'code-only',
      firstFactor: { kind: 'none', directories: ['local'], promptWithoutPassword: false },
    })
    const alone = await world.ask({ gateway: codeOnly, password: world.code(copied) })
    expect(reasonOf(alone)).to.equal('prompt-not-allowed')
    const first = gatewayRules({ flow: 'append', secondFactorFirst: true })
    const typed = { gateway: first, password: `${password},${world.code(copied)}` }
    expect(reasonOf(await world.ask(typed))).to.equal('method-not-allowed')
  })

  it('takes none as the answer to a question, beside what counts', async () => {
    const world = worldWith([refusing()])
    const copied = await world.enrol('alice', { ...totp, ...seen })
    const own = await world.enrol('alice', { ...totp, seed: new Uint8Array(20).fill(9) })
    const gateway = gatewayRules({ flow: 'challenge' })
    const state = stateOf(await world.ask({ gateway }))
    const refused = await world.ask({ gateway, password: world.code(copied), state })
    expect(reasonOf(refused)).not.to.equal('accepted')
    const again = stateOf(await world.ask({ gateway }))
    const answered = await world.ask({ gateway, password: world.code(own), state: again })
    expect(reasonOf(answered)).to.equal('accepted')
  })

  it('rings no phone whose PIN the agent has set', async () => {
    const world = worldWith([refusing()])
    await world.enrol('alice', { ...withPin, ...seen })
    expect(reasonOf(await world.ask())).to.equal('secret-seen')
    expect(world.phone.calls).to.have.length(0)
  })

  it('takes no approval and nothing remembered that came of such a secret', async () => {
    const remember = { forMs: 3_600_000, address: false }
    const rules: PolicyRule[] = [{ name: 'plain', outcome: { kind: 'second-factor', remember } }]
    const world = worldWith(rules)
    const copied = await world.enrol('alice', { ...totp, ...seen })
    const own = await world.enrol('alice', { ...totp, seed: new Uint8Array(20).fill(9) })
    const device = { device: mac, gateway: gatewayRules({ personSpecificDevice: true }) }
    const typed = (authenticator: typeof own) => ({
      ...device,
      password: `${password},${world.code(authenticator)}`,
    })
    expect(reasonOf(await world.ask(typed(copied)))).to.equal('accepted')
    await world.advance(11_000)
    expect(reasonOf(await world.ask(device)), 'remembered').to.equal('accepted')
    rules[0] = refusing({ remember })
    await world.advance(11_000)
    expect(reasonOf(await world.ask(device))).not.to.equal('accepted')
    expect(reasonOf(await world.ask(typed(own)))).to.equal('accepted')
    await world.advance(11_000)
    expect(reasonOf(await world.ask(device)), 'remembered of the own one').to.equal('accepted')
  })

  it('shares no call that rings by such a PIN', async () => {
    const verified = gatewayRules({ name: 'verified', group: 'offices' })
    const plain = gatewayRules({ name: 'plain', group: 'offices' })
    const world = worldWith([{ ...refusing(), gateways: ['verified'] }])
    await world.enrol('alice', { ...withPin, ...seen })
    await world.enrol('alice', { ...call, phone: '+31612345699' })
    const first = world.start({ gateway: plain, device: mac })
    await flush()
    const second = world.start({ gateway: verified, device: mac })
    await flush()
    expect(world.phone.calls).to.have.length(1)
    world.phone.approve()
    await flush()
    expect(reasonOf(first.outcome)).to.equal('accepted')
    expect(second.outcome).to.have.property('kind', 'reject')
  })

  it('takes what no one saw: an own app, and numbers, which are not secret', async () => {
    const world = worldWith([refusing()])
    const own = await world.enrol('alice', { ...totp, setUpBy: 'self' })
    const typed = { password: `${password},${world.code(own)}` }
    expect(reasonOf(await world.ask(typed))).to.equal('accepted')
    const texts = worldWith([refusing()])
    await texts.enrol('dave', { ...sms, setUpBy: 'administrator' })
    expect(await texts.ask({ user: 'dave' })).to.have.property('kind', 'challenge')
  })

  it('says why: only with the right password, with a reason of its own and a step', async () => {
    const world = worldWith([refusing()])
    const copied = await world.enrol('alice', { ...totp, ...seen })
    const outcome = await world.ask()
    expect(reasonOf(outcome)).to.equal('secret-seen')
    expect(noteOf(world, 'secret-seen')).to.deep.equal({ methods: 'totp' })
    expect(reasonOf(await world.ask({ password: 'wrong' }))).to.equal('password-wrong')
    await world.ask({ password: `${password},${world.code(copied)}` })
    expect(noteOf(world, 'code')).to.deep.equal({ method: 'totp', result: 'secret-seen' })
  })

  it('asks such a person at the portal for another proof, and opens nothing by itself', async () => {
    const world = worldWith([refusing()])
    await world.enrol('alice', { ...totp, ...seen })
    const { signIn: gateway } = createPortalGateways({
      ...{ company: '', directories: ['local'], methods, trustsDirectoryPhones: false },
    })
    const outcome = await world.ask({ gateway })
    expect(outcome).to.include({ kind: 'reject', reason: 'secret-seen' })
    expect(outcome).to.have.nested.property('person.key', 'local:alice')
  })

  it('says why, and where to set up something of one’s own', async () => {
    const texts = createTexts({ defaultLanguage: 'en' })
    for (const [settings, key] of [
      [{}, 'secret-seen'],
      [{ portal: 'https://mfa.example.com' }, 'secret-seen-portal'],
    ] as const) {
      const world = createWorld({ parts: { rules: [refusing()] }, settings })
      await world.enrol('bob', { ...totp, ...seen })
      const outcome = await world.ask({ user: 'bob' })
      const message = texts.text(key, 'en', { portal: 'https://mfa.example.com' })
      expect(outcome).to.include({ kind: 'reject', reason: 'secret-seen', message })
    }
  })
})
