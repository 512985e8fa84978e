import { expect } from 'chai'
import type { KeptReceipt, RungBell } from '../../../src/accounts/index.ts'
import { describeStep } from '../../../src/cli/text/why-steps.ts'
import { withBells } from '../../../src/operations/audit/with-bells.ts'
import type { AuditEntry } from '../../../src/store/index.ts'

const startedAtMs = 1_750_000_000_000
const one = { promptId: 'p', phoneId: 'pixel', userKey: 'corp:1' }

describe('what phones got of a sign-in, for those who ask why', () => {
  async function stepsOf(
    rung: readonly RungBell[],
    said: readonly KeptReceipt[],
    method = 'push',
  ): Promise<readonly string[]> {
    const entry = {
      ...{ userKey: 'corp:1', startedAtMs, endedAtMs: startedAtMs + 20_000 },
      timeline: [
        { atMs: startedAtMs, what: 'prompt', detail: { method } },
        { atMs: startedAtMs + 10_000, what: 'prompt-ended', detail: { result: 'timeout' } },
      ],
    } as unknown as AuditEntry
    const stores = { bells: { list: async () => rung }, receipts: { list: async () => said } }
    return (await withBells(stores, entry)).timeline.map(
      (step) => `${step.what}: ${describeStep(step)}`,
    )
  }
  const bell: RungBell = {
    ...{ ...one, service: 'push.example', answer: '201', atMs: startedAtMs + 1_000 },
  }

  it('says when a phone has shown the notification, and opened its page', async () => {
    const receipt: KeptReceipt = {
      ...{ ...one, shownAtMs: startedAtMs + 2_000, openedAtMs: startedAtMs + 11_000 },
    }
    const [, notification = '', shown, ended, opened] = await stepsOf([bell], [receipt])
    expect(notification).to.match(/^notification: /)
    expect(shown).to.equal('phone-showed: the phone pixel has shown the notification')
    expect(ended).to.match(/^prompt-ended: /)
    expect(opened).to.equal('phone-opened: the phone pixel has shown the sign-in on its page')
  })

  it('leaves out what belongs to a later sign-in', async () => {
    const steps = await stepsOf([bell], [{ ...one, shownAtMs: startedAtMs + 600_000 }])
    expect(steps.join()).to.not.contain('phone-showed')
  })

  it('says nothing where no phone was asked', async () => {
    const steps = await stepsOf([bell], [{ ...one, shownAtMs: startedAtMs + 1 }], 'call')
    expect(steps).to.have.length(2)
  })
})
