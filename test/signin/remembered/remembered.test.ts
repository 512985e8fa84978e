import { expect } from 'chai'
import { createReplyRules } from '../../../src/compose/sign-in-rules.ts'
import { loadDictionary } from '../../../src/radius/index.ts'
import type {
  Credential,
  DeviceEvidence,
  GatewayRules,
  PolicyRule,
  Remember,
  SecondFactor,
} from '../../../src/signin/index.ts'
import { load, valid } from '../../config/load-text.ts'
import {
  type Ask,
  call,
  chap,
  createWorld,
  defaultSettings,
  flush,
  gatewayRules,
  laptop,
  password,
  reasonOf,
  sms,
  stateOf,
  totp,
  type World,
  type WorldOptions,
  wrongCodeFor,
} from '../harness.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const mac: DeviceEvidence = { kind: 'mac', value: '001122334455' }
const otherMac: DeviceEvidence = { kind: 'mac', value: '001122334456' }
const randomMac: DeviceEvidence = { kind: 'mac', value: '0a1122334455' }

function remembering(
  forMs = 12 * hourMs,
  change: Partial<SecondFactor & Remember> = {},
): PolicyRule {
  const { address = false, ...others } = change
  const remember = { forMs, address }
  return { name: 'remembers', outcome: { kind: 'second-factor', remember, ...others } }
}

/** Alice has a phone and an app; the list of rules may be changed at any time. */
async function createHome(
  rules: PolicyRule[] = [remembering()],
  options: WorldOptions = {},
): Promise<{ world: World; rules: PolicyRule[]; app: Awaited<ReturnType<World['enrol']>> }> {
  const world = createWorld({ ...options, parts: { rules, ...options.parts } })
  await world.enrol('alice', call)
  const app = await world.enrol('alice', totp)
  return { world, rules, app }
}

/** Signs in with a call and ends with an Accept. */
async function signInByCall(world: World, ask: Ask = { device: mac }): Promise<void> {
  const before = world.phone.calls.length
  const pending = world.start(ask)
  await flush()
  expect(world.phone.calls, 'it rings').to.have.length(before + 1)
  world.phone.approve()
  await flush()
  expect(reasonOf(pending.outcome)).to.equal('accepted')
  // Past the moment in which an equal request gets the same answer.
  await world.advance(11_000)
}

/** `accepted` at once, `held` while the phone rings, or the reason of a refusal. */
async function passes(world: World, ask: Ask = { device: mac }): Promise<string> {
  const pending = world.start(ask)
  await flush()
  const reason = reasonOf(pending.outcome)
  if (pending.outcome === undefined) {
    pending.abort('stopping')
    await flush()
  }
  await world.advance(11_000)
  return reason
}

function calledStation(text: string | Uint8Array): NonNullable<Ask['attributes']> {
  return [{ vendor: 0, type: 30, value: typeof text === 'string' ? Buffer.from(text) : text }]
}

