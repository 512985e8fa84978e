import { expect } from 'chai'
import type { Lived } from './crowd.ts'
import { rowsOf, shareOf, sumOf, tableOf } from './report.ts'
import { judge } from './verdict.ts'

const accept = { kind: 'accept', message: '', state: undefined, server: 0, tookMs: 100 } as const

function lived(startedMs: number, more: Partial<Lived> = {}): Lived {
  const life = { user: 'u1', deed: 'code', truth: 'accept', ending: accept, rings: 0 } as const
  return { ...life, startedMs, endedMs: startedMs + 100, ...more }
}

const toldToWait = (startedMs: number) =>
  lived(startedMs, {
    ending: {
      ...accept,
      kind: 'reject',
      message: 'We have just switched servers, so this code does not count.',
    },
  })
const silent = (startedMs: number) =>
  lived(startedMs, { ending: { ...accept, kind: 'silence', server: -1 } })

const periods = [
  { name: 'no fault', fromMs: 0 },
  { name: 'crash', fromMs: 1_000 },
  { name: 'kill', fromMs: 5_000 },
  { name: 'crash', fromMs: 6_000 },
]

describe('the report of the soak', () => {
  const all = [
    lived(100),
    lived(900),
    toldToWait(2_900),
    silent(3_500),
    lived(4_900),
    lived(5_400),
    lived(6_900),
  ]
  const rows = rowsOf(periods, all, 8_000)

  it('counts each sign-in for the fault before it, those of one kind together', () => {
    expect(rows.map(({ name, signIns, right }) => [name, signIns, right])).to.deep.equal([
      ['no fault', 2, 2],
      ['crash', 4, 2],
      ['kill', 1, 1],
    ])
    expect(sumOf(rows)).to.include({ signIns: 7, right: 5, toldToWait: 1 })
  })

  it('counts those who are told to wait neither as right nor as wrong', () => {
    expect(rows[1]?.toldToWait).to.equal(1)
    expect(shareOf(sumOf(rows))).to.equal(5 / 6)
    expect(tableOf(rows)).to.contain('| all | 7 | 5 | 1 | 83.33 % |')
    expect(judge([], all, () => true)).to.deep.include({ untrue: [], withoutRow: [] })
  })

  it('says for how long there was no answer, and no right one, the end of the time included', () => {
    // From the fault to the refusal, from the refusal to the end; no right one in all of the first crash.
    expect(rows[1]).to.include({ silentSeconds: 2, wrongSeconds: 4 })
    expect(rows[2]).to.include({ silentSeconds: 0.5, wrongSeconds: 0.5 })
  })
})
