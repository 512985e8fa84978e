import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { readPages, root } from './pages.ts'

const page = readFileSync(join(root, 'docs/background/rules.md'), 'utf8')
const numbers = [...page.matchAll(/^### (\d+)\. /gm)].map(([, number]) => Number(number))

/** The TypeScript below some folders, each with its path. */
const sources = ['src', 'test', 'scripts'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path}`)
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
)

/** Numbers after RULES, as in `RULES 9` and `RULES 2, 14`. */
function cited(text: string): readonly number[] {
  return [...text.matchAll(/RULES (\d+(?:(?:, | and )\d+)*)/g)].flatMap(([, list = '']) =>
    list.split(/, | and /).map(Number),
  )
}

describe('docs/background/rules.md', () => {
  it('has all rules, in their order, each with its test or the word planned', () => {
    expect(numbers).to.deep.equal(Array.from({ length: 44 }, (_, index) => index + 1))
    for (const rule of page.split(/^### /m).slice(1)) {
      expect(rule).to.match(/Tested:|\*planned/i)
    }
  })

  it('names tests that are there', () => {
    const named = [...page.matchAll(/`((?:test|scripts)\/[\w./-]+)`/g)].map(([, path = '']) => path)
    expect(named).to.have.length.above(40)
    expect(named.filter((path) => !existsSync(join(root, path)))).to.deep.equal([])
  })

  it('has every rule that code and tests cite', () => {
    const all = sources.flatMap(({ text }) => cited(text))
    expect(all).to.have.length.above(60)
    expect(all.filter((number) => !numbers.includes(number))).to.deep.equal([])
    expect(cited('RULES 2, 14 and RULES 13 and 33')).to.deep.equal([2, 14, 13, 33])
  })
})

describe('what people read', () => {
  it('cites no rule: only comments do, and the pages for those who change the code', () => {
    const inTexts = sources
      .filter(({ path }) => path.startsWith('src/'))
      .filter(({ text }) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').includes('RULES'))
    expect(inTexts.map(({ path }) => path)).to.deep.equal([])
    const inPages = readPages().filter(({ text }) => /RULES \d/.test(text))
    expect(inPages.map(({ path }) => path)).to.have.members([
      'docs/background/architecture.md',
      'docs/background/rules.md',
    ])
  })
})