describe('a remembered sign-in', () => {
  it('accepts the password alone, from the same device, until it ends', async () => {
    const { world } = await createHome()
    await signInByCall(world)
    expect(await passes(world)).to.equal('accepted')
    await world.advance(0)
    world.clock.advance(12 * hourMs - 30_000)
    expect(await passes(world), 'just before').to.equal('accepted')
    world.clock.advance(30_000)
    expect(await passes(world), 'when it has ended').to.equal('held')
  })

  it('is not prolonged by being used', async () => {
    const { world } = await createHome([remembering(hourMs)])
    await signInByCall(world)
    for (let minutes = 10; minutes < 60; minutes += 10) {
      world.clock.advance(9.5 * 60_000)
      expect(await passes(world)).to.equal('accepted')
    }
    world.clock.advance(12 * 60_000)
    expect(await passes(world)).to.equal('held')
  })

  it('is named in the audit, with the method it had, and where it came from', async () => {
    const { world } = await createHome()
    await signInByCall(world)
    const since = new Date(world.rows[0]?.endedAtMs ?? 0).toISOString()
    await passes(world)
    const [first, second] = world.rows
    expect(first).to.include({ method: 'call', rule: 'remembers' })
    expect(JSON.stringify(first?.timeline)).to.include('"remember"')
    expect(second).to.include({ method: 'call', rule: 'remembers', outcome: 'accept' })
    const noted = second?.timeline.find(({ what }) => what === 'remembered')
    expect(noted?.detail).to.deep.equal({ method: 'call', since })
    expect(JSON.stringify(second?.timeline)).to.not.include('"remember"')
  })

  const others: Readonly<Record<string, Ask>> = {
    'another device': { device: otherMac },
    'an address': { device: laptop },
    'no device': {},
    'another kind of evidence of the same text': { device: { kind: 'text', value: mac.value } },
    'a number of the same digits': { device: { kind: 'phone', value: mac.value } },
    'another group of gateways': { device: mac, gateway: gatewayRules({ name: 'other' }) },
    'a gateway whose devices are not the person’s': {
      device: mac,
      gateway: gatewayRules({ personSpecificDevice: false }),
    },
    'another person': { device: mac, user: 'erin' },
  }
  for (const [what, ask] of Object.entries(others)) {
    it(`does not count for ${what}`, async () => {
      const { world } = await createHome()
      await signInByCall(world)
      expect(await passes(world, ask)).to.equal('held')
      expect(await passes(world), 'it counts').to.equal('accepted')
    })
  }

  it('counts at each gateway of the group', async () => {
    const { world } = await createHome()
    const gateways = ['vpn1', 'vpn2'].map((name) => gatewayRules({ name, group: 'vpn' }))
    const [one, two] = gateways.map((gateway): Ask => ({ gateway, device: mac }))
    await signInByCall(world, one)
    expect(await passes(world, two)).to.equal('accepted')
  })

  it('counts after a restart', async () => {
    const { world } = await createHome()
    await signInByCall(world)
    world.restart()
    expect(await passes(world)).to.equal('accepted')
  })

  it('is accepted in every flow in which a person is asked', async () => {
    const flows = ['auto', 'hold', 'challenge', 'append'] as const
    const { world } = await createHome()
    await signInByCall(world)
    for (const flow of flows) {
      const ask = { device: mac, gateway: gatewayRules({ flow }) }
      expect(await passes(world, ask), flow).to.equal('accepted')
    }
    expect(await passes(world, { device: mac, credential: chap(password) })).to.equal('accepted')
  })

  it('carries what a right response of MS-CHAP earns', async () => {
    const msChap = { version: 1, ntKey: new Uint8Array(16).fill(8) } as const
    const credential: Credential = {
      ...{ kind: 'ms-chap', version: 1, identifier: 1, userName: 'alice' },
      ...{ challenge: new Uint8Array(8), peerChallenge: new Uint8Array(0) },
      ntResponse: new Uint8Array(24),
    }
    const { world } = await createHome()
    await signInByCall(world)
    world.local.instead.verify = async () => ({ kind: 'right', msChap })
    const outcome = await world.ask({ device: mac, credential })
    expect(outcome).to.deep.include({ kind: 'accept', msChap })
    expect(world.rows.at(-1)?.timeline.map(({ what }) => what)).to.include('remembered')
  })

  it('calls a person who asks for it by a word', async () => {
    const { world } = await createHome()
    await signInByCall(world)
    expect(await passes(world, { device: mac, password: `${password},call` })).to.equal('held')
  })

  it('ignores a code that follows the password, right or wrong, and spends none (RULES 35)', async () => {
    const { world, app } = await createHome()
    await signInByCall(world)
    const code = world.code(app)
    for (const typed of [wrongCodeFor(world, app), code]) {
      const ask = { device: mac, password: `${password},${typed}` }
      expect(await passes(world, ask)).to.equal('accepted')
      expect(world.rows.at(-1)).to.include({ method: 'call' })
    }
    expect(await passes(world, { password: `${password},${code}` })).to.equal('accepted')
    expect(world.rows.at(-1)).to.include({ method: 'totp' })
  })
})

