import { createSecretKey } from 'node:crypto'
import { expect } from 'chai'
import { createKeyedHash } from '../../src/signin/index.ts'
import {
  type Ask,
  createWorld,
  type Enrolment,
  email,
  gatewayRules,
  hotp,
  laptop,
  otherLaptop,
  password,
  reasonOf,
  recovery,
  recoveryCode,
  sms,
  stateOf,
  totp,
  type World,
} from './harness.ts'

const append = gatewayRules({ flow: 'append' })
const appended = (code: string): Ask => ({
  ...{ gateway: append, device: laptop, password: `${password},${code}` },
})

const earlier = createSecretKey(Buffer.alloc(32, 1))
const current = createSecretKey(Buffer.alloc(32, 2))

/** The process ends between the spend and the answer; another one, with the same stores, gets the gateway's next try. */
async function die(world: World, request: Ask, at = 'audit.record'): Promise<void> {
  world.stores.failing.add(at)
  expect(reasonOf(await world.ask(request))).to.equal('store-failed')
  world.stores.failing.clear()
  world.restart({ passwordHasher: world.parts.passwordHasher })
}

describe('an equal request after the death of a process (RULES 10, O40)', () => {
  const lists: readonly (readonly [string, Enrolment, (world: World) => string])[] = [
    ['an app', totp, () => ''],
    ['a token', hotp, () => ''],
    ['a list', recovery('alice'), () => recoveryCode],
  ]
  for (const [what, enrolment, fixed] of lists) {
    it(`has its code of ${what} count, and counts it for no one else`, async () => {
      const world = createWorld({ isShared: true })
      const enrolled = await world.enrol('alice', enrolment)
      const request = appended(fixed(world) || world.code(enrolled))
      await die(world, request)
      const { device: _, ...unnamed } = request
      const others: readonly Ask[] = [
        { ...request, device: otherLaptop },
        unnamed,
        { ...unnamed, port: '7' },
        { ...request, gateway: gatewayRules({ flow: 'append', name: 'other' }) },
      ]
      for (const other of others) {
        expect(reasonOf(await world.ask(other)), JSON.stringify(other)).to.equal('code-reused')
      }
      expect(reasonOf(await world.ask(request))).to.equal('accepted')
    })
  }

  it('is equal for 10 s', async () => {
    const world = createWorld({ isShared: true })
    const app = await world.enrol('alice', totp)
    const request = appended(world.code(app))
    await die(world, request)
    await world.advance(9_900)
    expect(reasonOf(await world.ask(request))).to.equal('accepted')
    world.restart({ passwordHasher: world.parts.passwordHasher })
    await world.advance(200)
    expect(reasonOf(await world.ask(request))).to.equal('code-reused')
  })

  it('is not equal where nothing but a port tells devices apart', async () => {
    const world = createWorld({ isShared: true })
    const app = await world.enrol('alice', totp)
    const { device: _, ...request } = appended(world.code(app))
    await die(world, { ...request, port: '7' })
    expect(reasonOf(await world.ask({ ...request, port: '7' }))).to.equal('code-reused')
  })

  it('is not known in a file, whose process would know its outcome', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const request = appended(world.code(app))
    await die(world, request)
    expect(reasonOf(await world.ask(request))).to.equal('code-reused')
  })

  it('is known also where the two processes use the keys of two hours', async () => {
    for (const [first, second] of [
      [[earlier], [current, earlier]],
      [
        [current, earlier],
        [earlier, current],
      ],
    ] as const) {
      const world = createWorld({
        isShared: true,
        parts: { passwordHasher: createKeyedHash(() => first) },
      })
      const app = await world.enrol('alice', totp)
      const request = appended(world.code(app))
      await die(world, request)
      world.restart({ passwordHasher: createKeyedHash(() => [current]) })
      expect(reasonOf(await world.ask(request)), 'under another key').to.equal(
        first.length === 1 ? 'code-reused' : 'accepted',
      )
      world.restart({ passwordHasher: createKeyedHash(() => second) })
      expect(reasonOf(await world.ask(request))).to.equal('accepted')
    }
  })

  it('answers its State with a code of an app', async () => {
    const world = createWorld({ isShared: true })
    const app = await world.enrol('alice', totp)
    const state = stateOf(await world.ask({ device: laptop }))
    const answer = { state, device: laptop, password: world.code(app) }
    await die(world, answer)
    const thief = { ...answer, device: otherLaptop }
    expect(reasonOf(await world.ask(thief))).to.be.oneOf(['state-invalid', 'code-reused'])
    world.restart({ passwordHasher: world.parts.passwordHasher })
    const guess = { ...answer, password: world.code(app, 1) }
    expect(reasonOf(await world.ask(guess))).to.equal('state-invalid')
    expect(reasonOf(await world.ask(answer))).to.equal('accepted')
  })

  it('answers its State also where only the code was spent before the end', async () => {
    const world = createWorld({ isShared: true })
    const app = await world.enrol('alice', totp)
    const state = stateOf(await world.ask({ device: laptop }))
    const answer = { state, device: laptop, password: world.code(app) }
    await die(world, answer, 'spent.spend')
    expect(reasonOf(await world.ask(answer))).to.equal('accepted')
  })

  it('answers no State where another device is named', async () => {
    const world = createWorld({ isShared: true })
    const app = await world.enrol('alice', totp)
    const state = stateOf(await world.ask({ device: laptop }))
    const answer = { state, device: laptop, password: world.code(app) }
    await die(world, answer, 'spent.spend')
    expect(reasonOf(await world.ask({ ...answer, device: otherLaptop }))).to.equal('code-reused')
  })

  for (const [way, enrolment] of [
    ['sms', sms],
    ['email', email],
  ] as const) {
    it(`answers its State with a code by ${way}`, async () => {
      const world = createWorld({ isShared: true })
      await world.enrol('alice', enrolment)
      const state = stateOf(await world.ask({ device: laptop }))
      const answer = { state, device: laptop, password: world[way].sent.at(-1)?.code ?? '' }
      await die(world, answer)
      expect(reasonOf(await world.ask({ ...answer, device: otherLaptop }))).to.equal(
        'state-invalid',
      )
      world.restart({ passwordHasher: world.parts.passwordHasher })
      expect(reasonOf(await world.ask(answer))).to.equal('accepted')
    })
  }
})
