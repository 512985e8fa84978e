import { expect } from 'chai'
import type { PromptResult } from '../../src/signin/index.ts'
import {
  call,
  createWorld,
  defaultSettings,
  flush,
  gatewayRules,
  reasonOf,
  sentCodes,
  sms,
  stateOf,
  totp,
} from './harness.ts'

const gateway = gatewayRules({ flow: 'hold' })
const unlimited = { perUserHour: 99, perNumberHour: 99, perPrefixHour: 99, perDay: 99 }

/** Prompts that ring before the limit refuses; each is answered with a refusal. */
async function ringUntilRefused(limit: Partial<typeof unlimited>, users: readonly string[]) {
  const world = createWorld({ settings: { promptLimits: { ...unlimited, ...limit } } })
  await world.enrol('alice', call)
  await world.enrol('bob', { ...call, phone: '+31612345699' })
  const reasons: string[] = []
  for (const user of users) {
    const pending = world.start({ gateway, user })
    await flush()
    for (const ringing of world.phone.ringing()) ringing.answer({ kind: 'refused' })
    await flush()
    reasons.push(reasonOf(pending.outcome))
  }
  return { world, reasons }
}

describe('limits on prompts', () => {
  const cases = [
    ['perUserHour', ['alice', 'alice', 'alice', 'bob'], [0, 0, 1, 0]],
    ['perNumberHour', ['alice', 'alice', 'alice', 'bob'], [0, 0, 1, 0]],
    ['perDay', ['alice', 'bob', 'bob', 'alice'], [0, 0, 1, 1]],
  ] as const
  for (const [limit, users, refused] of cases) {
    it(`${limit} refuses with a text and rings no one`, async () => {
      const { world, reasons } = await ringUntilRefused({ [limit]: 2 }, users)
      expect(reasons).to.deep.equal(
        refused.map((isRefused) => (isRefused ? 'prompt-limit' : 'prompt-refused')),
      )
      expect(world.phone.calls).to.have.length(refused.filter((isRefused) => !isRefused).length)
    })
  }

  it('perPrefixHour allows three for each person who has enrolled such a number (RULES 41)', async () => {
    const { world, reasons } = await ringUntilRefused({ perPrefixHour: 2 }, [
      'alice',
      'bob',
      'alice',
      'bob',
      'alice',
      'bob',
      'alice',
    ])
    expect(reasons).to.deep.equal([...Array(6).fill('prompt-refused'), 'prompt-limit'])
    expect(world.phone.calls).to.have.length(6)
  })

  it('perPrefixHour is what is set where only the directory knows the numbers', async () => {
    const promptLimits = { ...unlimited, perPrefixHour: 2 }
    const world = createWorld({ settings: { promptLimits } })
    const reasons: string[] = []
    for (let n = 0; n < 3; n += 1) {
      const pending = world.start({ gateway, user: 'erin' })
      await flush()
      for (const ringing of world.phone.ringing()) ringing.answer({ kind: 'refused' })
      await flush()
      reasons.push(reasonOf(pending.outcome))
    }
    expect(reasons).to.deep.equal(['prompt-refused', 'prompt-refused', 'prompt-limit'])
  })

  it('opens again when the hour has passed, and leaves no prompt open', async () => {
    const { world } = await ringUntilRefused({ perUserHour: 1 }, ['alice', 'alice'])
    await world.advance(3_600_000)
    const pending = world.start({ gateway })
    await flush()
    expect(pending.outcome).to.equal(undefined)
    expect(world.phone.ringing()).to.have.length(1)
  })

  it('does not count prompts that join an open one', async () => {
    const world = createWorld({ settings: { promptLimits: { ...unlimited, perUserHour: 1 } } })
    await world.enrol('alice', call)
    const tries = Array.from({ length: 5 }, () => world.start({ gateway, port: '1' }))
    await flush()
    world.phone.approve()
    await flush()
    expect(tries.map(({ outcome }) => reasonOf(outcome))).to.deep.equal(Array(5).fill('accepted'))
  })

  it('counts texts as well', async () => {
    const world = createWorld({ settings: { promptLimits: { ...unlimited, perNumberHour: 1 } } })
    await world.enrol('alice', sms)
    await world.ask()
    await world.advance(31_000)
    expect(reasonOf(await world.ask())).to.equal('prompt-limit')
    expect(world.sms.sent).to.have.length(1)
  })
})

