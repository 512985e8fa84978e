import { expect } from 'chai'
import { pausesOf } from '../../../src/accounts/index.ts'
import type { GatewayRules, Outcome } from '../../../src/signin/index.ts'
import {
  type Ask,
  call,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  otherLaptop,
  reasonOf,
  recovery,
  sms,
  stateOf,
  totp,
} from '../harness.ts'
import { openPage } from './people.ts'
import { numberIn, phonesOf } from './phones.ts'

const hourMs = 3_600_000
const minuteMs = 60_000
const everything = ['push', 'passkey', 'call', 'sms', 'totp', 'recovery'] as const
const vpn = gatewayRules({ methods: everything })
const otherVpn = gatewayRules({ methods: everything, name: 'other', label: 'Other VPN' })
const owner = { device: laptop } as const
const thief = { device: otherLaptop } as const

function messageOf(outcome: Outcome): string {
  return outcome.kind === 'challenge' || outcome.kind === 'reject' ? (outcome.message ?? '') : ''
}

/** Alice has a phone that approves, its code, and whatever else `also` says. */
async function alice(also: readonly Parameters<ReturnType<typeof createWorld>['enrol']>[1][] = []) {
  const world = createWorld()
  const phones = phonesOf(world)
  const phone = await phones.enrol('alice')
  for (const each of also) await world.enrol('alice', each)
  const load = () => world.stores.accounts.load('local:alice')
  const pauses = async () => pausesOf(await load(), world.clock.nowMs())

  /** Someone signs in with her password, and whatever is asked is left alone. */
  async function leave(ask: Ask): Promise<Outcome> {
    const pending = world.start({ gateway: vpn, ...ask })
    await flush()
    if (pending.outcome === undefined) await world.advance(20_000)
    await world.advance(61_000)
    return pending.outcome ?? (await pending.done)
  }
  async function leaveThree(ask: Ask): Promise<void> {
    for (let times = 0; times < 3; times++) await leave(ask)
  }
  const asks = (outcome: Outcome) => /\b\d\d\b.*Enter/.test(messageOf(outcome))
  return { world, phones, phone, pauses, leave, leaveThree, asks }
}

