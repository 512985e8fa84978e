import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { root } from './pages.ts'

const page = readFileSync(join(root, 'docs/background/security.md'), 'utf8')

/** The requirements of the levels 1 and 2 of ASVS 5.0, by their sections. */
const sections = {
  '1.1': '1 2',
  '1.2': '1 2 3 4 5 6 7 8 9',
  '1.3': '1 2 3 4 5 6 7 8 9 10 11',
  '1.4': '1 2 3',
  '1.5': '1 2',
  '2.1': '1 2 3',
  '2.2': '1 2 3',
  '2.3': '1 2 3 4',
  '2.4': '1',
  '3.2': '1 2',
  '3.3': '1 2 3 4',
  '3.4': '1 2 3 4 5 6',
  '3.5': '1 2 3 4 5',
  '3.7': '1 2',
  '4.1': '1 2 3',
  '4.2': '1',
  '4.3': '1 2',
  '4.4': '1 2 3 4',
  '5.1': '1',
  '5.2': '1 2 3',
  '5.3': '1 2',
  '5.4': '1 2 3',
  '6.1': '1 2 3',
  '6.2': '1 2 3 4 5 6 7 8 9 10 11 12',
  '6.3': '1 2 3 4',
  '6.4': '1 2 3 4',
  '6.5': '1 2 3 4 5',
  '6.6': '1 2 3',
  '6.8': '1 2 3 4',
  '7.1': '1 2 3',
  '7.2': '1 2 3 4',
  '7.3': '1 2',
  '7.4': '1 2 3 4 5',
  '7.5': '1 2',
  '7.6': '1 2',
  '8.1': '1 2',
  '8.2': '1 2 3',
  '8.3': '1',
  '8.4': '1',
  '9.1': '1 2 3',
  '9.2': '1 2 3 4',
  '10.1': '1 2',
  '10.2': '1 2',
  '10.3': '1 2 3 4',
  '10.4': '1 2 3 4 5 6 7 8 9 10 11',
  '10.5': '1 2 3 4 5',
  '10.6': '1 2',
  '10.7': '1 2 3',
  '11.1': '1 2',
  '11.2': '1 2 3',
  '11.3': '1 2 3',
  '11.4': '1 2 3 4',
  '11.5': '1',
  '11.6': '1',
  '12.1': '1 2 3',
  '12.2': '1 2',
  '12.3': '1 2 3 4',
  '13.1': '1',
  '13.2': '1 2 3 4 5',
  '13.3': '1 2',
  '13.4': '1 2 3 4 5',
  '14.1': '1 2',
  '14.2': '1 2 3 4',
  '14.3': '1 2 3',
  '15.1': '1 2 3',
  '15.2': '1 2 3',
  '15.3': '1 2 3 4 5 6 7',
  '16.1': '1',
  '16.2': '1 2 3 4 5',
  '16.3': '1 2 3 4',
  '16.4': '1 2 3',
  '16.5': '1 2 3',
  '17.1': '1',
  '17.2': '1 2 3 4',
  '17.3': '1 2',
}
const requirements = Object.entries(sections).flatMap(([section, last]) =>
  last.split(' ').map((number) => `${section}.${number}`),
)

type Row = { readonly number: string; readonly state: string; readonly shown: string }
const rows = [...page.matchAll(/^\| (\d+\.\d+\.\d+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$/gm)].map(
  ([, number = '', state = '', shown = '']): Row => ({ number, state, shown }),
)

/** What a cell such as `1.2.7, 9.1.1 to 9.2.4` or `Chapter 10` stands for. */
function numbersOf(cell: string): readonly string[] {
  return cell.split(', ').flatMap((part) => {
    const chapter = /^Chapter (\d+)$/.exec(part)?.[1]
    if (chapter !== undefined) return requirements.filter((each) => each.startsWith(`${chapter}.`))
    const [from = '', to = from] = part.split(' to ')
    return requirements.slice(requirements.indexOf(from), requirements.indexOf(to) + 1)
  })
}
const apart = page.slice(page.indexOf('## What does not apply'), page.indexOf('## Keys'))
const notOurs = [...apart.matchAll(/^\| ((?:Chapter )?\d[^|]*) \|/gm)].flatMap(([, cell = '']) =>
  numbersOf(cell),
)

describe('docs/background/security.md', () => {
  it('has each requirement of the levels 1 and 2 once, as a row or as what does not apply', () => {
    expect(requirements).to.have.length(253)
    const all = [...rows.map(({ number }) => number), ...notOurs]
    expect(all.toSorted()).to.deep.equal(requirements.toSorted())
  })

  it('says of each row whether it is met', () => {
    const unclear = rows.filter(({ state }) => !['met', 'partly', 'not met'].includes(state))
    expect(unclear).to.deep.equal([])
  })

  it('names tests that are there', () => {
    const named = [...page.matchAll(/`((?:test|src)\/[\w./-]+)`/g)].map(([, path = '']) => path)
    expect(named).to.have.length.above(100)
    expect(named.filter((path) => !existsSync(join(root, path)))).to.deep.equal([])
  })
})
