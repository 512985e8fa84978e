import { expect } from 'chai'
import type { Credential, PolicyRule, Verified } from '../../src/signin/index.ts'
import { call, createWorld, reasonOf } from './harness.ts'

/** What no directory can guess at: a certificate, and a session that stands for an earlier sign-in. */
const credentials = [
  { kind: 'certificate', serialNumber: '1001', sid: 'S-1-5-21-1-2-3-1107' },
  { kind: 'resumed', proof: 'pap', provenAtMs: 1_749_999_000_000 },
] as const satisfies readonly Credential[]
const mismatch = { certificate: 'certificate-mismatch', resumed: 'session-outdated' } as const

const passwordAlone: PolicyRule = { name: 'wifi', outcome: { kind: 'no-second-factor' } }

for (const credential of credentials) {
  describe(`a sign-in by ${credential.kind}`, () => {
    function create(verified: Verified, rules: readonly PolicyRule[] = [passwordAlone]) {
      const world = createWorld({ parts: { rules } })
      const asked: Credential[] = []
      world.local.instead.verify = async (_, given) => {
        asked.push(given)
        return verified
      }
      return { world, asked }
    }

    it('asks the directory for the state of the account, and lets in', async () => {
      const { world, asked } = create({ kind: 'right' })
      expect(reasonOf(await world.ask({ credential }))).to.equal('accepted')
      expect(asked).to.deep.equal([credential])
      const steps = world.rows.at(-1)?.timeline.map(({ what }) => what)
      expect(steps).to.include.members([credential.kind, 'account'])
    })

    it('asks for the second factor, where the rules want one', async () => {
      const { world } = create({ kind: 'right' }, [])
      await world.enrol('alice', call)
      const pending = world.start({ credential })
      await world.advance(100)
      world.phone.approve()
      expect(reasonOf(await pending.done)).to.equal('accepted')
      expect(world.phone.calls).to.have.length(1)
    })

    it('refuses what was made for another account, and counts no wrong password', async () => {
      const { world } = create({ kind: 'wrong', detail: 'the SID is of another account' })
      for (let tries = 0; tries < 12; tries += 1) {
        expect(reasonOf(await world.ask({ credential }))).to.equal(mismatch[credential.kind])
      }
      world.local.instead.verify = async () => ({ kind: 'right' })
      expect(reasonOf(await world.ask({ credential }))).to.equal('accepted')
    })

    for (const [verified, reason] of [
      [{ kind: 'disabled' }, 'account-disabled'],
      [{ kind: 'expired' }, 'account-expired'],
      [{ kind: 'locked' }, 'account-locked-in-directory'],
      [{ kind: 'not-checkable', detail: 'may not read' }, 'credential-not-checkable'],
    ] as const) {
      it(`says ${reason}`, async () => {
        const { world } = create(verified)
        expect(reasonOf(await world.ask({ credential }))).to.equal(reason)
      })
    }

    it('does not reach the directory of a person who is blocked', async () => {
      const { world, asked } = create({ kind: 'right' })
      await world.parts.accounts.block('local:alice', 'fraud', world.clock.nowMs())
      expect(reasonOf(await world.ask({ credential }))).to.equal('blocked')
      expect(asked).to.have.length(0)
    })
  })
}

describe('a name in a certificate', () => {
  for (const [what, credential, isCertified] of [
    ['a certificate', { kind: 'certificate', serialNumber: '1001' }, true],
    ['its resumed session', { kind: 'resumed', proof: 'certificate', provenAtMs: 0 }, true],
    ['a resumed session of a password', { kind: 'resumed', proof: 'pap', provenAtMs: 0 }, false],
    ['a password', undefined, false],
  ] as const) {
    it(`is told to the directory as ${isCertified ? 'certified' : 'typed'}: ${what}`, async () => {
      const world = createWorld({ parts: { rules: [passwordAlone] } })
      const asked: unknown[] = []
      world.local.instead.resolve = async (name, _signal, certified) => {
        asked.push(name, certified)
        return { kind: 'unknown' }
      }
      const user = 'alice@corp.example'
      await world.ask(credential === undefined ? { user } : { user, credential })
      expect(asked).to.deep.equal([user, isCertified])
    })
  }
})
