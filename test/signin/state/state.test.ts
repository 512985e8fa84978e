import { expect } from 'chai'
import { createStateSealer, cutState } from '../../../src/signin/state/state.ts'
import type { StateContent } from '../../../src/signin/state/state-wire.ts'
import {
  call,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  password,
  reasonOf,
  sms,
  stateOf,
  totp,
} from '../harness.ts'

const nowMs = 1_750_000_000_000
const dayMs = 86_400_000
const content: StateContent = {
  signInId: 'abcdefghijkl',
  step: 12,
  purpose: 'code',
  userKey: 'corp:alice',
  endsMs: nowMs + 300_000,
  promptId: 'p'.repeat(22),
  sent: { nonce: 'm'.repeat(22), option: 'o'.repeat(8), times: 99, untilMs: nowMs },
  wrong: 99,
  expired: true,
  credential: 'ms-chap',
}

describe('sealed State (RULES 21)', () => {
  const sealer = createStateSealer(new Uint8Array(32).fill(1))

  it('opens where it was sealed, for the same person', () => {
    const { belongsTo, ...opened } = sealer.open(
      sealer.seal(content, 'vpn', nowMs),
      'vpn',
      nowMs,
    ) ?? {
      belongsTo: () => false,
    }
    const { userKey, ...expected } = content
    expect(opened).to.deep.equal({ ...expected, askedMs: nowMs })
    expect(belongsTo(userKey)).to.equal(true)
    expect(belongsTo('corp:alice2')).to.equal(false)
  })

  it('never exceeds the 253 bytes of an attribute, however long names are', () => {
    const long = { ...content, userKey: `corp:${'x'.repeat(5_000)}` }
    expect(sealer.seal(long, 'v'.repeat(5_000), nowMs).length).to.be.at.most(253)
  })

  it('is text without a NUL, whatever is in it, so that programs in C keep it whole (RFC 2865 5.24)', () => {
    const purposes = ['code', 'wait', 'new-password', 'repeat-password', 'relay'] as const
    // Days whose number has a zero in either byte among them.
    for (const day of [0, 255, 256, 20_480, 20_736, 65_535, 65_536]) {
      for (const purpose of purposes) {
        const atMs = day * dayMs
        const state = sealer.seal({ ...content, purpose, endsMs: atMs + 1_000 }, 'vpn', atMs)
        expect(Buffer.from(state).toString('latin1')).to.match(/^[\w-]+$/)
        expect(sealer.open(state, 'vpn', atMs)).to.include({ purpose })
      }
    }
  })

  it('opens in one spelling only, or it could be used twice', () => {
    const text = Buffer.from(sealer.seal(content, 'vpn', nowMs)).toString('latin1')
    for (const other of [`${text}=`, `${text} `, ` ${text}`, `${text}\0`, `${text}A`]) {
      expect(sealer.open(Buffer.from(other, 'latin1'), 'vpn', nowMs), other).to.equal(undefined)
    }
    // Only some bits of the last character of 253 are used.
    const last = text.slice(-1)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    for (const other of alphabet.replace(last, '')) {
      const spelt = Buffer.from(text.slice(0, -1) + other, 'latin1')
      expect(sealer.open(spelt, 'vpn', nowMs), other).to.equal(undefined)
    }
  })

  it('is known as cut where it came back shorter, and nothing else is', () => {
    const state = sealer.seal(content, 'vpn', nowMs)
    for (const bytes of [7, 40, 63, 128, state.length - 1]) {
      expect(cutState(state.subarray(0, bytes))).to.deep.equal({ bytes, of: state.length })
    }
    for (const whole of [state, new Uint8Array(0), new Uint8Array(253), Buffer.from('E3456789')]) {
      expect(cutState(whole)).to.equal(undefined)
    }
  })

  it('has room for all that there can be at once', () => {
    const most = { ...content, upstream: true, outage: true, method: 'recovery' } as const
    const state = sealer.seal(most, 'vpn', nowMs)
    expect(state.length).to.be.at.most(253)
    expect(sealer.open(state, 'vpn', nowMs)).to.deep.include({ outage: true, method: 'recovery' })
  })

  it('says when it was sealed, to the second, and never later', () => {
    for (const lastsMs of [300_000, 119_001, 1_800_000]) {
      const state = sealer.seal({ ...content, endsMs: nowMs + lastsMs }, 'vpn', nowMs)
      const askedMs = sealer.open(state, 'vpn', nowMs)?.askedMs ?? 0
      expect(nowMs - askedMs).to.be.within(0, 999)
    }
  })

  it('has room for what a new password needs', () => {
    const { promptId: _, sent: __, ...rest } = content
    const asked = { ...rest, purpose: 'repeat-password', method: 'recovery' } as const
    const state = sealer.seal(asked, 'vpn', nowMs)
    expect(state.length).to.be.at.most(253)
    expect(sealer.open(state, 'vpn', nowMs)).to.include({ method: 'recovery', expired: true })
  })

  it('opens nowhere else: another gateway, another key, with any bit turned, cut short', () => {
    const state = sealer.seal(content, 'vpn', nowMs)
    expect(sealer.open(state, 'vpn2', nowMs)).to.equal(undefined)
    expect(createStateSealer(new Uint8Array(32).fill(2)).open(state, 'vpn', nowMs)).to.equal(
      undefined,
    )
    for (let index = 0; index < state.length; index++) {
      for (const bit of [1, 128]) {
        const forged = Uint8Array.from(state)
        forged[index] = (forged[index] ?? 0) ^ bit
        expect(sealer.open(forged, 'vpn', nowMs), `byte ${index}`).to.equal(undefined)
      }
      expect(sealer.open(state.subarray(0, index), 'vpn', nowMs)).to.equal(undefined)
    }
  })

  it('ends at its time, and with the day after the one it was sealed on', () => {
    const state = sealer.seal(content, 'vpn', nowMs)
    expect(sealer.open(state, 'vpn', content.endsMs - 1)).not.to.equal(undefined)
    expect(sealer.open(state, 'vpn', content.endsMs)).to.equal(undefined)
    const endless = sealer.seal({ ...content, endsMs: nowMs + 99 * dayMs }, 'vpn', nowMs)
    expect(sealer.open(endless, 'vpn', nowMs + dayMs)).not.to.equal(undefined)
    expect(sealer.open(endless, 'vpn', nowMs + 2 * dayMs)).to.equal(undefined)
    expect(sealer.open(endless, 'vpn', nowMs + 65_536 * dayMs)).to.equal(undefined)
  })

  it('is another one each time', () => {
    const states = Array.from({ length: 50 }, () => sealer.seal(content, 'vpn', nowMs))
    expect(new Set(states.map((state) => Buffer.from(state).toString('hex'))).size).to.equal(50)
  })
})

