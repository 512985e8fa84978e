import { expect } from 'chai'
import { holdsText } from '../holds-text.ts'
import {
  type Ask,
  call,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  password,
  recoveryCode,
  sms,
  totp,
} from './harness.ts'

const mute = gatewayRules({ challenges: false })

describe('secrets (RULES 22)', () => {
  it('no password, code or challenge answer is in rows, log lines, stores or texts', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    await world.enrol('alice', sms)
    const app = await world.enrol('alice', totp)
    const secrets = [password, 'wrong-Pa55', recoveryCode, world.code(app)]
    const asks: Ask[] = [
      { password: 'wrong-Pa55' },
      { password: `wrong-Pa55,${world.code(app, 1)}` },
      { password: `${password},${world.code(app)}` },
      { password: `${password},sms` },
      { password: 'wrong-Pa55,call' },
      { user: 'nobody', password: 'wrong-Pa55' },
    ]
    for (const ask of asks) {
      const { outcome } = world.start(ask)
      await flush()
      if (outcome?.kind !== 'challenge') continue
      await world.ask({ password: 'wrong-Pa55', state: outcome.state })
    }
    world.start({ gateway: mute, device: laptop })
    await world.advance(60_000)
    const seen = [
      world.rows,
      world.lines,
      world.troubles,
      world.stores.alerts,
      [...world.stores.openPrompts.values()],
      world.phone.calls.map(({ request }) => request),
      world.sms.sent.map(({ request }) => request),
    ]
    const text = reachableText(seen)
    const all = [...secrets, ...world.sms.sent.map(({ code }) => code)]
    expect(all.filter((each) => holdsText(text, each))).to.deep.equal([])
  })

  it('what the registry is given holds keyed hashes only', async () => {
    const given: unknown[] = []
    const watched = new Proxy(createWorld().registry, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          given.push(args)
          return Reflect.apply(value, target, args)
        }
      },
    })
    const world = createWorld({ parts: { registry: watched } })
    await world.enrol('alice', call)
    await world.enrol('bob', sms)
    world.start({ gateway: mute, device: laptop })
    await world.ask({ user: 'bob', device: laptop })
    await world.advance(25_000)
    expect(given.length).to.be.greaterThan(5)
    const text = reachableText(given)
    expect(text).not.to.contain(password)
    expect(holdsText(text, world.sms.lastCode())).to.equal(false)
  })

  it('a hash says nothing without its key and is another for each person', () => {
    const world = createWorld()
    const { passwordHasher } = world.parts
    const hash = passwordHasher.hash('join', 'local:alice', password)
    expect(hash).to.have.length(22)
    expect(passwordHasher.hash('join', 'local:bob', password)).not.to.equal(hash)
    expect(createWorld().parts.passwordHasher.hash('join', 'local:alice', password)).not.to.equal(
      hash,
    )
    expect(passwordHasher.hash('join', 'local:alic', `e${password}`)).not.to.equal(hash)
    expect(passwordHasher.matches(hash, 'join', 'local:alice', password)).to.equal(true)
  })
})

/** Every text that can be reached from a value, by any own property, in maps and sets too. */
function reachableText(value: unknown, seen = new Set<unknown>()): string {
  if (typeof value === 'string') return `${value}\n`
  if (value === null || typeof value !== 'object' || seen.has(value)) return ''
  seen.add(value)
  const parts: unknown[] = Reflect.ownKeys(value).map((key) => Reflect.get(value, key))
  if (value instanceof Map) parts.push(...value.keys(), ...value.values())
  if (value instanceof Set) parts.push(...value)
  return parts.map((part) => reachableText(part, seen)).join('')
}
