import { expect } from 'chai'
import { showPrompt } from '../../../src/web/approve/show.ts'
import {
  call,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  otherLaptop,
  reasonOf,
  stateOf,
  totp,
} from '../harness.ts'
import { openPage } from './people.ts'

const holding = gatewayRules({ flow: 'hold' })
const auto = gatewayRules()
const mute = gatewayRules({ challenges: false })
const thief = { device: otherLaptop } as const
const owner = { device: laptop } as const

async function alicesWorld(options: Parameters<typeof createWorld>[0] = {}) {
  const world = createWorld(options)
  const page = openPage(world)
  const phone = await page.enrol('alice', { label: 'iPhone' })
  return { world, page, phone }
}

/** A sign-in of alice's that is held, and whose page shows it. */
async function held(options: Parameters<typeof createWorld>[0] = {}, gateway = holding) {
  const { world, page, phone } = await alicesWorld(options)
  const pending = world.start({ gateway, ...owner })
  await flush()
  expect(pending.outcome).to.equal(undefined)
  return { world, page, phone, pending }
}

describe('a sign-in that is approved on the page', () => {
  it('is held, and let in once a passkey has signed its facts; the audit says which one', async () => {
    const { world, page, phone, pending } = await held()
    const prompt = await page.look('local:alice')
    expect(prompt?.page).to.deep.include({ gateway: 'VPN Amsterdam', from: laptop.value })
    expect(prompt?.page.waitsUntilMs).to.equal(world.clock.nowMs() + 19_000)
    expect(await page.approve('alice', phone)).to.deep.equal({
      kind: 'approved',
      answered: 'in-time',
    })
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
    const [row] = world.rows
    expect(row).to.include({ method: 'passkey', outcome: 'accept' })
    expect(row?.timeline.find(({ what }) => what === 'prompt-ended')?.detail).to.deep.equal({
      result: 'approved',
      by: phone.authenticatorId,
      name: 'iPhone',
    })
    expect(await page.look('local:alice')).to.equal(undefined)
    expect(world.stores.openPrompts.size).to.equal(0)
  })

  it('is refused when its time is up, and the page shows nothing any more', async () => {
    const { world, page, pending } = await held()
    await world.advance(19_100)
    expect(reasonOf(pending.outcome)).to.equal('prompt-timeout')
    expect(await page.look('local:alice')).to.equal(undefined)
  })

  it('is not shown where the prompt is a call', async () => {
    const world = createWorld()
    const page = openPage(world)
    await world.enrol('alice', call)
    world.start({ gateway: holding })
    await flush()
    expect(await page.look('local:alice')).to.equal(undefined)
  })

  it('asks with the address of the page where the gateway shows text, and goes on with Enter', async () => {
    const { world, page, phone } = await alicesWorld()
    const gateway = gatewayRules({ flow: 'challenge' })
    const asked = await world.ask({ gateway, ...owner })
    expect(asked).to.include({ kind: 'challenge' })
    expect(asked.kind === 'challenge' && asked.message).to.contain('mfa.example.com/approve')
    expect(await page.approve('alice', phone)).to.include({ kind: 'approved' })
    const entered = await world.ask({ gateway, ...owner, state: stateOf(asked), password: '' })
    expect(reasonOf(entered)).to.equal('accepted')
    expect(world.rows.at(-1)).to.include({ method: 'passkey' })
  })

  it('in flow auto waits first where the passkey is all there is, and asks at the margin', async () => {
    const { world, pending, page, phone } = await held({}, auto)
    await world.advance(19_100)
    expect(pending.outcome).to.include({ kind: 'challenge' })
    const state = stateOf(pending.outcome)
    await page.approve('alice', phone)
    const entered = await world.ask({ gateway: auto, ...owner, state, password: '' })
    expect(reasonOf(entered)).to.equal('accepted')
  })

  it('in flow auto does not keep people waiting who have a code to type', async () => {
    const { world } = await alicesWorld()
    await world.enrol('alice', totp)
    const gateway = gatewayRules({ methods: ['call', 'totp', 'passkey'] })
    expect(await world.ask({ gateway, ...owner })).to.include({ kind: 'challenge' })
    const first = gatewayRules({ methods: ['passkey', 'totp'] })
    const pending = world.start({ gateway: first, ...owner })
    await flush()
    expect(pending.outcome).to.equal(undefined)
  })

  it('can be asked for by the word after the password', async () => {
    const { world, page, phone } = await alicesWorld()
    await world.enrol('alice', totp)
    const pending = world.start({
      ...{ gateway: gatewayRules({ flow: 'append' }), ...owner },
      password: 'Winter-2024,passkey',
    })
    await flush()
    expect(pending.outcome).to.equal(undefined)
    await page.approve('alice', phone)
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
  })

  it('counts among the prompts of an hour', async () => {
    const promptLimits = { perUserHour: 1, perNumberHour: 1, perPrefixHour: 50, perDay: 1 }
    const { world, page, phone, pending } = await held({ settings: { promptLimits } })
    await page.approve('alice', phone)
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
    await world.advance(11_000)
    expect(reasonOf(await world.ask({ gateway: holding, ...owner }))).to.equal('prompt-limit')
  })
})

