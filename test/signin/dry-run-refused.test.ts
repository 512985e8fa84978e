import { expect } from 'chai'
import { type CredentialName, dryRun, type Shielded } from '../../src/signin/index.ts'
import { createWorld, gatewayRules, totp } from './harness.ts'

const atMs = Date.UTC(2026, 10, 30, 0, 12)
const shield: Shielded = { kind: 'shielded', wrong: 5, threshold: 6, untilMs: atMs + 60_000 }

describe('a dry run of what is refused for more than the configuration', () => {
  function worldWith(shielded: Shielded | undefined, missing: readonly string[] = []) {
    const world = createWorld({ parts: { missingGroups: () => new Set(missing) } })
    world.local.instead.lookAtShield = async () => shielded
    return world
  }

  const run = async (
    shielded: Shielded | undefined,
    change: {
      readonly gateway?: ReturnType<typeof gatewayRules>
      readonly credential?: CredentialName
      readonly atMs?: number
      readonly missing?: readonly string[]
    } = {},
  ) => {
    const world = worldWith(shielded, change.missing)
    await world.enrol('alice', totp)
    return dryRun(world.parts, {
      userName: 'alice',
      gateway: change.gateway ?? gatewayRules(),
      device: undefined,
      credential: change.credential,
      atMs: change.atMs ?? atMs,
      signal: new AbortController().signal,
    })
  }

  for (const flow of ['auto', 'append', 'hold', 'challenge'] as const) {
    it(`says until when the shield refuses, in ${flow}`, async () => {
      const { first, shield: found } = await run(shield, { gateway: gatewayRules({ flow }) })
      expect(first).to.include({ kind: 'reject', reason: 'lockout-shield' })
      expect(found).to.deep.equal(shield)
    })
  }

  it('goes on where the shield lets passwords through, or will by then', async () => {
    expect((await run(undefined)).first.kind).to.not.equal('reject')
    const later = await run(shield, { atMs: shield.untilMs })
    expect(later.first.kind).to.not.equal('reject')
    expect(later).to.not.have.property('shield')
  })

  it('says that a bypass stands for the second factor, without using it up', async () => {
    const world = worldWith(undefined)
    await world.enrol('alice', totp)
    const { accounts } = world.stores
    const ask = () =>
      dryRun(world.parts, {
        userName: 'alice',
        gateway: gatewayRules(),
        device: undefined,
        atMs,
        signal: new AbortController().signal,
      })
    expect(await ask()).to.not.have.property('bypassed')
    await accounts.giveBypass('local:alice', { reason: 'test', untilMs: atMs + 1, once: true })
    for (const _ of [1, 2]) expect(await ask()).to.include({ bypassed: true })
  })

  it('names the group that a rule asks for and that is gone', async () => {
    const gateway = gatewayRules({ denyGroups: ['interns'] })
    const { first, missingGroup } = await run(undefined, { gateway, missing: ['interns'] })
    expect(first).to.include({ kind: 'reject', reason: 'rule-group-missing' })
    expect(missingGroup).to.equal('interns')
  })
})
