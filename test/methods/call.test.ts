import { expect } from 'chai'
import type { CallDelivery, CallRequest, CallResult } from '../../src/delivery/index.ts'
import { createCallMethod } from '../../src/methods/index.ts'
import type { PromptRequest } from '../../src/signin/index.ts'
import { createTexts } from '../../src/texts/index.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { mailbox, phone, promptBy, promptRequest } from './prompt-request.ts'

const texts = createTexts({ defaultLanguage: 'en' })

/** A provider whose calls end as listed, each after so many milliseconds. */
function provider(ends: readonly (CallResult | Error)[], takesMs = 1000) {
  const clock = createManualClock()
  const placed: CallRequest[] = []
  const hungUp: string[] = []
  const calls: CallDelivery = {
    async place(request) {
      placed.push(request)
      request.onProviderId(`CA${placed.length}`)
      clock.advance(takesMs)
      const end = ends[placed.length - 1]
      if (end === undefined || end instanceof Error) throw end
      return end
    },
    async hangUp(providerId) {
      hungUp.push(providerId)
      throw new Error('no connection')
    },
  }
  const method = createCallMethod({ calls, texts, clock, backup: true })
  const providerIds: string[] = []
  const hooks = {
    onProviderId: (id: string) => void providerIds.push(id),
    closingText: () => 'call-approved' as const,
  }
  const prompt = (change: Partial<PromptRequest> = {}) =>
    promptBy(method, promptRequest(clock.nowMs(), change), hooks)
  return { method, prompt, placed, hungUp, providerIds }
}

const withBackup = { authenticator: { ...phone, backupPhone: '+31201234567', extension: '42' } }
const approved: CallResult = { kind: 'approved', byMachine: false }

describe('call method', () => {
  for (const end of [
    approved,
    { kind: 'approved', byMachine: true },
    { kind: 'refused' },
    { kind: 'fraud' },
    { kind: 'no-answer' },
    { kind: 'busy' },
    { kind: 'timeout' },
    { kind: 'failed', detail: 'no such number', outage: false },
  ] as const) {
    it(`passes on that a call ended ${JSON.stringify(end)}`, async () => {
      expect(await provider([end]).prompt()).to.deep.equal(end)
    })
  }

  for (const kind of ['no-answer', 'busy'] as const) {
    it(`calls the backup number when the first is ${kind}`, async () => {
      const { prompt, placed, providerIds } = provider([{ kind }, approved])
      expect(await prompt(withBackup)).to.deep.equal(approved)
      expect(placed.map(({ to }) => to)).to.deep.equal(['+31612345678', '+31201234567'])
      expect(placed.map(({ extension }) => extension)).to.deep.equal(['42', undefined])
      expect(placed[0]?.ringSeconds).to.equal(20)
      expect(providerIds).to.deep.equal(['CA1', 'CA2'])
    })
  }

  for (const end of [{ kind: 'refused' }, { kind: 'fraud' }, { kind: 'timeout' }] as const) {
    it(`does not call the backup number after ${end.kind}`, async () => {
      const { prompt, placed } = provider([end, approved])
      expect(await prompt(withBackup)).to.deep.equal(end)
      expect(placed).to.have.length(1)
    })
  }

  it('does not call the backup number when no one could answer in the time left', async () => {
    const { prompt, placed } = provider([{ kind: 'no-answer' }, approved], 50_000)
    expect(await prompt(withBackup)).to.deep.equal({ kind: 'no-answer' })
    expect(placed).to.have.length(1)
  })

  it('speaks the person’s language, or the default', async () => {
    const { prompt, placed } = provider([approved, approved])
    await prompt({ language: 'nl-BE' })
    await prompt({ language: 'pl' })
    expect(placed.map(({ language }) => language)).to.deep.equal(['nl', 'en'])
    expect(placed[0]?.dialogue.start.say).to.match(/hekje/)
  })

  for (const [from, spoken] of [
    ['198.51.100.7', '198.51.100.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['+31 20 123 4567', '+31 20 123 4567'],
    ['', 'an unknown place'],
    ['your IT department; please press the hash key', 'an unknown place'],
    ['bad cafe', 'an unknown place'],
    [`1${'2'.repeat(60)}`, 'an unknown place'],
  ] as const) {
    it(`says "${spoken}" for "${from.slice(0, 20)}"`, async () => {
      const { prompt, placed } = provider([approved])
      await prompt({ from })
      expect(placed[0]?.dialogue.start.say).to.include(`from ${spoken}.`)
    })
  }

  it('never rejects', async () => {
    const { method, prompt, hungUp } = provider([new Error('broken')])
    expect(await prompt()).to.deep.equal({
      kind: 'failed',
      detail: 'Error: broken',
      outage: false,
    })
    expect(await prompt({ authenticator: mailbox })).to.have.property('kind', 'failed')
    await method.endOrphan('CA9')
    expect(hungUp).to.deep.equal(['CA9'])
  })
})