describe('what is remembered', () => {
  it('is a sign-in by typed code, by challenge and by late approval as well', async () => {
    const ways: Readonly<Record<string, (world: World, code: string) => Promise<unknown>>> = {
      'a code after the password': (world, code) =>
        world.ask({ device: mac, password: `${password},${code}` }),
      'an answer to a challenge': async (world, code) => {
        const gateway = gatewayRules({ flow: 'challenge' })
        const state = stateOf(await world.ask({ device: mac, gateway }))
        return world.ask({ device: mac, gateway, state, password: code })
      },
      'an approval that came late': async (world) => {
        const gateway = gatewayRules({ challenges: false, methods: ['call'] })
        const first = world.start({ device: mac, gateway })
        await world.advance(20_000)
        expect(reasonOf(first.outcome)).to.equal('prompt-timeout')
        world.phone.approve()
        await flush()
        return world.ask({ device: mac, gateway })
      },
    }
    for (const [what, signIn] of Object.entries(ways)) {
      const { world, app } = await createHome()
      expect(await signIn(world, world.code(app)), what).to.include({ reason: 'accepted' })
      await world.advance(61_000)
      expect(await passes(world), what).to.equal('accepted')
    }
  })

  it('is nothing where a password alone let in', async () => {
    const { world, rules } = await createHome()
    rules.unshift({ name: 'open', outcome: { kind: 'no-second-factor' } })
    expect(await passes(world)).to.equal('accepted')
    rules.shift()
    expect(await passes(world), 'a rule without second factor').to.equal('held')
    const bypass = { reason: 'phone lost', untilMs: world.clock.nowMs() + dayMs, once: true }
    await world.stores.accounts.giveBypass('local:alice', bypass)
    expect(await passes(world)).to.equal('accepted')
    expect(await passes(world), 'a bypass').to.equal('held')
  })

  it('is nothing after a refusal', async () => {
    const { world, app } = await createHome()
    const wrong = `${password},${wrongCodeFor(world, app)}`
    const append = gatewayRules({ flow: 'append' })
    await world.ask({ device: mac, password: wrong, gateway: append })
    const refused = world.start({ device: mac })
    await flush()
    world.phone.only().answer({ kind: 'refused' })
    await refused.done
    expect(await passes(world)).to.equal('held')
  })

  it('is nothing where no rule says so', async () => {
    const { world, rules } = await createHome([])
    await signInByCall(world)
    rules.push(remembering())
    expect(await passes(world)).to.equal('held')
  })

  it('is nothing where no password is checked', async () => {
    const firstFactor = {
      kind: 'none',
      directories: ['local'],
      promptWithoutPassword: true,
    } as const
    const gateway = gatewayRules({ firstFactor })
    const { world } = await createHome()
    await signInByCall(world, { device: mac, gateway })
    expect(await passes(world, { device: mac, gateway }), 'the device alone').to.equal('held')
    expect(await passes(world), 'a gateway that checks').to.equal('held')
    await signInByCall(world)
    expect(await passes(world, { device: mac, gateway })).to.equal('held')
  })

  it('is nothing the store could not write, and the sign-in goes on', async () => {
    const { world } = await createHome()
    world.stores.failing.add('remembered.keep')
    await signInByCall(world)
    expect(world.troubles.map(({ what }) => what)).to.deep.equal(['remember'])
    expect(await passes(world)).to.equal('held')
  })

  it('lets no one in whom the audit does not show', async () => {
    const { world } = await createHome()
    await signInByCall(world)
    world.stores.failing.add('audit.record')
    expect(await passes(world)).to.equal('store-failed')
  })
})

describe('a device that is known by its address', () => {
  const byAddress: Ask = { device: laptop }

  it('counts only where a rule says that an address is enough', async () => {
    const { world, rules } = await createHome()
    await signInByCall(world, byAddress)
    expect(await passes(world, byAddress)).to.equal('held')
    rules[0] = remembering(hourMs, { address: true })
    await signInByCall(world, byAddress)
    expect(await passes(world, byAddress)).to.equal('accepted')
    rules[0] = remembering()
    expect(await passes(world, byAddress), 'the rule of now decides').to.equal('held')
  })

  const notTheirs: Readonly<Record<string, Ask>> = {
    'the gateway’s, as the packet shows': { device: laptop, source: laptop.value },
    'the gateway’s, as NAS-IP-Address shows': {
      device: laptop,
      attributes: [{ vendor: 0, type: 4, value: Uint8Array.of(203, 0, 113, 7) }],
    },
    'shared, as the preset says': {
      device: laptop,
      gateway: gatewayRules({ personSpecificDevice: false }),
    },
  }
  for (const [whose, ask] of Object.entries(notTheirs)) {
    it(`does not count where the address is ${whose}`, async () => {
      const { world } = await createHome([remembering(hourMs, { address: true })])
      await signInByCall(world, ask)
      expect(await passes(world, ask)).to.equal('held')
    })
  }
})