describe('an approval is a signature over this prompt (PEOPLE R1)', () => {
  it('not one that is sent twice', async () => {
    const { page, phone } = await held()
    const signed = await page.sign('alice', phone)
    expect(await page.send(signed)).to.include({ kind: 'approved' })
    expect(await page.send(signed)).to.deep.equal({ kind: 'over' })
  })

  it('not a second time after one that failed', async () => {
    const { page, phone, pending } = await held()
    const signed = await page.sign('alice', phone)
    const broken = { ...signed, signature: { ...signed.signature, id: 'AAAA', rawId: 'AAAA' } }
    expect(await page.send(broken)).to.deep.equal({ kind: 'not-signed' })
    expect(await page.send(signed)).to.deep.equal({ kind: 'over' })
    expect(pending.outcome).to.equal(undefined)
  })

  it('not one over another challenge, such as that of a sign-in at the portal', async () => {
    const { page, phone, pending } = await held()
    const { promptId } = await page.sign('alice', phone)
    const challenge = Buffer.alloc(32, 1).toString('base64url')
    const signature = phone.sign({ challenge })
    expect(await page.send({ promptId, challenge, signature })).to.deep.equal({ kind: 'over' })
    await flush()
    expect(pending.outcome).to.equal(undefined)
  })

  it('not one of another person, nor one without the user verified', async () => {
    const { page, phone, pending } = await held()
    const bobs = await page.enrol('bob')
    const byBob = await page.sign('alice', bobs)
    expect(await page.send(byBob)).to.deep.equal({ kind: 'not-signed' })
    const careless = await page.sign('alice', phone, 'approve', { isVerified: false })
    expect(await page.send(careless)).to.deep.equal({ kind: 'not-signed' })
    await flush()
    expect(pending.outcome).to.equal(undefined)
  })

  it('not one of a passkey that was removed while the prompt was open', async () => {
    const { world, page, phone, pending } = await held()
    const signed = await page.sign('alice', phone)
    await world.stores.authenticators.remove('local:alice', phone.authenticatorId)
    expect(await page.send(signed)).to.deep.equal({ kind: 'not-signed' })
    expect(pending.outcome).to.equal(undefined)
  })

  it('not one that was made for "this was not me"', async () => {
    const { page, phone, pending, world } = await held()
    const signed = await page.sign('alice', phone, 'report')
    expect(await page.send(signed)).to.deep.equal({ kind: 'reported' })
    await world.advance(100)
    expect(reasonOf(pending.outcome)).to.equal('prompt-fraud')
  })

  it('not one that someone begins for another person’s prompt', async () => {
    const { page } = await held()
    const prompt = await page.look('local:alice')
    expect(await page.begin('local:bob', prompt?.id ?? '', 'approve', 'bob')).to.equal(undefined)
  })

  it('a browser that begins many answers pushes out no other one’s', async () => {
    const { page, phone, pending } = await held()
    const signed = await page.sign('alice', phone)
    for (let tries = 0; tries < 20; tries++) {
      await page.begin('local:alice', signed.promptId, 'approve', 'stolen session')
    }
    expect(await page.send(signed)).to.include({ kind: 'approved' })
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
  })

  it('a report that comes a moment after an approval stops what comes next', async () => {
    const { world, page, phone, pending } = await held()
    const report = await page.sign('alice', phone, 'report')
    await page.approve('alice', phone)
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
    expect(await page.send(report)).to.deep.equal({ kind: 'reported' })
    await flush()
    expect(await page.send(report), 'it counts once').to.deep.equal({ kind: 'over' })
    expect(world.reports).to.have.length(1)
    expect(world.reports[0]).to.include({ user: 'alice', gateway: holding.name, how: 'portal' })
    expect(world.stores.alerts.map(({ kind }) => kind)).to.include('fraud-reported')
    expect(reasonOf(await world.ask({ gateway: holding, ...owner }))).to.equal('blocked')
  })

  it('a stranger who spends a report of their own does not spend that of the owner', async () => {
    const { world, page, phone } = await held()
    const report = await page.sign('alice', phone, 'report')
    const { id = '' } = (await page.look('local:alice')) ?? {}
    const begun = await page.begin('local:alice', id, 'report', 'a stolen session')
    const challenge = Buffer.from(begun?.challenge ?? []).toString('base64url')
    await page.approve('alice', phone)
    await flush()
    const unsigned = await page.answer(id, challenge, async () => undefined)
    expect(unsigned).to.deep.equal({ kind: 'not-signed' })
    expect(await page.send(report)).to.deep.equal({ kind: 'reported' })
    expect(world.reports).to.have.length(1)
    const again = await page.answer(id, challenge, async () => undefined)
    expect(again, 'it counts once').to.deep.equal({ kind: 'over' })
  })

  it('where no password was proven it stops that gateway, and not the person (RULES 4)', async () => {
    const firstFactor = {
      kind: 'none',
      directories: ['local'],
      promptWithoutPassword: true,
    } as const
    const vouching = gatewayRules({ name: 'pam', firstFactor })
    const { world, page, phone, pending } = await held({}, vouching)
    const report = await page.sign('alice', phone, 'report')
    await world.advance(20_000)
    const state = stateOf(pending.outcome ?? expect.fail())
    await page.approve('alice', phone)
    await flush()
    expect(await page.send(report)).to.deep.equal({ kind: 'reported' })
    expect(world.reports[0]).to.include({ user: 'alice', gateway: 'pam', stopped: 'gateway' })
    const { blocked, promptsStopped } = await world.stores.accounts.load('local:alice')
    expect({ blocked, promptsStopped }).to.deep.equal({
      ...{ blocked: undefined, promptsStopped: undefined },
    })
    expect((await world.stores.accounts.load('gateway:pam')).blocked).to.not.equal(undefined)
    const entered = await world.ask({ gateway: vouching, ...owner, state, password: '' })
    expect(reasonOf(entered), 'what was approved counts no more').to.equal('state-invalid')
  })

  it('a minute later it is too late for that, and no approval comes after the end', async () => {
    const { world, page, phone } = await held()
    const report = await page.sign('alice', phone, 'report')
    const second = await page.sign('alice', phone)
    await page.approve('alice', phone)
    expect(await page.send(second)).to.deep.equal({ kind: 'over' })
    await world.advance(61_000)
    expect(await page.send(report)).to.deep.equal({ kind: 'over' })
    expect(world.reports).to.deep.equal([])
  })

  it('not one for facts that have changed since', async () => {
    const { world, page, phone, pending } = await held()
    const signed = await page.sign('alice', phone)
    const { registry } = world
    const take = registry.takeChallenge.bind(registry)
    // As if the store of the prompts was written to: the address of the thief in place of the owner's.
    registry.takeChallenge = async (id, challenge) => {
      const taken = await take(id, challenge)
      if (taken === undefined) return undefined
      const page = { ...taken.prompt.page, from: otherLaptop.value }
      return { ...taken, prompt: { ...taken.prompt, page } }
    }
    expect(await page.send(signed)).to.deep.equal({ kind: 'not-signed' })
    expect(pending.outcome).to.equal(undefined)
  })
})

