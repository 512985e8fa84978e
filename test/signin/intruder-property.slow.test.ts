import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { createLocalDirectory } from '../../src/directory/index.ts'
import type {
  Credential,
  DeviceEvidence,
  Directory,
  OutageRule,
  PolicyRule,
  PromptResult,
} from '../../src/signin/index.ts'
import { Secret } from '../../src/support/index.ts'
import { encryptNewPassword } from '../mschap/new-password.ts'
import { createManualClock } from '../support/manual-clock.ts'
import {
  type Ask,
  call,
  chap,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  otherLaptop,
  type Pending,
  pap,
  password,
  recovery,
  sms,
  totp,
  wrongCodeFor,
} from './harness.ts'
import { msChap } from './ms-chap-peer.ts'

const group = 'offices'
const gateways = [
  gatewayRules({ name: 'auto', group }),
  gatewayRules({ name: 'mute', group, challenges: false }),
  gatewayRules({ name: 'hold', group, flow: 'hold' }),
  gatewayRules({ name: 'append', group, flow: 'append' }),
  gatewayRules({ name: 'codes-first', group, flow: 'append', secondFactorFirst: true }),
  gatewayRules({ name: 'challenge', group, flow: 'challenge' }),
]
const mac = (value: string): DeviceEvidence => ({ kind: 'mac', value })
/** Of alice, and of an attacker who knows her password and nothing else. */
const hers = [laptop, mac('001122334455'), mac('0a1122334455')]
const theirs = [undefined, otherLaptop, mac('001122334466'), mac('0a1122334466')]

const rules: readonly PolicyRule[] = [
  {
    name: 'remembers',
    outcome: { kind: 'second-factor', remember: { forMs: 3_600_000, address: true } },
  },
]
const outageRules: readonly OutageRule[] = [
  { name: 'stand-in', methods: ['recovery'], rememberedMs: 7_200_000, passwordAlone: false },
]
const modes = ['plain', 'expired', 'upstream'] as const
type Mode = (typeof modes)[number]

/** Alice's password: right, expired, or checked by a server that asks for a token after it. */
function createDirectory(mode: Mode) {
  const users = [{ name: 'alice', password: new Secret(password) }]
  const local = createLocalDirectory(
    { name: 'local', users, allowClear: true },
    { clock: createManualClock() },
  )
  let changes = 0
  const directory: Directory = {
    ...local,
    changesByMsChap: true,
    async changePassword() {
      changes += 1
      return { kind: 'changed' }
    },
    async verify(user, credential, signal, request) {
      if (credential.kind === 'ms-chap' && credential.change !== undefined) {
        changes += 1
        return { kind: 'right' }
      }
      if (mode === 'upstream' && request?.relay !== undefined) {
        const isToken = credential.kind === 'pap' && credential.password.reveal() === 'token'
        return { kind: isToken ? 'right' : 'wrong' }
      }
      const verified = await local.verify(user, credential, signal, request)
      if (verified.kind !== 'right' || mode === 'plain') return verified
      if (mode === 'expired') return { kind: 'must-change' }
      const relay = { server: '192.0.2.5:1812' }
      return { kind: 'challenge', message: 'Token?', echo: false, timeoutSeconds: 60, relay }
    },
  }
  return { directory, changes: () => changes }
}

const ways = ['pap', 'chap', 'ms-chap', 'ms-chap-1'] as const
const gateway = fc.nat(gateways.length - 1)
const way = fc.constantFrom(...ways)
const ends: readonly PromptResult[] = [
  { kind: 'refused' },
  { kind: 'no-answer' },
  { kind: 'busy' },
  { kind: 'failed', detail: 'HTTP 503, twice', outage: true },
  { kind: 'failed', detail: 'no such number', outage: false },
]
/** What may be typed without a phone: nothing, menus, guesses, and what alice has typed before. */
const guesses = ['', '1', '2', 'sms', 'call', 'wrong', 'used', 'token', 'Brand-New 25']

const intrusion = fc.record({
  kind: fc.constant('intruder' as const),
  /** Her password, or the very device that she uses, with all that it has sent by CHAP and MS-CHAP. */
  has: fc.constantFrom('password' as const, 'password', 'device'),
  gateway,
  way: fc.constantFrom(...ways, 'change' as const, 'seen' as const, 'typed' as const),
  device: fc.nat(theirs.length - 1),
  typed: fc.array(fc.constantFrom(...guesses), { maxLength: 4 }),
  end: fc.option(fc.constantFrom(...ends)),
})
const action = fc.oneof(
  fc.record({
    kind: fc.constant('alice' as const),
    gateway,
    way,
    device: fc.nat(hers.length - 1),
    /** While her phone rings. */
    meanwhile: fc.option(intrusion),
    end: fc.option(fc.constantFrom(...ends), { freq: 3 }),
    stops: fc.boolean(),
  }),
  intrusion,
  fc.record({
    kind: fc.constant('wait' as const),
    ms: fc.constantFrom(300, 5_000, 12_000, 20_000, 61_000),
  }),
)
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never
type By<K extends Action['kind']> = Extract<Action, { kind: K }>

function credentialOf(way: (typeof ways)[number] | 'change', text = password): Credential {
  switch (way) {
    case 'pap':
      return pap(text)
    case 'chap':
      return chap(text)
    case 'ms-chap':
      return msChap(text)
    case 'ms-chap-1':
      return msChap(text, { version: 1 })
    case 'change':
      return { ...msChap(text), change: encryptNewPassword(password, text, randomBytes) }
  }
}