describe('a device that is known by its MAC address', () => {
  it('is known for a day at most where the address is random (RULES 26)', async () => {
    const { world } = await createHome([remembering(30 * dayMs)])
    for (const device of [mac, randomMac]) await signInByCall(world, { device })
    world.clock.advance(dayMs - 60_000)
    expect(await passes(world, { device: randomMac })).to.equal('accepted')
    world.clock.advance(60_000)
    expect(await passes(world, { device: randomMac })).to.equal('held')
    expect(await passes(world, { device: mac })).to.equal('accepted')
    world.clock.advance(28 * dayMs)
    expect(await passes(world, { device: mac })).to.equal('accepted')
    world.clock.advance(dayMs)
    expect(await passes(world, { device: mac })).to.equal('held')
  })

  it('is known by an address of its maker in every network, and on a wire, of the group', async () => {
    const { world } = await createHome()
    const [wire, air] = ['switch', 'wifi'].map((name) => gatewayRules({ name, group: 'office' }))
    const at = (called: string): Ask => ({
      device: mac,
      ...(air && { gateway: air }),
      attributes: calledStation(called),
    })
    await signInByCall(world, { device: mac, ...(wire && { gateway: wire }) })
    for (const called of ['AA-BB-CC-00-00-01:corp', 'AA-BB-CC-00-00-02:guests', 'ap-7']) {
      expect(await passes(world, at(called)), called).to.equal('accepted')
    }
  })

  for (const [what, called, other] of [
    ['Cisco and most others', 'aa-bb-cc-00-00-01:corp', 'aa-bb-cc-00-00-01:guests'],
    ['in capitals', 'AA-BB-CC-00-00-01:corp', 'AA-BB-CC-00-00-01:corp2'],
    ['with colons throughout', 'AA:BB:CC:00:00:01:corp', 'AA:BB:CC:00:00:01:guests'],
    ['without any between', 'AABBCC000001:corp', 'AABBCC000001:guests'],
    ['in fours', 'aabb.cc00.0001:corp', 'aabb.cc00.0001:guests'],
    ['an SSID with a colon', 'AA-BB-CC-00-00-01:a:b', 'AA-BB-CC-00-00-01:a:c'],
    ['an SSID like an address', 'AA-BB-CC-00-00-01:AA-BB-CC-00-00-01', 'AA-BB-CC-00-00-01'],
  ] as const) {
    it(`by a random address in one network, as the access point writes it: ${what}`, async () => {
      const { world } = await createHome()
      const at = (text: string): Ask => ({ device: randomMac, attributes: calledStation(text) })
      await signInByCall(world, at(called))
      const roamed = called.replace('01', '02')
      expect(await passes(world, at(roamed)), 'another access point').to.equal('accepted')
      expect(await passes(world, at(other)), 'another network').to.equal('held')
    })
  }

  for (const [what, vendor, type] of [
    ['Aruba-Essid-Name', 14823, 5],
    ['Ruckus-SSID', 25053, 3],
  ] as const) {
    it(`by a random address in one network, where only ${what} has its name`, async () => {
      const { world } = await createHome()
      const at = (network: string): Ask => ({
        device: randomMac,
        attributes: [
          ...calledStation('AABBCC000001'),
          { vendor, type, value: Buffer.from(network) },
        ],
      })
      await signInByCall(world, at('corp'))
      expect(await passes(world, at('corp'))).to.equal('accepted')
      expect(await passes(world, at('guests'))).to.equal('held')
      expect(await passes(world, { device: randomMac })).to.equal('held')
    })
  }

  it('is known by a random address in the same wireless network only, at whichever access point', async () => {
    const { world } = await createHome()
    const at = (called: string | Uint8Array): Ask => ({
      device: randomMac,
      attributes: calledStation(called),
    })
    await signInByCall(world, at('AA-BB-CC-00-00-01:corp'))
    expect(await passes(world, at('AA-BB-CC-00-00-02:corp'))).to.equal('accepted')
    expect(await passes(world, at('aabbcc000002:corp')), 'another notation').to.equal('accepted')
    for (const other of [
      'AA-BB-CC-00-00-01:Corp',
      'AA-BB-CC-00-00-01:corp ',
      'AA-BB-CC-00-00-01',
    ]) {
      expect(await passes(world, at(other)), other).to.equal('held')
    }
    expect(await passes(world, { device: randomMac }), 'no network at all').to.equal('held')
    const bytes = (last: number) =>
      Buffer.concat([Buffer.from('AA-BB-CC-00-00-01:'), Buffer.of(0xff, last)])
    await signInByCall(world, at(bytes(0xfe)))
    expect(await passes(world, at(bytes(0xfd))), 'bytes that are no text').to.equal('held')
    expect(await passes(world, at(bytes(0xfe)))).to.equal('accepted')
  })
})