describe('a State in a sign-in (RULES 21)', () => {
  it('is refused at another gateway, to another person, when forged and when expired', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    await world.enrol('bob', totp)
    const state = stateOf(await world.ask())
    const code = world.code(app)
    const wifi = gatewayRules({ name: 'wifi' })
    expect(reasonOf(await world.ask({ password: code, state, gateway: wifi }))).to.equal(
      'state-invalid',
    )
    expect(reasonOf(await world.ask({ user: 'bob', password: code, state }))).to.equal(
      'state-invalid',
    )
    const forged = Uint8Array.from(state)
    forged[40] = (forged[40] ?? 0) ^ 1
    expect(reasonOf(await world.ask({ password: code, state: forged }))).to.equal('state-invalid')
    for (const garbage of [0, 1, 31, 253, 4_000]) {
      const outcome = await world.ask({ password: code, state: new Uint8Array(garbage) })
      expect(reasonOf(outcome)).to.equal('state-invalid')
    }
    expect(reasonOf(await world.ask({ password: code, state })), 'still good').to.equal('accepted')
    const old = stateOf(await world.ask())
    await world.advance(300_000)
    expect(reasonOf(await world.ask({ password: world.code(app), state: old }))).to.equal(
      'state-invalid',
    )
  })

  it('says in its time line that it came back cut', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const state = stateOf(await world.ask())
    const cut = state.subarray(0, 64)
    expect(reasonOf(await world.ask({ password: world.code(app), state: cut }))).to.equal(
      'state-invalid',
    )
    const noted = world.rows.at(-1)?.timeline.find(({ what }) => what === 'state-cut')
    expect(noted?.detail).to.deep.equal({ bytes: 64, of: state.length })
    const { wrongCodes } = await world.stores.accounts.load('local:alice')
    expect(wrongCodes).to.equal(0)
  })

  it('is good for one of two different answers at the same moment', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const state = stateOf(await world.ask())
    const both = [world.code(app), world.code(app, 1)].map((code) =>
      world.start({ password: code, state }),
    )
    await flush()
    expect(both.map(({ outcome }) => reasonOf(outcome)).sort()).to.deep.equal([
      'accepted',
      'state-invalid',
    ])
  })

  it('goes on after a restart', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const state = stateOf(await world.ask())
    world.restart()
    expect(reasonOf(await world.ask({ password: world.code(app), state }))).to.equal('accepted')
  })

  it('goes on with a code that was sent before a restart', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    const state = stateOf(await world.ask())
    world.restart()
    expect(reasonOf(await world.ask({ password: world.sms.lastCode(), state }))).to.equal(
      'accepted',
    )
  })
})

