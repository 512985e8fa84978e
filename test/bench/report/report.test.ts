import { expect } from 'chai'
import { describeLoad } from '../machine/facts.ts'
import { spreadOf } from '../statistics/spread.ts'
import { machineHeader, machineRow } from './markdown.ts'
import { withRow } from './page.ts'
import { exitCodeOf, type Report } from './report.ts'
import { type Finding, sentenceOf } from './section.ts'
import { toText } from './text.ts'

const cpu = (...rounds: number[]): Finding => ({
  id: 'wire.cpu',
  what: 'CPU per sign-in',
  ratio: spreadOf(rounds),
  atMost: 1,
})

function reportOf(findings: readonly Finding[], some: Partial<Report> = {}): Report {
  const section = { title: 'Wire', columns: [''], rows: [], findings, notes: [], rounds: {} }
  return {
    machine: {
      processor: 'Some CPU',
      cores: 2,
      memoryGiB: 4,
      system: 'Debian',
      kernel: '6.1',
      disk: 'ext4',
      node: 'v24',
      freeRadius: '3.2.1',
    },
    startedAt: '2026-11-30T10:00:00.000Z',
    endedAt: '2026-11-30T10:30:00.000Z',
    loadAverage: { start: 0.1, end: 2 },
    isBusy: false,
    parts: { wire: [section] },
    failed: {},
    ...some,
  }
}

describe('the report of the benchmark', () => {
  it('says whether the budget is met, with the spread', () => {
    expect(sentenceOf(cpu(1.5, 1.4, 1.6))).to.equal(
      'CPU per sign-in: 1.50 (1.40 to 1.60), 3 rounds. Budget missed (at most 1 wanted).',
    )
    expect(sentenceOf(cpu(0.9, 0.8, 1))).to.contain('Budget met (at most 1 wanted).')
  })

  it('says when rounds lie on both sides of the budget', () => {
    expect(sentenceOf(cpu(0.96, 0.93, 1.02))).to.contain('Budget met')
    expect(sentenceOf(cpu(0.96, 0.93, 1.02))).to.contain('but not in every round')
  })

  it('decides nothing without a budget', () => {
    const finding = { id: 'x', what: 'Rate', ratio: spreadOf([2]) }
    expect(sentenceOf(finding)).to.equal('Rate: 2.00 (2.00 to 2.00), 1 round.')
    expect(exitCodeOf(reportOf([finding]))).to.equal(0)
  })

  it('ends with 0, 1 where a budget is missed, and 3 where a part was not measured', () => {
    expect(exitCodeOf(reportOf([cpu(1)]))).to.equal(0)
    expect(exitCodeOf(reportOf([cpu(1.1)]))).to.equal(1)
    expect(exitCodeOf(reportOf([cpu(1.1)], { failed: { eap: 'no freeradius' } }))).to.equal(3)
  })

  it('warns when the machine is not quiet', () => {
    expect(describeLoad(0.2, 3)).to.have.length(1)
    expect(describeLoad(3, 0.2)[1]).to.contain('cannot be compared')
    expect(machineRow(reportOf([cpu(1)], { isBusy: true }))).to.contain('not comparable')
  })

  it('adds the row of a machine, and later replaces it alone, with what was not measured again', () => {
    const other = '| another processor (reported) | 1.5 |'
    const before = [...machineHeader, other, ''].join('\n')
    const first = withRow(before, reportOf([cpu(1.2)]))
    expect(first.split('\n')[2]).to.match(
      /^\| Some CPU, 2 cores \| 1\.20 \(1\.20 to 1\.20\) \| – \|/,
    )
    expect(first).to.contain(other)
    const rate = { id: 'totp.rate', what: 'Rate', ratio: spreadOf([2]), atLeast: 3 }
    const second = withRow(first, reportOf([rate]))
    const row = second.split('\n').filter((line) => line.startsWith('| Some CPU'))
    expect(row).to.have.length(1)
    expect(row[0]).to.contain('| 1.20 (1.20 to 1.20) | – | 2.00 (2.00 to 2.00) |')
    expect(second).to.contain(other)
  })

  it('prints columns under each other', () => {
    const [section] = reportOf([cpu(1)]).parts.wire ?? []
    if (section === undefined) throw new Error('no section')
    const text = toText({ ...section, columns: ['', 'µs'], rows: [['Holdfast', '18.8']] })
    expect(text).to.contain('            µs\nHoldfast  18.8\n')
  })
})
