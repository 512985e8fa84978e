import { expect } from 'chai'
import { createPairingMemory, createPairings } from '../../../src/operations/index.ts'
import { createSteadyClock } from '../../../src/support/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { phone, testPairings } from './pairing-rules.ts'

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

  for (const byMs of [-90_000, 3_600_000]) {
    it(`lasts as long where the clock of the machine jumps by ${byMs / 1_000} s (O10)`, async () => {
      const machine = createManualClock(1_790_000_000_000)
      const clock = createSteadyClock(machine)
      const pairings = createPairings(clock, createPairingMemory(clock))
      const alice = { key: 'corp:alice', name: 'Alice' }
      const code = await pairings.open(alice, clock.nowMs() + tenMinutes)
      machine.set(machine.nowMs() + byMs)
      machine.advance(20_000)
      expect(await pairings.claim('alice', code, phone)).to.have.property('check')
    })
  }
})