/**
 * `last`: what alice has sent. A change of her password takes the old one. Her password with a code after it would be
 * both factors: a device that is remembered does not spend the code (rule 35).
 */
function intruding(way: By<'intruder'>['way'], has: 'password' | 'device', last: Credential) {
  if (has === 'password') {
    if (way === 'seen') return last.kind === 'pap' ? pap(password) : last
    return way === 'typed' ? pap(asText(last)) : credentialOf(way)
  }
  const isHerWord = way === 'seen' || way === 'typed' || way === 'change'
  return isHerWord ? pap(asText(last)) : credentialOf(way, 'guess')
}

/** What someone on the wire sees of a hashed password, as text. */
function asText(credential: Credential): string {
  const parts =
    credential.kind === 'chap'
      ? [credential.challenge, credential.response]
      : credential.kind === 'ms-chap'
        ? [credential.challenge, credential.peerChallenge, credential.ntResponse]
        : []
  return parts.map((bytes) => Buffer.from(bytes).toString('hex')).join(' ')
}

async function createScene(mode: Mode) {
  const { changes, directory } = createDirectory(mode)
  const directories = new Map([['local', directory]])
  const world = createWorld({ parts: { directories, rules, outageRules } })
  await world.enrol('alice', call)
  await world.enrol('alice', sms)
  await world.enrol('alice', recovery('alice'))
  const app = await world.enrol('alice', totp)
  const seen: Credential[] = []
  const used: string[] = []
  const intruders: { readonly action: By<'intruder'>; readonly pending: Pending }[] = []
  let accepted = 0

  /** The call that rings is for one of them only. */
  async function hangUp(end: PromptResult | undefined, before: number): Promise<void> {
    for (const each of world.phone.calls.slice(before)) {
      if (each.result === undefined && end !== undefined) each.answer(end)
    }
    await flush()
  }

  async function alice(action: By<'alice'>): Promise<void> {
    const { gateway, way, device, meanwhile, end, stops } = action
    const before = world.phone.calls.length
    const code = world.code(app)
    const isTail = gateways[gateway]?.flow === 'append' && way === 'pap'
    const text = isTail ? `${password},${code}` : password
    const credential = credentialOf(way, text)
    const from = { gateway: gateways[gateway], device: hers[device] } as const
    seen.push(credential)
    let pending = world.start({ ...from, credential } as Ask)
    await flush()
    const hersEnd = world.phone.calls.length
    if (meanwhile !== null) await intruder(meanwhile)
    for (const each of world.phone.calls.slice(before, hersEnd)) {
      if (each.result === undefined) each.answer(end ?? { kind: 'approved', byMachine: false })
    }
    await flush()
    for (let rounds = 0; rounds < 2 && !stops; rounds += 1) {
      const { outcome } = pending
      if (outcome?.kind !== 'challenge') break
      const typed = outcome.message === 'Token?' ? 'token' : code
      pending = world.start({ ...from, state: outcome.state, password: typed } as Ask)
      await flush()
    }
    if (pending.outcome?.kind !== 'accept') return
    accepted += 1
    // A device that is remembered, or a call, needed none.
    const herRow = world.rows.findLast(({ outcome }) => outcome === 'accept')
    if (herRow?.timeline.some(({ what }) => what === 'code')) used.push(code)
  }

  async function intruder(action: By<'intruder'>): Promise<void> {
    const { gateway, has, way, device, typed, end } = action
    const before = world.phone.calls.length
    const changesBefore = changes()
    const firstPart = has === 'password' ? password : 'guess'
    const last = seen.at(-1) ?? pap(firstPart)
    const credential = intruding(way, has, last)
    const evidence = (has === 'password' ? theirs : hers)[device % 4]
    const from = { gateway: gateways[gateway], ...(evidence && { device: evidence }) }
    const made: Pending[] = [world.start({ ...from, credential } as Ask)]
    await flush()
    await hangUp(end ?? undefined, before)
    for (const text of typed) {
      const outcome = made.at(-1)?.outcome
      const guess = text === 'wrong' ? wrongCodeFor(world, app) : text
      const said = text === 'used' ? (used.at(-1) ?? '') : guess
      // After the password where there is no question.
      const next =
        outcome?.kind === 'challenge'
          ? { state: outcome.state, password: said }
          : { password: `${firstPart},${said}` }
      made.push(world.start({ ...from, ...next } as Ask))
      await flush()
      await hangUp(end ?? undefined, before)
    }
    // What rings on is not answered by her.
    await hangUp({ kind: 'no-answer' }, before)
    intruders.push(...made.map((pending) => ({ action, pending })))
    expect(changes(), 'passwords set').to.equal(changesBefore)
  }

  return {
    world,
    accepted: () => accepted,
    async act(action: Action): Promise<void> {
      if (action.kind === 'alice') await alice(action)
      else if (action.kind === 'intruder') await intruder(action)
      else await world.advance(action.ms)
      for (const { action, pending } of intruders) {
        expect(pending.outcome?.kind, JSON.stringify(action)).not.to.equal('accept')
      }
    },
  }
}

describe('an attacker who has the password of alice or her device, and not both', function () {
  this.timeout(180_000)
  this.slow(20_000)

  it('never gets in and never sets a password, whatever she does meanwhile', async () => {
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...modes),
        fc.array(action, { minLength: 4, maxLength: 12 }),
        async (mode, actions) => {
          const scene = await createScene(mode)
          for (const each of actions) await scene.act(each)
          accepted += scene.accepted()
        },
      ),
      { numRuns: 150 },
    )
    expect(accepted, 'she does').to.be.greaterThan(20)
  })
})