describe('a remembered sign-in ends', () => {
  it('with the password', async () => {
    const { world } = await createHome()
    world.local.instead.passwordStamp = async () => '133644672000000000'
    await signInByCall(world)
    expect(await passes(world)).to.equal('accepted')
    world.local.instead.passwordStamp = async () => '133644672000000001'
    expect(await passes(world)).to.equal('held')
  })

  const unknown: Readonly<Record<string, World['local']['instead']['passwordStamp']>> = {
    'does not show it': async () => undefined,
    'cannot be asked in time': () => new Promise(() => undefined),
  }
  for (const [what, passwordStamp] of Object.entries(unknown)) {
    it(`where the directory ${what} (RULES 29)`, async () => {
      const { world } = await createHome()
      await signInByCall(world)
      world.local.instead.passwordStamp = passwordStamp
      const pending = world.start({ device: mac })
      // The one that hangs is given up when the answer is due.
      await world.advance(19_000)
      expect(reasonOf(pending.outcome)).to.not.equal('accepted')
      world.local.instead.passwordStamp = undefined
      await world.advance(61_000)
      expect(await passes(world), 'known again').to.equal('accepted')
    })
  }

  it('is not kept where the directory does not show when the password was set', async () => {
    const { world } = await createHome()
    world.local.instead.passwordStamp = async () => undefined
    await signInByCall(world)
    expect(JSON.stringify(world.rows[0]?.timeline)).to.include('not-remembered')
    world.local.instead.passwordStamp = undefined
    expect(await passes(world)).to.equal('held')
  })

  it('with "not me", for good', async () => {
    const { world } = await createHome()
    await signInByCall(world)
    const other = world.start({ device: otherMac })
    await flush()
    world.phone.only().answer({ kind: 'fraud' })
    await other.done
    // Calls are stopped, and the app goes on (PEOPLE R13).
    expect(await passes(world)).to.equal('challenged')
    await world.stores.accounts.release('local:alice')
    expect(await passes(world)).to.equal('held')
  })

  it('with "not me" where the gateway checks no password, too', async () => {
    const firstFactor = {
      kind: 'none',
      directories: ['local'],
      promptWithoutPassword: true,
    } as const
    const { world } = await createHome()
    await signInByCall(world)
    const other = world.start({ gateway: gatewayRules({ name: 'open', firstFactor }) })
    await flush()
    world.phone.only().answer({ kind: 'fraud' })
    await other.done
    expect(await passes(world)).to.equal('held')
  })

  it('with a block, also of an administrator', async () => {
    const { world } = await createHome()
    await signInByCall(world)
    await world.stores.accounts.block('local:alice', 'left', world.clock.nowMs())
    await world.stores.accounts.release('local:alice')
    expect(await passes(world)).to.equal('held')
  })

  it('when an administrator forgets it', async () => {
    const { world } = await createHome()
    await signInByCall(world)
    await world.stores.remembered.forget('local:alice')
    expect(await passes(world)).to.equal('held')
  })

  it('with the authenticator that brought it', async () => {
    const { world, app } = await createHome()
    const code = `${password},${world.code(app)}`
    expect(await passes(world, { device: mac, password: code })).to.equal('accepted')
    expect(await passes(world)).to.equal('accepted')
    await world.stores.authenticators.remove('local:alice', app.id)
    expect(await passes(world)).to.equal('held')
  })

  it('with the rule, or as soon as the rule now says', async () => {
    const { world, rules } = await createHome([remembering(12 * hourMs)])
    await signInByCall(world)
    world.clock.advance(2 * hourMs)
    rules[0] = remembering(hourMs)
    expect(await passes(world), 'a shorter time').to.equal('held')
    rules[0] = remembering(3 * hourMs)
    expect(await passes(world), 'a time that is not over').to.equal('accepted')
    rules[0] = { name: 'asks', outcome: { kind: 'second-factor', methods: ['call', 'totp'] } }
    expect(await passes(world), 'a rule that does not remember').to.equal('held')
    rules[0] = remembering(30 * dayMs)
    world.clock.advance(10 * hourMs)
    expect(await passes(world), 'a longer time is for the next').to.equal('held')
  })

  it('where a rule asks for another method than it had', async () => {
    const { world, rules } = await createHome()
    await signInByCall(world)
    rules[0] = remembering(12 * hourMs, { methods: ['totp', 'sms'] })
    expect(await passes(world)).to.not.equal('accepted')
    rules[0] = remembering(12 * hourMs, { methods: ['totp', 'call'] })
    expect(await passes(world)).to.equal('accepted')
  })

  it('where a clock that was set back would make it last longer', async () => {
    const { world } = await createHome([remembering(hourMs)])
    await signInByCall(world)
    const [kept] = await world.stores.remembered.list('local:alice', 0)
    if (kept === undefined) throw new Error('nothing is kept')
    const later = { ...kept, atMs: kept.atMs + hourMs, untilMs: kept.untilMs + hourMs }
    const stamp = await world.local.directory.passwordStamp?.(
      { key: 'local:alice' } as never,
      new AbortController().signal,
    )
    await world.stores.remembered.keep(later, stamp ?? '')
    expect(await passes(world)).to.equal('held')
  })
})

