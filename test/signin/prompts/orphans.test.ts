import { expect } from 'chai'
import type { StoredPrompt } from '../../../src/accounts/index.ts'
import { endOrphanPrompts } from '../../../src/signin/index.ts'
import { createTimerWheel } from '../../../src/support/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { flush } from '../harness.ts'

const nowMs = 1_000_000

describe('prompts that an earlier process left open (RULES 25)', () => {
  async function restart(open: readonly StoredPrompt[], fails = false, isShared = false) {
    const clock = createManualClock(nowMs)
    const did: string[] = []
    const errors: unknown[] = []
    const fail = (error: unknown) => void errors.push(error)
    await endOrphanPrompts({
      prompts: {
        listOpen: async () => open,
        async close(id) {
          if (fails) throw new Error('disk full')
          did.push(`close ${id}`)
        },
      },
      registry: {
        isShared,
        noteInterrupted: async (userKey, untilMs) =>
          void did.push(`interrupted ${userKey} ${untilMs}`),
      },
      approvals: new Map([
        ['call', { endOrphan: async (id: string) => void did.push(`hang up ${id}`) }],
      ]),
      clock,
      wheel: createTimerWheel(clock, { onError: fail }),
      onError: fail,
      log: ({ event, count }) => did.push(`${event} ${count}`),
    })
    return { clock, did, errors }
  }

  const started = { requestAuthenticator: new Uint8Array(16), startedAtMs: nowMs - 60_000 }
  const prompt = { userKey: 'people:alice', gateway: 'vpn', method: 'call' as const, ...started }
  const ringing = { ...prompt, id: 'one', providerId: 'CA1', deadlineMs: nowMs + 30_000 }
  const over = { ...prompt, id: 'two', deadlineMs: nowMs - 1 }

  it('are hung up, and their rows stay until the deadline', async () => {
    const { clock, did } = await restart([ringing, over])
    const atStart = [
      'hang up CA1',
      `interrupted people:alice ${nowMs + 30_000}`,
      'close two',
      'prompts-ended 2',
    ]
    expect(did).to.deep.equal(atStart)
    clock.advance(29_000)
    await flush()
    expect(did).to.deep.equal(atStart)
    clock.advance(2_000)
    await flush()
    expect(did).to.deep.equal([...atStart, 'close one'])
  })

  it('are not logged where there are none', async () => {
    expect((await restart([])).did).to.deep.equal([])
  })

  it('are left to the processes that share them, except rows that no one has taken away', async () => {
    const lost = { ...over, id: 'three', deadlineMs: nowMs - 60_000 }
    expect((await restart([ringing, over, lost], false, true)).did).to.deep.equal(['close three'])
  })

  it('tell of a store that does not close them', async () => {
    const { clock, errors } = await restart([ringing], true)
    clock.advance(31_000)
    await flush()
    expect(errors.map(String)).to.deep.equal(['Error: disk full'])
  })
})