describe('a thief who signs in at the same moment (PEOPLE R11)', () => {
  it('second: gets nothing of the owner’s approval, and is shown on her page', async () => {
    const { world, page, phone, pending } = await held()
    const stolen = await world.ask({ gateway: holding, ...thief })
    expect(reasonOf(stolen)).to.equal('another-sign-in-open')
    const prompt = await page.look('local:alice')
    expect(prompt?.page.from).to.equal(laptop.value)
    expect(prompt?.refused.map(({ from }) => from)).to.deep.equal([otherLaptop.value])
    await page.approve('alice', phone)
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
    const again = world.start({ gateway: holding, ...thief })
    await flush()
    expect(again.outcome).to.equal(undefined)
  })

  it('first: her page shows his sign-in, with hers as refused; what she signs for none of his is worth nothing', async () => {
    const { world, page, phone } = await alicesWorld()
    const his = world.start({ gateway: holding, ...thief })
    await flush()
    const hers = await world.ask({ gateway: holding, ...owner })
    expect(reasonOf(hers)).to.equal('another-sign-in-open')
    const prompt = await page.look('local:alice')
    expect(prompt?.page.from).to.equal(otherLaptop.value)
    expect(prompt?.refused.map(({ from }) => from)).to.deep.equal([laptop.value])
    // She says that it was not her: his ends, and nothing of hers is let in by it.
    expect(await page.send(await page.sign('alice', phone, 'report'))).to.include({
      kind: 'reported',
    })
    await world.advance(100)
    expect(reasonOf(his.outcome)).to.equal('prompt-fraud')
  })

  it('a signature for her prompt does not open the one that comes after it', async () => {
    const { world, page, phone, pending } = await held()
    const signed = await page.sign('alice', phone)
    pending.abort('stopping')
    await world.advance(100)
    const his = world.start({ gateway: holding, ...thief })
    await flush()
    const prompt = await page.look('local:alice')
    expect(prompt?.page.from).to.equal(otherLaptop.value)
    expect(await page.send(signed)).to.deep.equal({ kind: 'over' })
    expect(await page.send({ ...signed, promptId: prompt?.id ?? '' })).to.deep.equal({
      kind: 'over',
    })
    await flush()
    expect(his.outcome).to.equal(undefined)
  })

  it('names only the last few that were refused, however many come', async () => {
    const { world, page } = await held()
    for (let tries = 0; tries < 20; tries++) await world.ask({ gateway: holding, ...thief })
    expect((await page.look('local:alice'))?.refused).to.have.length(4)
  })
})