describe('an attacker of what is remembered', () => {
  it('needs the password each time, and learns nothing without it', async () => {
    const { world } = await createHome()
    await signInByCall(world)
    const known = await world.ask({ device: mac, password: 'wrong' })
    const unknown = await world.ask({ device: otherMac, password: 'wrong' })
    expect(known).to.deep.equal(unknown)
    expect(known).to.have.property('notBeforeMs', world.clock.nowMs() + 1_000)
    for (const bad of ['', `${password}x`]) {
      expect(await passes(world, { device: mac, password: bad })).to.match(/^password-/)
    }
  })

  it('ends no count of wrong codes by it, nor by joining it', async () => {
    const { world, app } = await createHome()
    await signInByCall(world)
    const append = gatewayRules({ flow: 'append' })
    for (let tries = 1; tries < defaultSettings.lockout.lockAfter; tries += 1) {
      await world.ask({
        device: otherMac,
        gateway: append,
        password: `${password},${wrongCodeFor(world, app)}`,
      })
      await world.advance(0)
      world.clock.advance(600_000)
      const [leader, follower] = [world.start({ device: mac }), world.start({ device: mac })]
      await flush()
      expect([reasonOf(leader.outcome), reasonOf(follower.outcome)]).to.deep.equal([
        'accepted',
        'accepted',
      ])
      world.clock.advance(11_000)
    }
    const { wrongCodes } = await world.stores.accounts.load('local:alice')
    expect(wrongCodes).to.equal(defaultSettings.lockout.lockAfter - 1)
  })

  it('shares nothing that another device has proven, and is not remembered (RULES 42)', async () => {
    const { world, app } = await createHome()
    const gateway = gatewayRules({ flow: 'challenge' })
    const state = stateOf(await world.ask({ device: mac, gateway }))
    const answer = { gateway, state, password: world.code(app) }
    const both = [mac, otherMac].map((device) => world.start({ ...answer, device }))
    await flush()
    const reasons = both.map(({ outcome }) => reasonOf(outcome))
    expect(reasons).to.deep.equal(['accepted', 'state-invalid'])
    await world.advance(11_000)
    expect(await passes(world)).to.equal('accepted')
    expect(await passes(world, { device: otherMac })).to.equal('held')
  })

  it('gets no further at a gateway of the group where nothing is remembered', async () => {
    const gateways = ['a', 'b'].map((name) => gatewayRules({ name, group: 'vpn' }))
    const rules: PolicyRule[] = [
      { ...remembering(), gateways: ['a'] },
      { name: 'strict', gateways: ['b'], outcome: { kind: 'second-factor' } },
    ]
    const { world } = await createHome(rules)
    const [open, strict] = gateways.map((gateway): Ask => ({ device: mac, gateway }))
    await signInByCall(world, open)
    const pending = [open, strict].map((ask) => world.start(ask))
    await flush()
    expect(pending.map(({ outcome }) => reasonOf(outcome))).to.deep.equal(['accepted', 'held'])
  })

  it('finds a code first still asked for, and no directory to try passwords on', async () => {
    const { world } = await createHome([remembering(12 * hourMs, { first: true })])
    const gateway = gatewayRules({ flow: 'append' })
    const typed = (device: DeviceEvidence, text: string) =>
      passes(world, { device, gateway, password: text })
    const [app] = (await world.stores.authenticators.list('local:alice')).filter(
      ({ method }) => method === 'totp',
    )
    if (app === undefined) throw new Error('no app')
    expect(await typed(mac, `${password},${world.code(app)}`)).to.equal('accepted')
    const asked = world.local.verified
    expect(await typed(otherMac, password)).to.equal('code-missing')
    expect(await typed(otherMac, 'wrong')).to.equal('code-missing')
    expect(world.local.verified, 'from elsewhere no password gets through').to.equal(asked)
    expect(await typed(mac, 'wrong')).to.equal('password-wrong')
    expect(await typed(mac, password)).to.equal('accepted')
    expect(world.rows.at(-1)).to.include({ method: 'totp' })
  })
})

