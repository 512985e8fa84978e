import { expect } from 'chai'
import type { PushAuthenticator, Receipt, ReceiptKind } from '../../../src/accounts/index.ts'
import { createReceipts } from '../../../src/methods/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { createSoftwarePhone } from '../../support/software-phone.ts'

describe('what phones say of prompts', () => {
  const clock = createManualClock()
  const alices = createSoftwarePhone()
  const bobs = createSoftwarePhone()
  const phones = new Map<string, PushAuthenticator>(
    Object.entries({ alice: alices, bob: bobs }).map(([id, { publicKey }]) => [
      id,
      { method: 'push', id, userKey: `local:${id}`, label: '', publicKey, createdAtMs: 0 },
    ]),
  )

  function world(options: { areKept?: boolean; fails?: boolean } = {}) {
    const noted: (Receipt & { readonly kind: ReceiptKind })[] = []
    const errors: unknown[] = []
    const receipts = createReceipts({
      clock,
      authenticators: { findPhone: async (id) => phones.get(id) },
      receipts: {
        async note(receipt, kind) {
          if (options.fails === true) throw new Error('the store fails')
          noted.push({ ...receipt, kind })
        },
      },
      areKept: () => options.areKept ?? true,
      wasAsked: async ({ id }, promptId) => promptId === `for-${id}`,
      onError: (error) => errors.push(error),
    })
    const say = (phone: string, by = alices, prompt = 'for-alice', signed: string = prompt) =>
      receipts.take({
        ...{ phone, prompt, receipt: 'shown' },
        signature: by.receipt(phone, 'shown', signed),
      })
    return { receipts, noted, errors, say }
  }

  it('is kept where the phone has signed it, and was asked', async () => {
    const { noted, say } = world()
    await say('alice')
    expect(noted).to.deep.equal([
      { promptId: 'for-alice', phoneId: 'alice', userKey: 'local:alice', kind: 'shown' },
    ])
  })

  it('is not where another phone has signed it, or something else was signed', async () => {
    const { noted, receipts, say } = world()
    await say('alice', bobs)
    await say('nobody')
    await say('alice', alices, 'for-alice', 'for-bob')
    const opened = alices.receipt('alice', 'opened', 'for-alice')
    const said = { phone: 'alice', prompt: 'for-alice', receipt: 'shown' } as const
    await receipts.take({ ...said, signature: opened })
    expect(noted).to.deep.equal([])
  })

  it('is not where the phone was never asked', async () => {
    const { noted, say } = world()
    await say('alice', alices, 'for-bob')
    expect(noted).to.deep.equal([])
  })

  it('is not where receipts are off', async () => {
    const { noted, receipts, say } = world({ areKept: false })
    await say('alice')
    await receipts.answered({ promptId: 'p', phoneId: 'alice', userKey: 'local:alice' })
    expect(noted).to.deep.equal([])
  })

  it('of an answer changes nothing where the store fails', async () => {
    const { errors, receipts } = world({ fails: true })
    await receipts.answered({ promptId: 'p', phoneId: 'alice', userKey: 'local:alice' })
    expect(errors.map(String)).to.deep.equal(['Error: the store fails'])
  })
})
