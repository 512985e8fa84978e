import { expect } from 'chai'
import type { Credential, GatewayRules } from '../../../src/signin/index.ts'
import { Secret } from '../../../src/support/index.ts'
import { call, createWorld, gatewayRules, password, reasonOf, totp } from '../harness.ts'

/** As the transport gives it: `fullAt` where the bytes fill a buffer. */
function arrived(text: string, bytes = Buffer.byteLength(text)): Credential {
  const isFull = bytes % 16 === 0 || bytes % 16 === 15
  const wellFormed = !text.includes('\ufffd')
  return {
    kind: 'pap',
    password: new Secret(text),
    wellFormed,
    ...(isFull ? { fullAt: bytes } : {}),
  }
}

const long = 'correct horse battery staple '.repeat(6)
const auto = gatewayRules({ flow: 'auto' })
const append = gatewayRules({ flow: 'append' })
const hold = gatewayRules({ flow: 'hold' })
const challenge = gatewayRules({ flow: 'challenge' })

type Case = {
  readonly what: string
  readonly gateway: GatewayRules
  readonly credential: Credential
  readonly reason: string
  /** Whether the directory is asked. */
  readonly asks: boolean
  readonly bytes?: string
}

const cut = { reason: 'password-too-long', asks: true }
const cases: readonly Case[] = [
  { what: '128 bytes', gateway: hold, credential: arrived(long.slice(0, 128)), ...cut },
  { what: '127 bytes', gateway: challenge, credential: arrived(long.slice(0, 127)), ...cut },
  { what: '128 bytes', gateway: auto, credential: arrived(long.slice(0, 128)), ...cut },
  {
    what: '128 bytes and no code',
    gateway: append,
    credential: arrived(long.slice(0, 128)),
    ...cut,
  },
  {
    what: '128 bytes that end in a code',
    gateway: append,
    credential: arrived(`${long.slice(0, 121)},12345`),
    reason: 'password-too-long',
    asks: false,
  },
  {
    what: '128 bytes that end in the delimiter',
    gateway: auto,
    credential: arrived(`${long.slice(0, 127)},`),
    reason: 'password-too-long',
    asks: false,
  },
  {
    what: '128 bytes with a whole code, and a wrong password',
    gateway: auto,
    credential: arrived(`${long.slice(0, 121)},123456`),
    reason: 'password-wrong',
    asks: true,
  },
  {
    what: '32 bytes',
    gateway: auto,
    credential: arrived(long.slice(0, 32)),
    reason: 'password-wrong',
    asks: true,
  },
  {
    what: '32 bytes that end in a code',
    gateway: auto,
    credential: arrived(`${long.slice(0, 29)},12`),
    ...cut,
  },
  {
    what: '31 bytes that end in a code',
    gateway: append,
    credential: arrived(`${long.slice(0, 29)},1`),
    ...cut,
  },
  {
    what: '30 bytes that end like half a code',
    gateway: auto,
    credential: arrived(`${long.slice(0, 28)},1`),
    reason: 'password-wrong',
    asks: true,
  },
  {
    what: '64 bytes that end in a letter',
    gateway: hold,
    credential: arrived(`${long.slice(0, 62)}\ufffd`, 64),
    reason: 'password-too-long',
    asks: false,
  },
  {
    what: 'garbage of 64 bytes',
    gateway: hold,
    credential: arrived('\ufffd'.repeat(64), 64),
    reason: 'password-garbled',
    asks: false,
  },
  {
    what: 'more than RADIUS carries',
    gateway: auto,
    credential: { kind: 'unsupported', name: 'User-Password of 144 bytes', isTooLong: true },
    reason: 'password-too-long',
    asks: false,
  },
]

describe('a password that was cut off', () => {
  for (const { what, gateway, credential, reason, asks } of cases) {
    it(`${gateway.flow}, ${what}: ${reason}, the directory ${asks ? 'was' : 'was not'} asked`, async () => {
      const world = createWorld()
      await world.enrol('alice', totp)
      await world.enrol('alice', call)
      const outcome = await world.ask({ gateway, credential })
      expect(reasonOf(outcome)).to.equal(reason)
      expect(world.local.passwords).to.have.length(asks ? 1 : 0)
      const wrong = await world.ask({ gateway, password: 'wrong' })
      // No one learns from the answer that it was another reason.
      expect(outcome).to.have.property('message', 'message' in wrong ? wrong.message : '')
      expect(outcome).to.have.property('notBeforeMs')
      const row = world.rows.find((each) => each.reason === 'password-too-long')
      expect(row === undefined).to.equal(reason !== 'password-too-long')
      expect(JSON.stringify(row ?? {})).to.not.include('horse')
    })
  }

  it('is no less right for its length', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const whole = long.slice(0, 128)
    world.local.instead.verify = async (_, credential) => {
      const isRight = credential.kind === 'pap' && credential.password.reveal() === whole
      return { kind: isRight ? 'right' : 'wrong' }
    }
    expect(reasonOf(await world.ask({ gateway: challenge, credential: arrived(whole) }))).to.equal(
      'challenged',
    )
    const exact = whole.slice(0, 121)
    world.local.instead.verify = async (_, credential) => {
      const isRight = credential.kind === 'pap' && credential.password.reveal() === exact
      return { kind: isRight ? 'right' : 'wrong' }
    }
    const credential = arrived(`${exact},${world.code(app)}`)
    expect(credential).to.have.property('fullAt', 128)
    expect(reasonOf(await world.ask({ gateway: append, credential }))).to.equal('accepted')
  })

  it('counts as a wrong code no more than a wrong code does', async () => {
    const world = createWorld()
    await world.enrol('alice', totp)
    const typed = `${password}${'x'.repeat(14)},12345`
    world.local.instead.verify = async () => ({ kind: 'right' })
    const outcome = await world.ask({ gateway: append, credential: arrived(typed) })
    expect(Buffer.byteLength(typed) % 16).to.equal(15)
    expect(reasonOf(outcome)).to.equal('password-too-long')
    expect(await world.stores.accounts.load('local:alice')).to.include({ wrongCodes: 1 })
  })

  it('may be too long for what checks it, and is then not counted', async () => {
    const world = createWorld()
    world.local.instead.verify = async () => ({ kind: 'too-long', detail: '256 characters' })
    expect(reasonOf(await world.ask({}))).to.equal('password-too-long')
    expect(await world.stores.accounts.load('local:alice')).to.include({ wrongPasswords: 0 })
  })
})
