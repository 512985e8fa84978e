import { join } from 'node:path'
import { expect } from 'chai'
import { guards } from '../guards/lists/index.ts'
import { type Trial, tryAll } from '../guards/try-all.ts'

describe('every guard, removed', function () {
  this.timeout(7_200_000)
  let trial: Trial | undefined
  after(() => trial?.stop())

  it('is noticed by its tests', async () => {
    trial = tryAll(join(import.meta.dirname, '../..'), guards, ({ kind, guard, detail }) =>
      console.log(`      ${kind}: ${guard.name}: ${detail}`),
    )
    const verdicts = await trial.verdicts
    const unnoticed = verdicts.filter(({ kind }) => kind === 'failed')
    expect(unnoticed.map(({ guard, detail }) => `${guard.name}: ${detail}`)).to.deep.equal([])
  })
})