describe('an approval on the page that comes late', () => {
  it('says so, and lets the next try of the same device in', async () => {
    const { world, page, phone, pending } = await held({}, mute)
    await world.advance(19_100)
    expect(reasonOf(pending.outcome)).to.equal('prompt-timeout')
    expect(await page.approve('alice', phone)).to.deep.equal({
      kind: 'approved',
      answered: 'sign-in-again',
    })
    await flush()
    const stolen = world.start({ gateway: mute, ...thief })
    await flush()
    expect(stolen.outcome).to.equal(undefined)
  })

  it('counts for the owner’s next try, once', async () => {
    const { world, page, phone } = await held({}, mute)
    await world.advance(19_100)
    await page.approve('alice', phone)
    await flush()
    expect(reasonOf(await world.ask({ gateway: mute, ...owner }))).to.equal('accepted')
    const { what, detail } =
      world.rows.at(-1)?.timeline.find((entry) => entry.what === 'late-approval') ?? {}
    expect({ what, by: detail?.by }).to.deep.equal({
      what: 'late-approval',
      by: phone.authenticatorId,
    })
  })

  it('is over, and cannot be answered any more, once nothing waits for it', async () => {
    const { world, page, phone, pending } = await held()
    const signed = await page.sign('alice', phone)
    await world.advance(19_100)
    expect(reasonOf(pending.outcome)).to.equal('prompt-timeout')
    expect(await page.send(signed)).to.deep.equal({ kind: 'over' })
  })
})