describe('limits and failures open no weaker way in (RULES 23)', () => {
  const ends: readonly PromptResult[] = [
    { kind: 'failed', detail: 'connect ECONNREFUSED', outage: true },
    { kind: 'failed', detail: '429', outage: false },
    { kind: 'no-answer' },
    { kind: 'busy' },
    { kind: 'timeout' },
  ]
  for (const result of ends) {
    it(`a call that ends with ${JSON.stringify(result)} lets no one in and sends nothing by itself`, async () => {
      const world = createWorld()
      await world.enrol('alice', call)
      await world.enrol('alice', sms)
      const pending = world.start({ gateway: gatewayRules({ methods: ['call'] }) })
      await flush()
      world.phone.only().answer(result)
      await flush()
      expect(pending.outcome?.kind).to.equal('reject')
      expect(world.sms.sent).to.have.length(0)
    })
  }

  const sendings = [
    ['fails', async () => ({ kind: 'failed', detail: '503', outage: true }) as const],
    ['throws', () => Promise.reject(new Error('no route'))],
    [
      'throws at once',
      () => {
        throw new Error('no route')
      },
    ],
  ] as const
  for (const [what, send] of sendings) {
    it(`a text whose sending ${what} is a Reject, and the next one can be sent`, async () => {
      const world = createWorld()
      await world.enrol('alice', sms)
      world.sms.next.push(send)
      expect(reasonOf(await world.ask())).to.equal('prompt-failed')
      expect(world.troubles[0]).to.include({ what: 'prompt-failed', userName: 'alice' })
      expect(await world.ask()).to.include({ kind: 'challenge' })
    })
  }

  it('a text whose sending hangs is a Reject before the patience ends', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    let given: AbortSignal | undefined
    world.sms.next.push((signal) => {
      given = signal
      return new Promise(() => undefined)
    })
    const pending = world.start()
    await world.advance(19_100)
    expect(given?.aborted).to.equal(true)
    expect(reasonOf(pending.outcome)).to.equal('prompt-failed')
    expect(await world.ask()).to.include({ kind: 'challenge' })
  })

  it('a call method that throws is a Reject, and no one stays locked out', async () => {
    const prompt = () => {
      throw new Error('broken')
    }
    const world = createWorld({
      parts: {
        approvals: new Map([
          ['call', { method: 'call', prompt, endOrphan: async () => undefined }],
        ]),
      },
    })
    await world.enrol('alice', call)
    for (let tries = 0; tries < 2; tries++) {
      expect(reasonOf(await world.ask({ gateway }))).to.equal('prompt-failed')
    }
    expect(world.stores.openPrompts.size).to.equal(0)
  })
})

describe('wrong codes in one sign-in', () => {
  it('count whichever way they are asked for', async () => {
    const world = createWorld({
      settings: { ...defaultSettings, codeTries: 2, sentCode: sentCodes({ tries: 2 }) },
    })
    await world.enrol('alice', sms)
    await world.enrol('alice', { ...sms, phone: '+31612345699' })
    await world.enrol('alice', totp)
    const menu = await world.ask()
    const wrong = await world.ask({ password: 'nonsense', state: stateOf(menu) })
    const sent = await world.ask({ password: 'sms', state: stateOf(wrong) })
    const code = world.sms.lastCode() === '000000' ? '000001' : '000000'
    expect(reasonOf(await world.ask({ password: code, state: stateOf(sent) }))).to.equal(
      'code-wrong',
    )
  })
})
