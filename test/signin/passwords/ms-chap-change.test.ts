import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import type { Directory, MsChapCredential } from '../../../src/signin/index.ts'
import { encryptNewPassword } from '../../mschap/new-password.ts'
import {
  call,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  otherLaptop,
  password,
  reasonOf,
  stateOf,
  totp,
  type World,
  type WorldOptions,
} from '../harness.ts'
import { msChap, successFor } from '../ms-chap-peer.ts'

const hold = gatewayRules({ flow: 'hold' })
const challenge = gatewayRules({ flow: 'challenge' })
const next = 'Summer-2026'

function changeTo(text: string): MsChapCredential {
  return { ...msChap(text), change: encryptNewPassword(password, text, randomBytes) }
}

/** A directory where alice's password has expired, and that takes new ones by MS-CHAP. */
function createExpiredWorld(options: WorldOptions = {}) {
  const taken: MsChapCredential[] = []
  const local = createWorld().parts.directories.get('local')
  if (local === undefined) throw new Error('no directory')
  const directory: Directory = {
    ...local,
    changesByMsChap: true,
    async verify(_user, credential) {
      if (credential.kind !== 'ms-chap') return { kind: 'must-change' }
      if (credential.change === undefined) return { kind: 'must-change' }
      taken.push(credential)
      return { kind: 'right', msChap: successFor(credential, next) }
    },
  }
  const directories = new Map([['local', directory]])
  return { world: createWorld({ ...options, parts: { ...options.parts, directories } }), taken }
}

async function approve(world: World, ask: Parameters<World['start']>[0]) {
  const pending = world.start(ask)
  await world.advance(1_000)
  world.phone.approve()
  await flush()
  return reasonOf(pending.outcome)
}

describe('a new password by MS-CHAP', () => {
  const first = () => ({ gateway: hold, credential: msChap(password), device: laptop })
  const second = () => ({ gateway: hold, credential: changeTo(next), device: laptop })

  it('is set after both factors from the same device, and signs in without another call', async () => {
    const { world, taken } = createExpiredWorld()
    await world.enrol('alice', call)
    expect(await approve(world, first())).to.equal('password-expired')
    expect(taken).to.have.length(0)
    const ask = second()
    expect(await world.ask(ask)).to.deep.include({
      kind: 'accept',
      msChap: successFor(ask.credential, next),
    })
    expect(taken).to.have.length(1)
    expect(world.phone.calls).to.have.length(1)
    expect(world.rows.at(-1)).to.include({ outcome: 'accept', method: 'call' })
  })

  it('is set after a code at a challenge as well', async () => {
    const { world, taken } = createExpiredWorld()
    const app = await world.enrol('alice', totp)
    const asked = await world.ask({ ...first(), gateway: challenge })
    const credential = msChap(world.code(app))
    const state = stateOf(asked)
    const answered = await world.ask({ gateway: challenge, credential, state, device: laptop })
    expect(reasonOf(answered)).to.equal('password-expired')
    expect(reasonOf(await world.ask({ ...second(), gateway: challenge }))).to.equal('accepted')
    expect(taken).to.have.length(1)
  })

  for (const [what, change] of [
    ['from another device', { device: otherLaptop }],
    ['from nobody knows where', { device: undefined }],
    ['at another gateway', { gateway: gatewayRules({ name: 'wifi', flow: 'hold' }) }],
    [
      'where what was proven does not count, at another gateway of the group',
      { gateway: gatewayRules({ name: 'strict', group: 'vpn', flow: 'hold', methods: ['totp'] }) },
    ],
    ['of another person', { user: 'bob' }],
  ] as const) {
    it(`is refused ${what}, and reaches no directory`, async () => {
      const { world, taken } = createExpiredWorld()
      await world.enrol('alice', call)
      await approve(world, first())
      const { device, ...rest } = { ...second(), ...change }
      const outcome = await world.ask({ ...rest, ...(device && { device }) })
      expect(outcome).to.include({ reason: 'password-wrong' }).and.have.property('notBeforeMs')
      expect(taken).to.have.length(0)
    })
  }

  it('is refused without a sign-in before it, twice after one, and two minutes later', async () => {
    const { world, taken } = createExpiredWorld()
    await world.enrol('alice', call)
    expect(reasonOf(await world.ask(second()))).to.equal('password-wrong')
    await approve(world, first())
    expect(reasonOf(await world.ask(second()))).to.equal('accepted')
    expect(reasonOf(await world.ask(second()))).to.equal('password-wrong')
    await approve(world, first())
    await world.advance(120_000)
    expect(reasonOf(await world.ask(second()))).to.equal('password-wrong')
    expect(taken).to.have.length(1)
  })

  it('is refused where the person did not approve', async () => {
    const { world, taken } = createExpiredWorld()
    await world.enrol('alice', call)
    const pending = world.start(first())
    await world.advance(1_000)
    world.phone.only().answer({ kind: 'refused' })
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('prompt-refused')
    expect(reasonOf(await world.ask(second()))).to.equal('password-wrong')
    expect(taken).to.have.length(0)
  })

  it('rings no one where no second factor is asked for, and the old one alone sets no new one', async () => {
    const rule = { name: 'guests', outcome: { kind: 'no-second-factor' } } as const
    const { world, taken } = createExpiredWorld({ parts: { rules: [rule] } })
    expect(reasonOf(await world.ask(first()))).to.equal('password-expired')
    expect(reasonOf(await world.ask(second()))).to.equal('password-wrong')
    expect(taken).to.have.length(0)
  })

  it('rings no one where the directory takes none, or nothing tells the device', async () => {
    const plain = createWorld()
    plain.local.instead.verify = async () => ({ kind: 'must-change' })
    await plain.enrol('alice', call)
    expect(reasonOf(await plain.ask(first()))).to.equal('password-expired')
    const { world } = createExpiredWorld()
    await world.enrol('alice', call)
    const { device: _, ...nowhere } = first()
    expect(reasonOf(await world.ask(nowhere))).to.equal('password-expired')
    expect([...plain.phone.calls, ...world.phone.calls]).to.have.length(0)
  })
})
