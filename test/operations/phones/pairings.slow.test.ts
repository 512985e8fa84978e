import { expect } from 'chai'
import { createPairingMemory, createPairings } from '../../../src/operations/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { testPairings } from './pairing-rules.ts'

const tenMinutes = 600_000

describe('pairing a phone, kept in memory (PEOPLE R4)', () => {
  testPairings(createPairingMemory)

  it('stays bounded, and forgets what is over', async () => {
    const clock = createManualClock(1_790_000_000_000)
    const memory = createPairingMemory(clock)
    const pairings = createPairings(clock, memory)
    for (let at = 0; at < 10_050; at++) {
      await pairings.open({ key: `corp:${at}`, name: `u${at}` }, clock.nowMs() + tenMinutes)
    }
    expect(memory.size()).to.be.at.most(10_000)
    clock.advance(tenMinutes)
    await pairings.open({ key: 'corp:alice', name: 'Alice' }, clock.nowMs() + tenMinutes)
    expect(memory.size()).to.equal(1)
  })
})