describe('prompts that get no yes (PEOPLE R12)', () => {
  it('three in a row pause what is asked from there, and it is told once', async () => {
    const { world, leaveThree, pauses, phones } = await alice()
    await leaveThree(thief)
    const untilMs = world.clock.nowMs() + hourMs
    expect(await pauses()).to.have.length(1)
    const refused = await world.ask({ gateway: vpn, ...thief })
    expect(reasonOf(refused)).to.equal('prompts-paused')
    expect(messageOf(refused)).to.include('mfa.example.com/approve')
    expect(await phones.look('local:alice')).to.equal(undefined)
    expect(world.pauses).to.have.length(1)
    expect(world.pauses[0]).to.include({ user: 'alice', gateway: 'VPN Amsterdam' })
    expect(world.pauses[0]?.untilMs).to.be.closeTo(untilMs, minuteMs)
    const [alert] = world.stores.alerts
    expect(alert).to.include({ kind: 'prompts-paused', userKey: 'local:alice' })
    expect(alert?.detail).to.include({ gateway: 'VPN Amsterdam', from: '203.0.113.8' })
    const row = world.rows.at(-1)
    expect(row?.reason).to.equal('prompts-paused')
    expect(row?.timeline.map(({ what }) => what)).to.include('pause')
  })

  it('wrong numbers count as well', async () => {
    const { world, phones, phone } = await alice()
    for (let times = 0; times < 3; times++) {
      const outcome = await world.ask({ gateway: vpn, ...thief })
      const wrong = String((Number(numberIn(messageOf(outcome))) + 1) % 100).padStart(2, '0')
      await phones.approve('alice', phone, wrong)
      await flush()
    }
    expect(reasonOf(await world.ask({ gateway: vpn, ...thief }))).to.equal('prompts-paused')
  })

  it('a stranger who asks fifty times in a night makes the phone ring three times in each hour at most', async () => {
    const { world, asks } = await alice()
    let asked = 0
    for (let times = 0; times < 50; times++) {
      const outcome = await world.ask({ gateway: vpn, ...thief })
      if (asks(outcome)) asked += 1
      await world.advance(10 * minuteMs)
    }
    // 500 minutes: three prompts in twenty, then an hour without.
    expect(asked).to.be.within(3, 21)
  })

  it('the owner from another network is asked as always, and on Monday from the same one', async () => {
    const { world, leaveThree, phones, phone } = await alice()
    // At night her own laptop connects three times by itself.
    await leaveThree(owner)
    expect(reasonOf(await world.ask({ gateway: vpn, ...owner }))).to.equal('prompts-paused')
    const elsewhere = await world.ask({ gateway: vpn, ...thief })
    const approved = await phones.approve('alice', phone, numberIn(messageOf(elsewhere)))
    expect(approved.kind).to.equal('approved')
    await world.advance(hourMs)
    const monday = await world.ask({ gateway: vpn, ...owner })
    expect(numberIn(messageOf(monday))).to.match(/^\d\d$/)
  })

  it('and does not pause what is asked at another gateway', async () => {
    const { world, leaveThree, asks } = await alice()
    await leaveThree(thief)
    expect(asks(await world.ask({ gateway: otherVpn, ...thief }))).to.equal(true)
    const second = gatewayRules({ methods: everything, name: 'vpn-2', group: 'vpn' })
    const sameGroup = await world.ask({ gateway: second, ...thief })
    expect(reasonOf(sameGroup)).to.equal('prompts-paused')
  })

  it('a stranger at the owner’s own address is paused with them, and their codes go on', async () => {
    const { world, leaveThree } = await alice([totp])
    const [, app] = await world.stores.authenticators.list('local:alice')
    await leaveThree(owner)
    const asked = await world.ask({ gateway: vpn, ...owner })
    expect(asked.kind).to.equal('challenge')
    expect(messageOf(asked)).to.not.match(/\b\d\d\b/)
    if (app === undefined) throw new Error('no app')
    const typed = { state: stateOf(asked), password: world.code(app) }
    expect(reasonOf(await world.ask({ gateway: vpn, ...owner, ...typed }))).to.equal('accepted')
  })

  it('an address that the gateway does not vouch for makes no new place', async () => {
    const shared: GatewayRules = { ...vpn, personSpecificDevice: false }
    const { world, leave } = await alice()
    for (const value of ['198.51.100.1', '198.51.100.2', '198.51.100.3']) {
      await leave({ gateway: shared, device: { kind: 'address', value } })
    }
    const device = { kind: 'address', value: '198.51.100.4' } as const
    expect(reasonOf(await world.ask({ gateway: shared, device }))).to.equal('prompts-paused')
  })

  it('and addresses of one customer’s /64 do not either', async () => {
    const { world, leave, pauses } = await alice()
    for (const end of ['1', '2', '3']) {
      await leave({ device: { kind: 'address', value: `2001:db8:0:7::${end}` } })
    }
    const device = { kind: 'address', value: '2001:db8:0:7::4' } as const
    expect(reasonOf(await world.ask({ gateway: vpn, device }))).to.equal('prompts-paused')
    expect((await pauses())[0]?.network).to.equal('2001:db8:0:7::/64')
  })

  it('a yes begins the count again', async () => {
    const { world, leave, phones, phone, asks } = await alice()
    for (let times = 0; times < 4; times++) {
      await leave(owner)
      await leave(owner)
      const outcome = await world.ask({ gateway: vpn, ...owner })
      await phones.approve('alice', phone, numberIn(messageOf(outcome)))
      await flush()
    }
    expect(asks(await world.ask({ gateway: vpn, ...owner }))).to.equal(true)
  })

  it('and so does a code that is typed in place of it', async () => {
    const { world, leave, asks } = await alice([totp])
    const app = (await world.stores.authenticators.list('local:alice'))[1]
    if (app === undefined) throw new Error('no app')
    for (let times = 0; times < 4; times++) {
      await leave(owner)
      const outcome = await world.ask({ gateway: vpn, ...owner })
      const typed = { state: stateOf(outcome), password: world.code(app) }
      expect(reasonOf(await world.ask({ gateway: vpn, ...owner, ...typed }))).to.equal('accepted')
      await world.advance(31_000)
    }
    expect(asks(await world.ask({ gateway: vpn, ...owner }))).to.equal(true)
  })

  it('three that are more than an hour apart pause nothing', async () => {
    const { world, leave, asks } = await alice()
    for (let times = 0; times < 4; times++) {
      await leave(thief)
      await world.advance(hourMs)
    }
    expect(asks(await world.ask({ gateway: vpn, ...thief }))).to.equal(true)
  })

  it('a passkey’s page counts like a phone', async () => {
    const world = createWorld()
    await openPage(world).enrol('alice')
    const holding = gatewayRules({ methods: ['passkey'], challenges: false })
    for (let times = 0; times < 3; times++) {
      const pending = world.start({ gateway: holding, ...thief })
      await world.advance(120_000)
      expect(reasonOf(pending.outcome)).to.equal('prompt-timeout')
    }
    expect(reasonOf(await world.ask({ gateway: holding, ...thief }))).to.equal('prompts-paused')
  })

  it('and so do own digits, which are then not asked for', async () => {
    const typing = gatewayRules({ methods: ['push', 'totp'], challenges: false })
    const { world } = await alice()
    const ask = { gateway: typing, ...thief }
    for (let times = 0; times < 3; times++) {
      const pending = world.start({ ...ask, password: 'Winter-2024,42' })
      await world.advance(120_000)
      expect(reasonOf(pending.outcome)).to.equal('prompt-timeout')
    }
    for (const password of ['Winter-2024,42', 'Winter-2024', 'Winter-2024,push']) {
      expect(reasonOf(await world.ask({ ...ask, password })), password).to.equal('prompts-paused')
    }
  })

  it('a call does not count: a person who has nothing else could not end the pause', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const calling = gatewayRules({ methods: ['call'], challenges: false })
    for (let times = 0; times < 4; times++) {
      const pending = world.start({ gateway: calling, ...thief })
      await flush()
      world.phone.calls[times]?.answer({ kind: 'no-answer' })
      await flush()
      expect(reasonOf(pending.outcome)).to.equal('prompt-no-answer')
    }
  })
})

