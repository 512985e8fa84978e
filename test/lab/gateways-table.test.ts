import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { fullSize } from '../simulation/simulate.ts'
import { formatTable, meanSuccess, simulateAll, withTable } from '../simulation/table.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/reference/gateways.md'), 'utf8')

describe('docs/reference/gateways.md', () => {
  it('has the table that the simulation gives, and may say what it says', function () {
    this.timeout(600_000)
    const rows = simulateAll(fullSize)
    expect(withTable(page, formatTable(rows))).to.equal(page)
    for (const { gateway, scores } of rows) {
      const { success } = scores['ours, learnt']
      expect(success, gateway).to.be.at.least(scores['fixed 10 s'].success)
      expect(success, gateway).to.be.at.least(scores['fixed 30 s'].success)
      expect(success, gateway).to.be.at.least(0.99 * scores.possible.success)
      expect(success, gateway).to.be.at.least(scores['ours at 30 s'].success - 0.01)
      expect(scores['ours, learnt'].prompts, gateway).to.be.at.most(1.02)
    }
    const learnt = meanSuccess(rows, 'ours, learnt')
    for (const name of ['fixed 10 s', 'fixed 30 s', 'ours at 10 s', 'ours at 30 s'] as const) {
      expect(learnt).to.be.above(meanSuccess(rows, name))
    }
  })
})
