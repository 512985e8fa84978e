import { expect } from 'chai'
import type { PushAuthenticator } from '../../../src/accounts/index.ts'
import { silentPhoneWith } from '../../../src/compose/service/notices.ts'
import { createWorld, flush } from '../../signin/harness.ts'

const dayMs = 86_400_000

describe('a phone that shows nothing', () => {
  it('is told of once in thirty days, also where the store no longer reads when that began', async () => {
    const { clock, stores } = createWorld()
    const told: string[] = []
    const tell = silentPhoneWith(
      { clock, logger: { log: () => undefined }, opened: { store: stores } },
      () => ({ tell: (_, { kind }) => told.push(kind) }),
    )
    const phone = { method: 'push', id: 'old', userKey: 'local:alice' } as PushAuthenticator
    const alice = { key: 'local:alice', name: 'alice' }
    for (let signIns = 0; signIns < 10; signIns++) {
      tell(alice, { ...phone, silentSinceMs: clock.nowMs() - 7 * dayMs })
      await flush()
      clock.advance(dayMs)
    }
    expect(told).to.deep.equal(['phone-silent'])
    tell(alice, { ...phone, id: 'another', silentSinceMs: clock.nowMs() })
    await flush()
    expect(told, 'another phone').to.have.length(2)
    clock.advance(21 * dayMs)
    tell(alice, { ...phone, silentSinceMs: clock.nowMs() })
    await flush()
    expect(told, 'a month later').to.have.length(3)
  })
})
