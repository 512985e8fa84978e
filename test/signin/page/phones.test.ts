import { expect } from 'chai'
import { createPhoneJudge } from '../../../src/methods/index.ts'
import type { Outcome } from '../../../src/signin/index.ts'
import { showPrompt } from '../../../src/web/approve/show.ts'
import { createPortalGateways } from '../../../src/web/index.ts'
import {
  call,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  otherLaptop,
  passkey,
  reasonOf,
  sms,
  stateOf,
  totp,
} from '../harness.ts'
import { numberIn, phonesOf } from './phones.ts'

const methods = ['push', 'call', 'totp', 'passkey'] as const
const auto = gatewayRules({ methods })
const asking = gatewayRules({ methods, flow: 'challenge' })
const owner = { device: laptop } as const
const thief = { device: otherLaptop } as const

function messageOf(outcome: Outcome): string {
  return outcome.kind === 'challenge' ? outcome.message : ''
}

/** A sign-in of alice's whose challenge shows a number. */
async function asked(gateway = auto) {
  const world = createWorld()
  const phones = phonesOf(world)
  const phone = await phones.enrol('alice', 'Pixel')
  const outcome = await world.ask({ gateway, ...owner })
  const number = numberIn(messageOf(outcome))
  const enter = () => world.ask({ gateway, ...owner, state: stateOf(outcome), password: '' })
  const wrong = String((Number(number) + 1) % 100).padStart(2, '0')
  return { world, phones, phone, outcome, number, wrong, enter }
}

describe('a sign-in that a phone approves', () => {
  it('shows a number, which is typed on the phone; the audit says which phone', async () => {
    const { world, phones, phone, outcome, number, enter } = await asked()
    expect(messageOf(outcome)).to.match(/\b\d{2}\b.*mfa\.example\.com\/approve.*Enter/)
    const approved = { kind: 'approved', answered: 'in-time' }
    expect(await phones.approve('alice', phone, number)).to.deep.equal(approved)
    await flush()
    expect(reasonOf(await enter())).to.equal('accepted')
    const row = world.rows.at(-1)
    expect(row).to.include({ method: 'push', outcome: 'accept' })
    expect(row?.timeline.find(({ what }) => what === 'prompt-ended')?.detail).to.deep.equal({
      ...{ result: 'approved', by: phone.id, name: 'Pixel' },
    })
  })

  it('shows the same number again where Enter comes before the phone', async () => {
    const { world, phones, phone, outcome, number } = await asked()
    const again = world.start({ gateway: auto, ...owner, state: stateOf(outcome), password: '' })
    await world.advance(19_100)
    expect(numberIn(messageOf(again.outcome ?? outcome))).to.equal(number)
    await phones.approve('alice', phone, number)
    await flush()
    const state = stateOf(again.outcome)
    const entered = await world.ask({ gateway: auto, ...owner, state, password: '' })
    expect(reasonOf(entered)).to.equal('accepted')
  })

  it('comes before the other ways where it is first, and a code does as well', async () => {
    const world = createWorld()
    const phones = phonesOf(world)
    await phones.enrol('alice')
    const app = await world.enrol('alice', totp)
    const outcome = await world.ask({ gateway: asking, ...owner })
    expect(numberIn(messageOf(outcome))).to.match(/^\d\d$/)
    const password = world.code(app)
    const typed = await world.ask({ gateway: asking, ...owner, state: stateOf(outcome), password })
    expect(reasonOf(typed)).to.equal('accepted')
  })

  it('is counted among the prompts of an hour', async () => {
    const promptLimits = { perUserHour: 1, perNumberHour: 9, perPrefixHour: 9, perDay: 9 }
    const world = createWorld({ settings: { promptLimits } })
    const phones = phonesOf(world)
    const phone = await phones.enrol('alice')
    const outcome = await world.ask({ gateway: auto, ...owner })
    await phones.approve('alice', phone, numberIn(messageOf(outcome)))
    await flush()
    expect(reasonOf(await world.ask({ gateway: auto, ...owner }))).to.equal('prompt-limit')
  })

  it('means the call where a person says "push" who has no phone of their own here', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const pending = world.start({
      ...{ gateway: gatewayRules({ flow: 'append' }), ...owner },
      password: 'Winter-2024,push',
    })
    await flush()
    expect(pending.outcome).to.equal(undefined)
    expect([...world.stores.openPrompts.values()].map(({ method }) => method)).to.deep.equal([
      'call',
    ])
  })
})