describe('a device on Wi-Fi, where an attacker between may pass answers on (RULES 28)', () => {
  const msChap: Credential = {
    ...{ kind: 'ms-chap', version: 1, identifier: 1, userName: 'alice' },
    ...{ challenge: new Uint8Array(8), peerChallenge: new Uint8Array(0) },
    ntResponse: new Uint8Array(24),
  }
  const certificate: Credential = { kind: 'certificate', serialNumber: '01' }
  const tunnel = { method: 'PEAP', outerIdentity: 'anonymous' }
  const bound = Promise.resolve()
  const relayable: Readonly<Record<string, Ask>> = {
    'MS-CHAP in a tunnel': { device: mac, credential: msChap, eap: tunnel },
    'CHAP in a tunnel': { device: mac, credential: chap(password), eap: tunnel },
  }
  const proofs: Readonly<Record<string, Ask>> = {
    'MS-CHAP that is bound to the tunnel': { device: mac, credential: msChap, eap: tunnel, bound },
    'a password in a tunnel': { device: mac, eap: tunnel },
    'MS-CHAP without EAP': { device: mac, credential: msChap },
  }

  async function createWifi(): Promise<World> {
    const { world } = await createHome()
    world.local.instead.verify = async (_, credential) => {
      const isWrong = credential.kind === 'pap' && credential.password.reveal() !== password
      return { kind: isWrong ? 'wrong' : 'right' }
    }
    return world
  }

  for (const [what, ask] of Object.entries(relayable)) {
    it(`is not remembered by ${what}, nor known by it`, async () => {
      const world = await createWifi()
      await signInByCall(world, ask)
      const noted = world.rows[0]?.timeline.find((entry) => entry.what === 'not-remembered')
      expect(noted?.detail).to.deep.equal({ why: 'could-be-relayed' })
      expect(await passes(world), 'kept').to.equal('held')
      await signInByCall(world)
      expect(await passes(world, ask), 'known').to.equal('held')
    })
  }

  for (const [what, ask] of Object.entries(proofs)) {
    it(`is remembered by ${what}`, async () => {
      const world = await createWifi()
      await signInByCall(world, ask)
      expect(await passes(world, ask)).to.equal('accepted')
      expect(await passes(world)).to.equal('accepted')
    })
  }

  it('is not remembered before the tunnel has shown to be its own', async () => {
    const world = await createWifi()
    const { promise, resolve } = Promise.withResolvers<void>()
    await signInByCall(world, {
      device: mac,
      credential: msChap,
      eap: tunnel,
      bound: promise,
    })
    expect(await passes(world), 'somebody between').to.equal('held')
    resolve()
    await flush()
    expect(await passes(world)).to.equal('accepted')
  })

  it('is remembered by its certificate, whatever address it has and says it has', async () => {
    const world = await createWifi()
    const shows = (serialNumber: string, change: Partial<Ask> = {}): Ask => ({
      device: randomMac,
      eap: tunnel,
      credential: { ...certificate, serialNumber },
      ...change,
    })
    await signInByCall(world, shows('01'))
    world.clock.advance(2 * hourMs)
    expect(await passes(world, shows('01', { device: mac }))).to.equal('accepted')
    const shared = gatewayRules({ personSpecificDevice: false })
    expect(await passes(world, shows('01', { gateway: shared }))).to.equal('accepted')
    const elsewhere = calledStation('AA-BB-CC-00-00-01:corp')
    expect(await passes(world, shows('01', { attributes: elsewhere }))).to.equal('accepted')
    expect(await passes(world, shows('02')), 'another certificate').to.equal('held')
    expect(await passes(world, { device: randomMac }), 'the address alone').to.equal('held')
    const other = gatewayRules({ name: 'other' })
    expect(await passes(world, shows('01', { gateway: other })), 'elsewhere').to.equal('held')
  })

  it('is known in a session that is resumed, by what was proven then, but not remembered by one', async () => {
    const world = await createWifi()
    const resumed = (proof: 'pap' | 'ms-chap'): Ask => ({
      device: mac,
      eap: tunnel,
      credential: { kind: 'resumed', proof, provenAtMs: world.clock.nowMs() },
    })
    await signInByCall(world, resumed('pap'))
    expect(await passes(world)).to.equal('held')
    await signInByCall(world)
    expect(await passes(world, resumed('pap'))).to.equal('accepted')
    expect(await passes(world, resumed('ms-chap'))).to.equal('held')
  })
})