describe('"approve, then press Enter" (RULES 31)', () => {
  for (const typed of ['', 'ok', password, '\u00e9\u00e8', '1']) {
    it(`takes ${JSON.stringify(typed)} for Enter and holds again`, async () => {
      const world = createWorld()
      await world.enrol('alice', call)
      const first = world.start()
      await world.advance(19_100)
      const second = world.start({ password: typed, state: stateOf(first.outcome) })
      await world.advance(2_000)
      expect(second.outcome).to.equal(undefined)
      world.phone.approve()
      await flush()
      expect(reasonOf(second.outcome)).to.equal('accepted')
      expect(world.phone.calls).to.have.length(1)
    })
  }

  it('asks three times at most, then refuses and stops ringing', async () => {
    const world = createWorld({ settings: { promptMs: 600_000 } })
    await world.enrol('alice', call)
    let pending = world.start()
    await world.advance(19_100)
    const kinds = [pending.outcome?.kind]
    while (pending.outcome?.kind === 'challenge') {
      pending = world.start({ password: '', state: stateOf(pending.outcome) })
      await world.advance(19_100)
      kinds.push(pending.outcome?.kind)
    }
    expect(kinds).to.deep.equal(['challenge', 'challenge', 'challenge', 'reject'])
    expect(reasonOf(pending.outcome)).to.equal('prompt-timeout')
    expect(world.phone.calls).to.have.length(1)
    expect(world.phone.ringing()).to.have.length(0)
  })

  it('goes on for 120 s in all', async () => {
    const world = createWorld({ settings: { promptMs: 600_000 } })
    await world.enrol('alice', call)
    const gateway = gatewayRules({ patienceMs: 60_000 })
    const first = world.start({ gateway })
    await world.advance(59_100)
    expect(first.outcome).to.include({ timeoutSeconds: 120 })
    await world.advance(65_000)
    const second = world.start({ gateway, password: '', state: stateOf(first.outcome) })
    await world.advance(59_100)
    expect(reasonOf(second.outcome)).to.equal('prompt-timeout')
    await flush()
    expect(world.phone.ringing()).to.have.length(0)
  })

  it('tells at once what the call came to meanwhile', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const first = world.start()
    await world.advance(19_100)
    world.phone.only().answer({ kind: 'refused' })
    await flush()
    expect(reasonOf(await world.ask({ password: '', state: stateOf(first.outcome) }))).to.equal(
      'prompt-refused',
    )
  })

  it('lets one sign-in through for one approval, where two were waiting for Enter', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const challenge = gatewayRules({ flow: 'challenge' })
    const ask = { gateway: challenge, device: laptop }
    const first = stateOf(await world.ask(ask))
    const second = stateOf(await world.ask(ask))
    world.phone.approve()
    await flush()
    const enter = { gateway: challenge, password: '' }
    expect(reasonOf(await world.ask({ ...enter, state: first }))).to.equal('accepted')
    expect(reasonOf(await world.ask({ ...enter, state: second }))).to.equal('state-invalid')
  })

  it('is refused at once when the service was stopping before it could wait', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const first = world.start()
    await world.advance(19_100)
    const second = world.start({ password: '', state: stateOf(first.outcome) })
    second.abort('stopping')
    await flush()
    expect(reasonOf(second.outcome)).to.equal('shutting-down')
  })

  it('stops ringing when the service stops', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const first = world.start()
    await world.advance(19_100)
    const second = world.start({ password: '', state: stateOf(first.outcome) })
    await flush()
    second.abort('stopping')
    await flush()
    expect(reasonOf(second.outcome)).to.equal('shutting-down')
    expect(world.phone.ringing()).to.have.length(0)
  })

  it('goes on for the same answer in another packet, when the first was forgotten', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const first = world.start()
    await world.advance(19_100)
    const state = stateOf(first.outcome)
    const second = world.start({ password: '', state })
    await flush()
    second.abort('abandoned')
    await world.advance(5_000)
    const third = world.start({ password: '', state })
    await flush()
    world.phone.approve()
    await flush()
    expect(reasonOf(third.outcome)).to.equal('accepted')
  })

  it('ends the call when policy refuses the answer', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const first = world.start()
    await world.advance(19_100)
    await world.stores.accounts.block('local:alice', 'by hand', 0)
    expect(reasonOf(await world.ask({ password: '', state: stateOf(first.outcome) }))).to.equal(
      'blocked',
    )
    await flush()
    expect(world.phone.ringing()).to.have.length(0)
  })
})