describe('a pause opens nothing weaker (PEOPLE R12)', () => {
  it('no text and no call takes the place of what is paused', async () => {
    const { world, leaveThree } = await alice([sms, call, recovery('alice')])
    await leaveThree(thief)
    const [texts, calls] = [world.sms.sent.length, world.phone.calls.length]
    const asked = await world.ask({ gateway: vpn, ...thief })
    expect(asked.kind).to.equal('challenge')
    expect(messageOf(asked)).to.not.include('**')
    const word = await world.ask({ gateway: vpn, ...thief, password: 'Winter-2024,sms' })
    expect(reasonOf(word)).to.equal('prompts-paused')
    expect([world.sms.sent.length, world.phone.calls.length]).to.deep.equal([texts, calls])
  })

  it('no campaign, and no outage, lets the password alone in', async () => {
    const campaigns = [
      { name: 'winter', group: 'staff', gateways: ['vpn'], fromMs: 0, untilMs: Number.MAX_VALUE },
    ]
    const world = createWorld({ parts: { campaigns } })
    await phonesOf(world).enrol('alice')
    for (let times = 0; times < 3; times++) {
      await world.ask({ gateway: vpn, ...thief })
      await world.advance(61_000)
    }
    expect(reasonOf(await world.ask({ gateway: vpn, ...thief }))).to.equal('prompts-paused')
  })

  it('it is told after the right password alone', async () => {
    const { world, leaveThree } = await alice()
    await leaveThree(thief)
    const wrong = await world.ask({ gateway: vpn, ...thief, password: 'guess' })
    expect(reasonOf(wrong)).to.equal('password-wrong')
    const nobody = await world.ask({ gateway: vpn, ...thief, user: 'nobody', password: 'guess' })
    expect(messageOf(wrong)).to.equal(messageOf(nobody))
  })
})

describe('a pause ends', () => {
  it('by a restart of the service it does not', async () => {
    const { world, leaveThree } = await alice()
    await leaveThree(thief)
    world.restart()
    expect(reasonOf(await world.ask({ gateway: vpn, ...thief }))).to.equal('prompts-paused')
  })

  it('as its person says so, for this place alone', async () => {
    const { world, leaveThree, pauses, asks } = await alice()
    await leaveThree(thief)
    await leaveThree(owner)
    const [first, second] = await pauses()
    const mine = [first, second].find((pause) => pause?.network === laptop.value)
    await world.stores.pauses.end('local:alice', mine?.id ?? '', world.clock.nowMs())
    expect(asks(await world.ask({ gateway: vpn, ...owner }))).to.equal(true)
    expect(reasonOf(await world.ask({ gateway: vpn, ...thief }))).to.equal('prompts-paused')
  })

  it('as an administrator unlocks the person', async () => {
    const { world, leaveThree, asks } = await alice()
    await leaveThree(thief)
    await world.stores.accounts.release('local:alice')
    expect(asks(await world.ask({ gateway: vpn, ...thief }))).to.equal(true)
  })
})

describe('what a phone says by itself', () => {
  it('ends a pause only with a fresh signature, over this very pause', async () => {
    const { world, phones, phone } = await alice()
    const atMs = world.clock.nowMs()
    const statement = { what: 'ask me again', about: 'this' } as const
    const said = phone.state(phone.id, atMs, statement)
    expect(await phones.judge.states(said, statement)).to.include({ id: phone.id })
    const other = { ...statement, about: 'another' }
    expect(await phones.judge.states(said, other)).to.equal(undefined)
    expect(await phones.judge.states(phone.hello(phone.id, atMs), statement)).to.equal(undefined)
    expect(await phones.judge.states({ ...said, atMs: atMs + 1 }, statement)).to.equal(undefined)
    await world.advance(31_000)
    expect(await phones.judge.states(said, statement)).to.equal(undefined)
  })
})