describe('the number is typed, and there is one try (PEOPLE R9)', () => {
  it('a wrong one refuses the sign-in, warns, and cannot be put right', async () => {
    const { world, phones, phone, number, wrong, enter } = await asked()
    expect(await phones.approve('alice', phone, wrong)).to.deep.equal({ kind: 'wrong-number' })
    await flush()
    expect(reasonOf(await enter())).to.equal('prompt-refused')
    expect(
      world.rows.at(-1)?.timeline.find(({ what }) => what === 'prompt-ended')?.detail,
    ).to.include({
      ...{ result: 'refused', by: phone.id, number: 'wrong' },
    })
    expect(world.stores.alerts.map(({ kind }) => kind)).to.deep.equal(['wrong-number'])
    expect(await phones.look('local:alice')).to.equal(undefined)
    expect(number).not.to.equal(wrong)
  })

  it('none at all is a wrong one', async () => {
    const { phones, phone } = await asked()
    expect(await phones.approve('alice', phone, '')).to.deep.equal({ kind: 'wrong-number' })
  })

  it('is part of what is signed: the right one beside a signature over another does nothing', async () => {
    const { phones, phone, number, wrong } = await asked()
    const signed = await phones.sign('alice', phone, wrong)
    expect(await phones.send({ ...signed, number })).to.deep.equal({ kind: 'not-signed' })
  })

  it('has six digits where the file says so', async () => {
    const world = createWorld({ settings: { numberDigits: 6 } })
    const phones = phonesOf(world)
    const phone = await phones.enrol('alice')
    const outcome = await world.ask({ gateway: auto, ...owner })
    const number = /\b\d{6}\b/.exec(messageOf(outcome))?.[0] ?? 'none'
    expect(await phones.approve('alice', phone, number)).to.include({ kind: 'approved' })
  })

  it('is not told to the phone that asks what waits', async () => {
    const { phones, outcome, number } = await asked()
    const prompt = await phones.look('local:alice')
    expect(prompt?.page.number).to.equal(number)
    const shown = showPrompt(prompt ?? expect.fail(), () => undefined)
    expect(shown).to.include({ digits: 2, byPasskey: false })
    expect(shown).not.to.have.property('number')
    expect(outcome.kind).to.equal('challenge')
  })
})

describe('where no number can be shown, no phone is asked (PEOPLE R10)', () => {
  const cases = {
    'a gateway that holds': gatewayRules({ methods: ['push'], flow: 'hold' }),
    'one that shows no text': gatewayRules({ methods: ['push'], challenges: false }),
    'one whose code follows the password': gatewayRules({ methods: ['push'], flow: 'append' }),
  }
  for (const [name, gateway] of Object.entries(cases)) {
    it(name, async () => {
      const world = createWorld()
      const phones = phonesOf(world)
      await phones.enrol('alice')
      const outcome = await world.ask({ gateway, ...owner })
      expect(outcome.kind).to.equal('reject')
      expect(await phones.look('local:alice')).to.equal(undefined)
    })
  }

  it('and not where the word after the password asks for one', async () => {
    const world = createWorld()
    const phones = phonesOf(world)
    await phones.enrol('alice')
    const gateway = gatewayRules({ methods: ['push'], challenges: false })
    const outcome = await world.ask({ gateway, ...owner, password: 'Winter-2024,push' })
    expect(outcome.kind).to.equal('reject')
    expect(await phones.look('local:alice')).to.equal(undefined)
  })

  it('a request is not held for one either: another way comes first then', async () => {
    const world = createWorld()
    const phones = phonesOf(world)
    await phones.enrol('alice')
    await world.enrol('alice', passkey)
    const pending = world.start({ gateway: gatewayRules({ methods, flow: 'hold' }), ...owner })
    await flush()
    expect(pending.outcome).to.equal(undefined)
    expect((await phones.look('local:alice'))?.page.number).to.equal(undefined)
  })

  it('a rule that wants the user verified does not take a phone', async () => {
    const outcome = { kind: 'second-factor', userVerification: true } as const
    const world = createWorld({ parts: { rules: [{ name: 'strict', outcome }] } })
    await phonesOf(world).enrol('alice')
    expect(reasonOf(await world.ask({ gateway: auto, ...owner }))).to.equal('not-enrolled')
  })
})