describe('what a rule asks of a passkey', () => {
  const rule = (outcome: object) => ({
    parts: { rules: [{ name: 'strict', outcome: { kind: 'second-factor', ...outcome } as const }] },
  })

  it('it verifies the user', async () => {
    const { page, phone, pending } = await held(rule({ userVerification: true }))
    await page.approve('alice', phone)
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
  })

  it('one that is copied between devices is not enough where it has to be bound to one', async () => {
    const { world, page } = await alicesWorld(rule({ deviceBound: true }))
    expect(reasonOf(await world.ask({ gateway: holding, ...owner }))).to.equal('not-enrolled')
    const key = await page.enrol('alice', { isDeviceBound: true })
    const pending = world.start({ gateway: holding, ...owner })
    await flush()
    expect(await page.approve('alice', key)).to.include({ kind: 'approved' })
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
  })

  it('and the copied one cannot sign what the bound one was asked for', async () => {
    const { world, page, phone } = await alicesWorld(rule({ deviceBound: true }))
    await page.enrol('alice', { isDeviceBound: true })
    const pending = world.start({ gateway: holding, ...owner })
    await flush()
    expect(await page.approve('alice', phone)).to.deep.equal({ kind: 'not-signed' })
    await flush()
    expect(pending.outcome).to.equal(undefined)
  })
})

describe('a sign-in from where the person was let in before', () => {
  const dayMs = 86_400_000

  /** Signs alice in from her laptop, and lets the moment pass in which she is not asked again. */
  async function signedIn(options: Parameters<typeof createWorld>[0] = {}) {
    const { world, page, phone, pending } = await held(options)
    await page.approve('alice', phone)
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
    const atMs = world.clock.nowMs()
    await world.advance(60_000)
    const again = async (device = laptop, gateway = holding, user = 'alice') => {
      world.start({ gateway, device, user })
      await flush()
      return (await page.look(`local:${user}`))?.page.earlierAtMs
    }
    return { world, page, phone, atMs, again }
  }

  it('says so: same address, same gateway, since yesterday', async () => {
    const { again, atMs } = await signedIn()
    expect(await again()).to.equal(atMs)
  })

  it('does not from elsewhere, nor after a day', async () => {
    const one = await signedIn()
    expect(await one.again(otherLaptop)).to.equal(undefined)
    const late = await signedIn()
    await late.world.advance(dayMs)
    expect(await late.again()).to.equal(undefined)
  })

  it('does not where others come from the same address', async () => {
    const { again, world } = await signedIn()
    await world.ask({ gateway: holding, ...owner, user: 'bob' })
    expect(await again()).to.equal(undefined)
  })

  it('does not where the gateway does not tell whose address it is', async () => {
    const { again } = await signedIn()
    const shared = gatewayRules({ flow: 'hold', personSpecificDevice: false })
    expect(await again(laptop, shared)).to.equal(undefined)
  })

  it('does not where places are not shown', async () => {
    const { again } = await signedIn({ settings: { tellsEarlier: false } })
    expect(await again()).to.equal(undefined)
  })

  it('does not on the page while another sign-in is refused beside it', async () => {
    const { again, page, world } = await signedIn()
    await again()
    const shown = async () => showPrompt((await page.look('local:alice')) ?? expect.fail(), String)
    expect(await shown()).to.have.property('earlierAtMs')
    await world.ask({ gateway: holding, ...thief })
    expect(await shown()).to.not.have.property('earlierAtMs')
  })
})
