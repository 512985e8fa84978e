import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import type { Guard } from './guard.ts'
import { formatTable } from './table.ts'
import { tryAll } from './try-all.ts'

const packages = join(import.meta.dirname, '../../node_modules')

const code = `
export function mayEnter(age: number): boolean {
  if (age < 18) return false
  return true
}
`
const attack = `
import { expect } from 'chai'
import { mayEnter } from '../src/door.ts'
it('a child', () => expect(mayEnter(12)).to.equal(false))
`
const files = {
  'src/door.ts': code,
  'test/attack.test.ts': attack,
  'test/blind.test.ts': attack.replace(
    'mayEnter(12)).to.equal(false)',
    'mayEnter(40)).to.equal(true)',
  ),
  'test/throws.test.ts': attack.replace(
    /it.*/,
    "it('a child', () => { if (mayEnter(12)) throw new Error('in') })",
  ),
  'test/red.test.ts': attack.replace('mayEnter(12)', 'mayEnter(40)'),
  'test/skipped.test.ts': attack.replace('it(', 'it.skip('),
  'test/empty.test.ts': '',
  'test/unloadable.test.ts': "import '../src/none.ts'\n",
}

const age: Guard = {
  name: 'age',
  file: 'src/door.ts',
  source: 'if (age < 18) return false',
  without: '',
  noticedBy: ['test/attack.test.ts'],
}

describe('npm run test:guards', function () {
  this.timeout(120_000)
  const root = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
  before(() => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(root, dirname(path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    writeFileSync(join(root, 'package.json'), '{ "type": "module" }')
    symlinkSync(packages, join(root, 'node_modules'))
  })
  after(() => rmSync(root, { recursive: true, force: true }))

  const cases: readonly [what: string, more: Partial<Guard>, kind: string, detail: RegExp][] = [
    ['a test that fails by its assertion', {}, 'noticed', /a child: expected true to equal false/],
    [
      'a test that does not look',
      { noticedBy: ['test/blind.test.ts'] },
      'failed',
      /blind.*passes without the guard/,
    ],
    [
      'one test of two that does not look',
      { noticedBy: ['test/attack.test.ts', 'test/blind.test.ts'] },
      'failed',
      /blind.*passes/,
    ],
    [
      'a test that fails by another error',
      { noticedBy: ['test/throws.test.ts'] },
      'failed',
      /by no assertion: a child: in/,
    ],
    [
      'a test that fails anyway',
      { noticedBy: ['test/red.test.ts'] },
      'failed',
      /fails with the guard/,
    ],
    [
      'a test that is skipped here',
      { noticedBy: ['test/skipped.test.ts'] },
      'skipped',
      /all tests are skipped/,
    ],
    ['a file without tests', { noticedBy: ['test/empty.test.ts'] }, 'failed', /has no test/],
    [
      'a file that does not load',
      { noticedBy: ['test/unloadable.test.ts'] },
      'failed',
      /does not run/,
    ],
    ['a file that is not there', { noticedBy: ['test/none.test.ts'] }, 'failed', /does not run/],
    [
      'a guard that is not there',
      { source: 'if (age < 21) return false' },
      'failed',
      /is not there/,
    ],
    [
      'a guard whose removal is no TypeScript',
      { source: 'if (age < 18)', without: 'if (' },
      'failed',
      /SyntaxError/,
    ],
    [
      'a guard whose removal does not load',
      { source: 'export', without: "import './none.ts'\nexport" },
      'failed',
      /does not run, without/,
    ],
  ]

  it('tells of each guard what its tests made of the removal', async () => {
    const guards = cases.map(([what, more]) => ({ ...age, ...more, name: what }))
    const seen: string[] = []
    const verdicts = await tryAll(root, guards, ({ guard }) => seen.push(guard.name)).verdicts
    expect(seen).to.have.members(guards.map(({ name }) => name))
    for (const [index, [what, , kind, detail]] of cases.entries()) {
      expect(verdicts[index]?.kind, `${what}: ${verdicts[index]?.detail}`).to.equal(kind)
      expect(verdicts[index]?.detail, what).to.match(detail)
    }
    expect(formatTable(verdicts).split('\n')).to.have.length(cases.length)
  })
})