describe('an approval is a signature of the phone over this prompt (PEOPLE R1)', () => {
  it('not one that is sent twice', async () => {
    const { phones, phone, number } = await asked()
    const signed = await phones.sign('alice', phone, number)
    expect(await phones.send(signed)).to.include({ kind: 'approved' })
    expect(await phones.send(signed)).to.deep.equal({ kind: 'over' })
  })

  it('not one of another phone, nor of another person’s', async () => {
    const { phones, phone, number } = await asked()
    const bobs = await phones.enrol('bob')
    const byBob = await phones.sign('alice', bobs, number)
    expect(await phones.send(byBob)).to.deep.equal({ kind: 'not-signed' })
    const inItsName = await phones.sign('alice', { ...bobs, id: phone.id }, number)
    expect(await phones.send(inItsName)).to.deep.equal({ kind: 'not-signed' })
  })

  it('not one of a phone that came after the prompt, or was removed since', async () => {
    const { world, phones, phone, number } = await asked()
    const later = await phones.enrol('alice')
    expect(await phones.approve('alice', later, number)).to.deep.equal({ kind: 'not-signed' })
    const signed = await phones.sign('alice', phone, number)
    await world.stores.authenticators.remove('local:alice', phone.id)
    expect(await phones.send(signed)).to.deep.equal({ kind: 'not-signed' })
  })

  it('not one over something else that the phone signs', async () => {
    const { world, phones, phone, number } = await asked()
    const signed = await phones.sign('alice', phone, number)
    const { signature } = phone.hello(phone.id, world.clock.nowMs())
    expect(await phones.send({ ...signed, signature })).to.deep.equal({ kind: 'not-signed' })
  })

  it('not one that was made for "this was not me", which ends the sign-in', async () => {
    const { phones, phone, enter } = await asked()
    const signed = await phones.sign('alice', phone, '', 'report')
    expect(await phones.send(signed)).to.deep.equal({ kind: 'reported' })
    await flush()
    expect(reasonOf(await enter())).to.equal('blocked')
  })

  it('and the audit says that a phone was asked, also after a report has stopped phones', async () => {
    const world = createWorld()
    const phones = phonesOf(world)
    const phone = await phones.enrol('alice')
    await world.enrol('alice', totp)
    const asked = await world.ask({ gateway: asking, ...owner })
    await phones.send(await phones.sign('alice', phone, '', 'report'))
    await flush()
    const state = stateOf(asked)
    const entered = await world.ask({ gateway: asking, ...owner, state, password: '' })
    expect(reasonOf(entered)).to.equal('prompt-fraud')
    expect(world.rows.at(-1)).to.include({ method: 'push' })
  })

  it('and a thief who knows the password gets nothing of it', async () => {
    const { world, phones, phone, number, enter } = await asked()
    expect(reasonOf(await world.ask({ gateway: auto, ...thief }))).to.equal('another-sign-in-open')
    await phones.approve('alice', phone, number)
    await flush()
    expect(reasonOf(await world.ask({ gateway: auto, ...thief }))).not.to.equal('accepted')
    expect(reasonOf(await enter())).to.equal('accepted')
  })
})

