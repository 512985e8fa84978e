import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { en as notifications } from '../../src/texts/en.ts'
import { en as pages } from '../../src/web/pages/people/texts/en.ts'

const page = readFileSync(new URL('../../docs/how-to/phone-trial.md', import.meta.url), 'utf8')
const steps = page.split('\n').filter((line) => /^\| \d+ \|/.test(line))
const bold = steps.flatMap((step) => [...step.matchAll(/\*\*(.+?)\*\*/g)].map(([, text]) => text))

describe('the printed list for real phones', () => {
  it('has twelve steps, each with a box for both phones', () => {
    expect(steps).to.have.length(12)
    for (const step of steps) expect(step.match(/☐/g), step).to.have.length(2)
  })

  it('names what pages and notifications say, word for word', () => {
    const texts: readonly string[] = [...Object.values(pages), ...Object.values(notifications)]
    expect(bold.length).to.be.greaterThan(12)
    for (const text of bold) expect(texts).to.include(text)
  })
})