describe('second_factor_first of a rule', () => {
  const codeFirst: PolicyRule = { name: 'first', outcome: { kind: 'second-factor', first: true } }
  const passwordFirst: PolicyRule = {
    name: 'not',
    outcome: { kind: 'second-factor', first: false },
  }

  it('keeps passwords without a right code from the directory, and rings no one', async () => {
    const { world, app } = await createHome([codeFirst])
    for (const typed of [
      password,
      'wrong',
      `${password},call`,
      `${password},${wrongCodeFor(world, app)}`,
    ]) {
      expect(await passes(world, { password: typed, device: mac })).to.match(/^code-/)
    }
    expect(world.local.verified).to.equal(0)
    expect(world.phone.calls).to.have.length(0)
    const right = `${password},${world.code(app)}`
    expect(await passes(world, { password: right, device: mac })).to.equal('accepted')
  })

  it('goes before the setting of the gateway, both ways', async () => {
    const gateway: GatewayRules = gatewayRules({ secondFactorFirst: true })
    const { world, rules } = await createHome([])
    expect(await passes(world, { gateway })).to.equal('code-missing')
    rules.push(passwordFirst)
    expect(await passes(world, { gateway })).to.equal('held')
    rules[0] = remembering()
    expect(await passes(world, { gateway }), 'a rule that does not say').to.equal('code-missing')
  })
})

describe('reply attributes of a remembered sign-in', () => {
  it('are those of the method it had', async () => {
    const dictionary = loadDictionary()
    const config = load(`${valid}reply_rules:
  - { method: totp, reply: { Filter-Id: by-app } }
  - { method: recovery, reply: { Filter-Id: by-paper } }
  - { reply: { Class: "OU={{displayName}}" } }
`)
    const replyRules = createReplyRules(config, () => dictionary)
    const { world, app } = await createHome([remembering()], { parts: { replyRules } })
    const whole = await world.ask({ device: mac, password: `${password},${world.code(app)}` })
    await world.advance(11_000)
    const later = await world.ask({ device: mac })
    expect(whole.kind).to.equal('accept')
    expect(later).to.deep.equal(whole)
    expect(JSON.stringify(later)).to.include(JSON.stringify(Buffer.from('by-app')).slice(1, 40))
  })

  it('and those of a challenge by text', async () => {
    const { world } = await createHome()
    await world.enrol('alice', sms)
    const gateway = gatewayRules({ flow: 'challenge', methods: ['sms'] })
    const state = stateOf(await world.ask({ device: mac, gateway }))
    await world.ask({ device: mac, gateway, state, password: world.sms.lastCode() })
    await world.advance(11_000)
    expect(reasonOf(await world.ask({ device: mac, gateway }))).to.equal('accepted')
    expect(world.rows.at(-1)).to.include({ method: 'sms' })
  })
})
