import { expect } from 'chai'
import type { Outcome } from '../../src/signin/index.ts'
import { createRefuse } from '../../src/signin/index.ts'
import { createWorld, gatewayRules, reasonOf } from './harness.ts'

const eap = { method: 'EAP-TTLS', outerIdentity: 'anonymous@corp.example' }

describe('a sign-in from inside EAP', () => {
  it('has both names in its row: the one inside decides, the one outside is noted', async () => {
    const world = createWorld()
    await world.ask({ user: 'alice', password: 'wrong', eap })
    expect(world.rows).to.have.length(1)
    expect(world.rows[0]?.userName).to.equal('alice')
    expect(world.rows[0]?.timeline.find(({ what }) => what === 'eap')?.detail).to.deep.equal({
      method: 'EAP-TTLS',
      outer: 'anonymous@corp.example',
    })
  })

  it('keeps two letters of the name outside where the one inside is unknown', async () => {
    const world = createWorld()
    const typed = { ...eap, outerIdentity: 'Winter-2024' }
    await world.ask({ user: 'Winter-2024', eap: typed })
    const text = JSON.stringify(world.rows)
    expect(text).to.include('"outer":"Wi…"')
    expect(text).to.not.include('Winter-2024')
  })

  it('carries the person’s name in the Accept only where the gateway wants it', async () => {
    for (const returnsUserName of [true, false]) {
      const world = createWorld()
      await world.stores.accounts.giveBypass('local:alice', {
        reason: 'phone at home',
        untilMs: world.clock.nowMs() + 60_000,
        once: false,
      })
      const gateway = gatewayRules({ returnsUserName })
      const outcome = await world.ask({ user: 'ALICE', gateway, eap })
      expect(outcome.kind, reasonOf(outcome)).to.equal('accept')
      const name = outcome.kind === 'accept' ? outcome.userName : ''
      expect(name).to.equal(returnsUserName ? 'alice' : undefined)
    }
  })
})

describe('what never comes to a sign-in', () => {
  function refuse(world: ReturnType<typeof createWorld>, detail: string): Promise<Outcome> {
    const { attempt, live } = world.start({ user: 'anonymous', eap })
    return createRefuse(world.parts)(attempt, live, 'eap-tls-failed', detail)
  }

  it('is refused with its reason, and has a row and a reference', async () => {
    const world = createWorld({ settings: { references: true } })
    const outcome = await refuse(world, 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA')
    expect(outcome).to.deep.include({ kind: 'reject', reason: 'eap-tls-failed' })
    const row = world.rows.find(({ reason }) => reason === 'eap-tls-failed')
    expect(row?.reference).to.match(/^\w{4}$/)
    expect(row?.timeline.find(({ what }) => what === 'refused')?.detail).to.deep.equal({
      detail: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    })
  })

  it('is refused for the store where it cannot be recorded', async () => {
    const world = createWorld()
    const failing = {
      ...world.parts.audit,
      record: async () => {
        throw Object.assign(new Error('disk full'), { code: 'store-failed' })
      },
    }
    const { attempt, live } = world.start({ user: 'anonymous', eap })
    const refuse = createRefuse({ ...world.parts, audit: failing })
    const outcome = await refuse(attempt, live, 'eap-tls-failed', '')
    expect(outcome.kind).to.equal('reject')
  })
})
