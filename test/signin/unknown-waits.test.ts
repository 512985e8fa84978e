import { expect } from 'chai'
import { createHashGate, createLocalDirectory } from '../../src/directory/index.ts'
import type { SignInParts } from '../../src/signin/index.ts'
import { Secret } from '../../src/support/index.ts'
import { quickHash } from '../directory/quick-hash.ts'
import { createManualClock } from '../support/manual-clock.ts'
import {
  type Ask,
  chap,
  createWorld,
  flush,
  gatewayRules,
  reasonOf,
  totp,
  wrongCodeFor,
} from './harness.ts'

/** People with slow hashes, and a gate that knows that one takes 300 ms by `clock`. */
async function createSlowWorld(options: Parameters<typeof createHashGate>[0] = {}) {
  const clock = createManualClock()
  let elapsedMs = 0
  const hashes = createHashGate(options, clock, () => {
    elapsedMs += 300
    return elapsedMs
  })
  await hashes.check(new Secret('first'), quickHash('first'), new AbortController().signal)
  const local = createLocalDirectory(
    {
      name: 'local',
      users: [{ name: 'alice', passwordHash: quickHash('right'), groups: ['guests'] }],
    },
    { clock, hashes },
  )
  const directories: SignInParts['directories'] = new Map([['local', local]])
  return { clock, world: createWorld({ parts: { directories } }) }
}

describe('a name that no one has, where passwords take a slow hash (RULES 39)', () => {
  it('is refused after the wait that a wrong password has', async () => {
    const { clock, world } = await createSlowWorld()
    const pending = world.start({ user: 'nobody', password: 'guess' })
    await flush()
    expect(pending.outcome).to.equal(undefined)
    clock.advance(300)
    expect(reasonOf(await pending.done)).to.equal('user-unknown')
  })

  it('waits behind others, and is dropped with them when too many wait', async () => {
    const { clock, world } = await createSlowWorld({ hashesAtOnce: 1, queue: 1 })
    const first = world.start({ user: 'nobody', password: 'guess 1' })
    const second = world.start({ user: 'nobody', password: 'guess 2' })
    await flush()
    for (const user of ['nobody', 'alice']) {
      const dropped = await world.ask({ user, password: 'one more' })
      expect(dropped, user).to.deep.equal({ kind: 'drop', reason: 'too-many-hashes' })
    }
    clock.advance(300)
    expect(reasonOf(await first.done)).to.equal('user-unknown')
    await flush()
    expect(second.outcome).to.equal(undefined)
    clock.advance(300)
    expect(reasonOf(await second.done)).to.equal('user-unknown')
  })

  it('waits for nothing where no user’s password would be hashed', async () => {
    const { world } = await createSlowWorld({ hashesAtOnce: 0, queue: 0 })
    const refusals = [
      await world.ask({ user: 'nobody', password: '' }),
      await world.ask({ user: 'nobody', credential: chap('guess') }),
      await world.ask({
        user: 'nobody',
        gateway: gatewayRules({
          flow: 'code-only',
          firstFactor: { kind: 'none', directories: ['local'], promptWithoutPassword: false },
        }),
      }),
      await createWorld().ask({ user: 'nobody', password: 'guess' }),
    ]
    expect(refusals.map(reasonOf)).to.deep.equal(refusals.map(() => 'user-unknown'))
  })
})

describe('what is refused before a slow hash is computed (RULES 39, 41)', () => {
  const codesFirst = gatewayRules({ flow: 'append', secondFactorFirst: true })
  const bare = gatewayRules({ flow: 'append', append: { delimiter: '', words: false } })
  const denied = gatewayRules({ denyGroups: ['guests'] })

  async function createKnown() {
    const { clock, world } = await createSlowWorld()
    const app = await world.enrol('alice', totp)
    return { clock, world, wrong: wrongCodeFor(world, app), right: world.code(app) }
  }

  type Known = Awaited<ReturnType<typeof createKnown>>
  const cases: readonly [string, string, (known: Known) => Ask][] = [
    [
      'a wrong code first',
      'code-wrong',
      ({ wrong }) => ({ gateway: codesFirst, password: `x,${wrong}` }),
    ],
    [
      'no code where it comes first',
      'code-missing',
      () => ({ gateway: codesFirst, password: 'x' }),
    ],
    [
      'no password',
      'password-empty',
      ({ right }) => ({ gateway: codesFirst, password: `,${right}` }),
    ],
    [
      'a wrong code without a delimiter',
      'code-wrong',
      ({ wrong }) => ({ gateway: bare, password: `x${wrong}` }),
    ],
    ['somebody who is denied', 'denied', () => ({ gateway: denied, password: 'x' })],
  ]

  for (const [name, reason, ask] of cases) {
    it(`waits like a wrong password: ${name}`, async () => {
      const known = await createKnown()
      const pending = known.world.start(ask(known))
      await flush()
      expect(pending.outcome).to.equal(undefined)
      known.clock.advance(300)
      expect(reasonOf(await pending.done)).to.equal(reason)
    })
  }
})
