import { expect } from 'chai'
import {
  formatMoment,
  timeLeft,
  untilNextChange,
} from '../../../src/web/pages/people/logic/time.ts'

describe('times on pages', () => {
  it('count whole minutes, and seconds in the last one', () => {
    expect(timeLeft(600_000, 0)).to.deep.equal({ kind: 'minutes', count: 10 })
    expect(timeLeft(61_000, 0)).to.deep.equal({ kind: 'minutes', count: 2 })
    expect(timeLeft(60_000, 0)).to.deep.equal({ kind: 'seconds', count: 60 })
    expect(timeLeft(1, 0)).to.deep.equal({ kind: 'seconds', count: 1 })
    expect(timeLeft(0, 0)).to.deep.equal({ kind: 'over' })
  })

  it('change what they say at each step and never before', () => {
    let now = 0
    const said: string[] = []
    for (; timeLeft(125_000, now).kind !== 'over'; now += untilNextChange(125_000, now)) {
      said.push(JSON.stringify(timeLeft(125_000, now)))
    }
    expect(now).to.equal(125_000)
    expect(said).to.have.lengthOf.at.most(65)
    expect(said.at(-1)).to.equal('{"kind":"seconds","count":1}')
  })

  it('are told from today, in the language', () => {
    const now = new Date(2026, 10, 30, 12, 0).getTime()
    expect(formatMoment(new Date(2026, 10, 30, 8, 12).getTime(), now, 'en-GB')).to.equal(
      'today, 08:12',
    )
    expect(formatMoment(new Date(2026, 10, 29, 23, 59).getTime(), now, 'nl')).to.equal(
      'gisteren, 23:59',
    )
    expect(formatMoment(new Date(2026, 10, 12, 9, 3).getTime(), now, 'de')).to.equal(
      '12. November, 09:03',
    )
    expect(formatMoment(new Date(2025, 4, 1, 9, 3).getTime(), now, 'fr')).to.equal(
      '1 mai 2025, 09:03',
    )
    expect(formatMoment(new Date(2026, 11, 2, 9, 3).getTime(), now, 'es')).to.equal(
      '2 de diciembre, 9:03',
    )
    expect(formatMoment(new Date(2026, 10, 30, 8, 12).getTime(), now, 'en-US')).to.match(
      /^today, 8:12\sAM$/,
    )
  })
})
