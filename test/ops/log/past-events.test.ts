import { expect } from 'chai'
import { type LogEvent, rememberEvents } from '../../../src/ops/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'

describe('a logger that remembers', () => {
  it('keeps the last events with their times, oldest first, and passes all on', () => {
    const written: LogEvent[] = []
    const levels: string[] = []
    const clock = createManualClock(1_000)
    const logger = rememberEvents(
      {
        log: (event) => void written.push(event),
        setLevel: (level) => void levels.push(level),
      },
      clock,
      5,
    )
    expect(logger.past()).to.deep.equal([])
    for (let count = 1; count <= 23; count += 1) {
      logger.log({ event: 'prompts-ended', count })
      clock.advance(10)
    }
    expect(written).to.have.length(23)
    expect(
      logger.past().map(({ event }) => (event.event === 'prompts-ended' ? event.count : 0)),
    ).to.deep.equal([19, 20, 21, 22, 23])
    expect(logger.past()[0]?.atMs).to.equal(1_180)
    logger.setLevel('debug')
    expect(levels).to.deep.equal(['debug'])
  })
})
