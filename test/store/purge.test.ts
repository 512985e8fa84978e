import { expect } from 'chai'
import { purgeHourly } from '../../src/store/purge.ts'
import { flush } from '../signin/harness.ts'
import { createManualClock } from '../support/manual-clock.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

describe('the upkeep of the store', () => {
  /** `fails` rejects the next purge of the audit. */
  function start() {
    const clock = createManualClock()
    const purged: (readonly [what: string, beforeMs: number])[] = []
    const errors: unknown[] = []
    const disk = { fails: false }
    const purging = (what: string) => ({
      async purge(nowMs: number) {
        purged.push([what, clock.nowMs() - nowMs])
      },
    })
    const store = {
      audit: {
        async purgeAudit(olderThanMs: number) {
          if (disk.fails) throw new Error('disk full')
          purged.push(['audit', clock.nowMs() - olderThanMs])
        },
      },
      remembered: purging('remembered'),
      pauses: purging('pauses'),
      accounting: purging('accounting'),
      webSessions: purging('sessions'),
      webSteps: purging('steps'),
      enrolmentCodes: purging('codes'),
      webWaits: purging('waits'),
      pairings: purging('pairings'),
      shield: purging('shield'),
      bells: purging('bells'),
      receipts: purging('receipts'),
      phoneNotices: purging('changes'),
    }
    const upkeep = purgeHourly({
      ...{ store, clock, retentionMs: () => dayMs },
      onError: (error) => errors.push(error),
    })
    return { clock, purged, errors, disk, upkeep }
  }

  const once = [
    ['audit', dayMs],
    ['remembered', 0],
    ['pauses', 0],
    ['accounting', 0],
    ['sessions', 0],
    ['steps', 0],
    ['waits', 0],
    ['codes', 0],
    ['pairings', 0],
    ['shield', 0],
    ['bells', 0],
    ['receipts', 0],
    ['changes', 0],
  ]

  it('takes away what is over, at the start and each hour, until it stops', async () => {
    const { clock, purged, upkeep } = start()
    await flush()
    expect(purged).to.deep.equal(once)
    clock.advance(hourMs)
    await flush()
    expect(purged).to.deep.equal([...once, ...once])
    upkeep.stop()
    clock.advance(hourMs)
    await flush()
    expect(purged).to.have.length(2 * once.length)
  })

  it('says what failed, and tries again', async () => {
    const { clock, purged, errors, disk, upkeep } = start()
    await flush()
    disk.fails = true
    clock.advance(hourMs)
    await flush()
    expect(errors.map(String)).to.deep.equal(['Error: disk full'])
    disk.fails = false
    clock.advance(hourMs)
    await flush()
    expect(purged).to.deep.equal([...once, ...once])
    upkeep.stop()
  })

  it('says nothing about a store that is closed under it', async () => {
    const { clock, errors, disk, upkeep } = start()
    await flush()
    disk.fails = true
    clock.advance(hourMs)
    upkeep.stop()
    await flush()
    expect(errors).to.deep.equal([])
  })
})