describe('a phone at the portal', () => {
  const { signIn: portal } = createPortalGateways({
    ...{ company: '', directories: ['local'], methods: ['push', 'totp'] },
    trustsDirectoryPhones: false,
  })
  const viaOf = (outcome: Outcome | undefined) =>
    outcome?.kind === 'challenge' && outcome.asked !== undefined && 'via' in outcome.asked
      ? outcome.asked.via
      : undefined

  it('is one of the choices; its page shows the number, and learns which phone it was', async () => {
    const world = createWorld()
    const phones = phonesOf(world)
    const phone = await phones.enrol('alice')
    await world.enrol('alice', totp)
    const menu = await world.ask({ gateway: portal })
    expect(viaOf(menu), 'nothing is asked before it is chosen').to.equal(undefined)
    const rings = await world.ask({ gateway: portal, state: stateOf(menu), password: 'push' })
    const { number = '', ...via } = viaOf(rings) ?? {}
    expect(via).to.include({ method: 'push', to: 'mfa.example.com/approve' })
    expect(number).to.match(/^\d\d$/)
    const waits = world.start({ gateway: portal, state: stateOf(rings), password: '' })
    await world.advance(20_100)
    expect(viaOf(waits.outcome)?.number, 'the same number').to.equal(number)
    expect(await phones.approve('alice', phone, number)).to.include({ kind: 'approved' })
    await flush()
    const entered = await world.ask({
      gateway: portal,
      state: stateOf(waits.outcome),
      password: '',
    })
    expect(entered.kind === 'accept' && entered.proven).to.include({
      ...{ method: 'push', authenticatorId: phone.id },
    })
  })
})

describe('the portal among the gateways', () => {
  const named = (company: string) =>
    createPortalGateways({
      ...{ company, directories: ['local'], methods: ['sms'], trustsDirectoryPhones: false },
    }).signIn

  it('has a name in the person’s language, in texts to them', async () => {
    for (const [company, name] of [
      ['', 'Selfserviceportaal'],
      ['Example', 'Selfserviceportaal (Example)'],
    ] as const) {
      const world = createWorld()
      await world.enrol('alice', sms)
      await world.ask({ gateway: named(company), device: laptop })
      expect(world.sms.sent[0]?.request.gateway).to.equal(name)
    }
  })
})

describe('a phone that asks what waits for it', () => {
  it('is known by its signature, over a fresh moment', async () => {
    const { world, phones, phone } = await asked()
    const nowMs = world.clock.nowMs()
    expect(await phones.judge.hello(phone.hello(phone.id, nowMs))).to.include({ id: phone.id })
    expect(await phones.judge.hello(phone.hello(phone.id, nowMs - 31_000))).to.equal('clock')
    const changed = { ...phone.hello(phone.id, nowMs), atMs: nowMs + 1 }
    expect(await phones.judge.hello(changed)).to.equal(undefined)
    const bobs = await phones.enrol('bob')
    expect(await phones.judge.hello(bobs.hello(phone.id, nowMs))).to.equal(undefined)
    expect(await phones.judge.hello(bobs.hello('nobody', nowMs))).to.equal(undefined)
  })
})

describe('a phone that opens a stream of what waits for it', () => {
  it('has each signature accepted once, as a stream lasts longer than a look', async () => {
    const { world, phones, phone } = await asked()
    const nowMs = world.clock.nowMs()
    const said = phone.stream(phone.id, nowMs)
    expect(await phones.judge.opens(said)).to.include({ id: phone.id })
    expect(await phones.judge.opens(said), 'overheard').to.equal(undefined)
    expect(await phones.judge.opens(phone.stream(phone.id, nowMs - 1)), 'kept').to.equal(undefined)
    expect(await phones.judge.opens(phone.stream(phone.id, nowMs + 1))).to.include({ id: phone.id })
    const bobs = await phones.enrol('bob')
    expect(await phones.judge.opens(bobs.stream(bobs.id, nowMs))).to.include({ id: bobs.id })
  })

  it('has it accepted once at all nodes', async () => {
    const { world, phones, phone } = await asked()
    const used = new Set<string>()
    const nodes = [1, 2].map(() =>
      createPhoneJudge({
        ...world.stores,
        clock: world.clock,
        async once(name) {
          if (used.has(name)) return false
          used.add(name)
          return true
        },
      }),
    )
    const said = phone.stream(phone.id, world.clock.nowMs())
    const opened = await Promise.all(nodes.map((node) => node.opens(said)))
    expect(opened.filter((one) => one !== undefined)).to.have.length(1)
    expect(await phones.judge.opens(said)).to.include({ id: phone.id })
  })

  it('signs it apart: what opens a look opens no stream', async () => {
    const { world, phones, phone } = await asked()
    const nowMs = world.clock.nowMs()
    expect(await phones.judge.opens(phone.hello(phone.id, nowMs))).to.equal(undefined)
    expect(await phones.judge.hello(phone.stream(phone.id, nowMs))).to.equal(undefined)
    expect(await phones.judge.opens(phone.stream(phone.id, nowMs - 31_000))).to.equal('clock')
  })

  it('counts while it is that person’s phone, and they are not blocked', async () => {
    const { world, phones, phone } = await asked()
    const [known] = await world.stores.authenticators.list('local:alice')
    if (known?.method !== 'push') return expect.fail()
    expect(await phones.judge.stillCounts(known)).to.equal(true)
    await world.stores.accounts.block('local:alice', 'test', world.clock.nowMs())
    expect(await phones.judge.stillCounts(known)).to.equal(false)
    await world.stores.accounts.release('local:alice')
    expect(await phones.judge.stillCounts({ ...known, userKey: 'local:bob' })).to.equal(false)
    await world.stores.authenticators.remove('local:alice', phone.id)
    expect(await phones.judge.stillCounts(known)).to.equal(false)
  })
})