describe('what is said of the rest of RULES 31', () => {
  it('dave has nothing: not-enrolled, after the right password only', async () => {
    const world = createWorld()
    for (const flow of ['auto', 'hold', 'challenge'] as const) {
      const gateway = gatewayRules({ flow })
      expect(reasonOf(await world.ask({ user: 'dave', gateway }))).to.equal('not-enrolled')
      expect(reasonOf(await world.ask({ user: 'dave', password: 'x', gateway }))).to.equal(
        'password-wrong',
      )
    }
  })

  it('an empty password is refused without State and never reaches a directory', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    for (const flow of ['auto', 'hold', 'challenge', 'append'] as const) {
      const gateway = gatewayRules({ flow })
      for (const typed of ['', ',call', ',123456']) {
        const outcome = await world.ask({ password: typed, gateway })
        expect(outcome.kind, `${flow} ${typed}`).to.equal('reject')
      }
    }
    expect(world.local.passwords.filter((typed) => typed === '')).to.have.length(0)
  })

  it('a second device is refused with a text while a prompt is open', async () => {
    const world = createWorld()
    await world.enrol('bob', call)
    world.start({ user: 'bob', device: laptop })
    await flush()
    const second = await world.ask({ user: 'bob' })
    expect(second).to.include({
      reason: 'another-sign-in-open',
      message: 'Another sign-in of yours is open. Finish it, or wait 60 seconds and sign in again.',
    })
  })

  it('a typed code needs no prompt and goes through beside an open one', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const app = await world.enrol('alice', totp)
    const held = world.start({ device: laptop })
    await flush()
    expect(reasonOf(await world.ask({ password: `${password},${world.code(app)}` }))).to.equal(
      'accepted',
    )
    expect(held.outcome).to.equal(undefined)
  })
})
