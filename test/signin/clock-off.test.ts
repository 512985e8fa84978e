import { expect } from 'chai'
import {
  createWorld,
  flush,
  gatewayRules,
  hotp,
  password,
  reasonOf,
  stateOf,
  totp,
  type World,
  wrongCodeFor,
} from './harness.ts'

function clockOffIn(world: World): readonly unknown[] {
  return world.rows
    .flatMap(({ timeline }) => timeline)
    .filter(({ what }) => what === 'clock-off')
    .map(({ detail }) => detail?.steps)
}

describe('a code of a clock that is off', () => {
  const append = gatewayRules({ flow: 'append' })

  it('is refused like any other, in the same words at the same moment, and noted', async () => {
    const outcomes = []
    const noted = []
    for (const steps of [4, undefined, -7]) {
      const world = createWorld()
      const app = await world.enrol('alice', totp)
      const code = steps === undefined ? wrongCodeFor(world, app) : world.code(app, steps)
      outcomes.push(await world.ask({ gateway: append, password: `${password},${code}` }))
      noted.push(clockOffIn(world))
    }
    expect(outcomes[0]?.reason).to.equal('code-wrong')
    expect(outcomes[0]).to.deep.equal(outcomes[1])
    expect(outcomes[2]).to.deep.equal(outcomes[1])
    expect(noted).to.deep.equal([[4], [], [-7]])
  })

  it('gets the same challenge again as any wrong code', async () => {
    const challenges = []
    for (const steps of [5, undefined]) {
      const world = createWorld()
      const app = await world.enrol('alice', totp)
      const gateway = gatewayRules({ flow: 'challenge' })
      const state = stateOf(await world.ask({ gateway }))
      const code = steps === undefined ? wrongCodeFor(world, app) : world.code(app, steps)
      const again = await world.ask({ gateway, state, password: code })
      if (again.kind !== 'challenge') throw new Error(`got ${reasonOf(again)}`)
      challenges.push({ ...again, state: again.state.length })
      await world.advance(400_000)
      expect(clockOffIn(world)).to.deep.equal(steps === undefined ? [] : [steps])
    }
    expect(challenges[0]).to.deep.equal(challenges[1])
  })

  it('is noted where the code is the password, and where the code is checked first', async () => {
    for (const gateway of [
      gatewayRules({
        flow: 'code-only',
        firstFactor: { kind: 'none', directories: ['local'], promptWithoutPassword: false },
      }),
      gatewayRules({ secondFactorFirst: true }),
    ]) {
      const world = createWorld()
      const app = await world.enrol('alice', totp)
      const typed = gateway.flow === 'code-only' ? world.code(app, 3) : `x,${world.code(app, 3)}`
      expect(reasonOf(await world.ask({ gateway, password: typed }))).to.equal('code-wrong')
      await flush()
      expect(clockOffIn(world)).to.deep.equal([3])
    }
  })

  it('is not looked for where a code is right, or was used, or where there is no clock', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const right = { gateway: append, password: `${password},${world.code(app)}` }
    expect(reasonOf(await world.ask(right))).to.equal('accepted')
    await world.advance(11_000)
    expect(reasonOf(await world.ask(right))).to.equal('code-reused')
    await world.enrol('bob', hotp)
    const guess = { gateway: append, user: 'bob', password: `${password},000000` }
    expect(reasonOf(await world.ask(guess))).to.equal('code-wrong')
    expect(clockOffIn(world)).to.deep.equal([])
  })

  it('is told apart from this server’s own, which was ahead: the last accepted code lies in the future', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const aheadIn = () =>
      world.rows
        .flatMap(({ timeline }) => timeline)
        .flatMap(({ what, detail }) => (what === 'last-code-ahead' ? [detail?.minutes] : []))
    const type = () =>
      world.ask({ gateway: append, password: `${password},${world.code(app)}` }).then(reasonOf)
    const nowMs = world.clock.nowMs()
    world.clock.set(nowMs + 3_600_000)
    expect(await type()).to.equal('accepted')
    expect(aheadIn()).to.deep.equal([])
    world.clock.set(nowMs)
    expect(await type()).to.equal('code-reused')
    expect(aheadIn()).to.have.length(1)
    expect(aheadIn()[0]).to.be.within(59, 60)
  })
})

describe('a token whose codes do not count yet, or no longer', () => {
  const append = gatewayRules({ flow: 'append' })
  const noted = (world: World) =>
    world.rows
      .flatMap(({ timeline }) => timeline)
      .flatMap(({ what, detail }) => (what === 'token-not-valid' ? [detail] : []))

  it('is refused like a wrong code, and counted; the time line tells why', async () => {
    const outcomes = []
    const days = 86_400_000
    const nowMs = createWorld().clock.nowMs()
    const expired = { validUntilMs: nowMs - days }
    const early = { validFromMs: nowMs + days, validUntilMs: nowMs + 2 * days }
    for (const validity of [expired, early, undefined]) {
      const world = createWorld()
      const token = await world.enrol('alice', { ...totp, ...validity })
      const code = validity === undefined ? wrongCodeFor(world, token) : world.code(token)
      outcomes.push(await world.ask({ gateway: append, password: `${password},${code}` }))
      const failures = world.rows.flatMap(({ timeline }) =>
        timeline.flatMap(({ what, detail }) => (what === 'code' ? [detail?.failures] : [])),
      )
      expect(failures).to.deep.equal([1])
      expect(noted(world)).to.deep.equal(
        validity === expired
          ? [{ until: new Date(nowMs - days).toISOString() }]
          : validity === early
            ? [{ from: new Date(nowMs + days).toISOString() }]
            : [],
      )
    }
    expect(outcomes[0]?.reason).to.equal('code-wrong')
    expect(outcomes[0]).to.deep.equal(outcomes[2])
    expect(outcomes[1]).to.deep.equal(outcomes[2])
  })

  it('is accepted in between, by its own clock where that is off', async () => {
    const world = createWorld()
    const nowMs = world.clock.nowMs()
    const token = await world.enrol('alice', {
      ...{ ...totp, driftSteps: 5 },
      ...{ validFromMs: nowMs, validUntilMs: nowMs + 60_000 },
    })
    const typed = { gateway: append, password: `${password},${world.code(token, 5)}` }
    expect(reasonOf(await world.ask(typed))).to.equal('accepted')
    await world.advance(61_000)
    const later = { gateway: append, password: `${password},${world.code(token, 5)}` }
    expect(reasonOf(await world.ask(later))).to.equal('code-wrong')
  })
})