describe('a phone that shows nothing', () => {
  /** alice has a phone and an app; the phone has shown nothing since then. */
  async function silentWorld(also: readonly string[] = []) {
    const world = createWorld()
    const phones = phonesOf(world)
    const silent = await phones.enrol('alice', 'Pixel')
    for (const label of also) await phones.enrol('alice', label)
    const app = await world.enrol('alice', totp)
    const list = world.stores.authenticators.list.bind(world.stores.authenticators)
    world.stores.authenticators.list = async (userKey) =>
      (await list(userKey)).map((each) =>
        each.id === silent.id && each.method === 'push' ? { ...each, silentSinceMs: 1 } : each,
      )
    return { world, phones, silent, app }
  }

  it('is not the first choice any more, which the person and the audit are told', async () => {
    const { world, app } = await silentWorld()
    const outcome = await world.ask({ gateway: auto, ...owner })
    expect(numberIn(messageOf(outcome)), 'no number is shown').to.equal('none')
    expect(world.silentPhones).to.deep.equal(['alice: Pixel'])
    const password = world.code(app)
    const typed = await world.ask({ gateway: auto, ...owner, state: stateOf(outcome), password })
    expect(reasonOf(typed)).to.equal('accepted')
    const { what, detail } =
      world.rows.at(-1)?.timeline.find((entry) => entry.what === 'phone-silent') ?? {}
    expect({ what, detail }).to.deep.equal({ what: 'phone-silent', detail: { names: 'Pixel' } })
    expect(world.silentPhones, 'told once a sign-in').to.have.length(1)
  })

  it('keeps its place in the menu, and can be chosen', async () => {
    const { world, phones, silent } = await silentWorld()
    const menu = await world.ask({ gateway: auto, ...owner })
    const chosen = await world.ask({
      ...{ gateway: auto, ...owner, state: stateOf(menu), password: '1' },
    })
    const number = numberIn(messageOf(chosen))
    expect(number).to.match(/^\d\d$/)
    expect(await phones.approve('alice', silent, number)).to.include({ kind: 'approved' })
  })

  it('is asked all the same where another phone of the person’s shows what it gets', async () => {
    const { world } = await silentWorld(['Fairphone'])
    const outcome = await world.ask({ gateway: auto, ...owner })
    expect(numberIn(messageOf(outcome))).to.match(/^\d\d$/)
    expect(world.silentPhones).to.deep.equal(['alice: Pixel'])
  })

  it('is asked where the person has nothing else', async () => {
    const { world, app } = await silentWorld()
    await world.stores.authenticators.remove('local:alice', app.id)
    const outcome = await world.ask({ gateway: auto, ...owner })
    expect(numberIn(messageOf(outcome))).to.match(/^\d\d$/)
  })
})
