import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { filesRun, join } from './coverage.ts'
import { filesThatEnd, reasonsIn, reasonsWithoutPlace, sourceOf } from './exits.ts'
import { drawing, filesOf, pathProblems, spineProblems, withDrawing } from './page.ts'
import { mostFiles, pathNames, spine, spineOf } from './spine.ts'

const root = new URL('../../', import.meta.url).href

describe('npm run path, what it counts', () => {
  const called = (functionName: string, startOffset: number, count: number) => ({
    functionName,
    ranges: [{ startOffset, endOffset: startOffset + 10, count }],
    isBlockCoverage: false,
  })
  const script = (url: string, ...functions: ReturnType<typeof called>[]) => ({
    scriptId: url,
    url,
    functions,
  })

  it('counts a file of src/ with a function that was called', () => {
    const run = filesRun([
      script(
        `${root}src/one.ts`,
        called('', 0, 1),
        called('first', 20, 3),
        called('second', 40, 0),
      ),
      script(`${root}src/loaded-only.ts`, called('', 0, 1)),
      script(`${root}src/never-called.ts`, called('', 0, 0), called('first', 20, 0)),
      script(`${root}test/one.ts`, called('first', 20, 1)),
      script('node:fs', called('first', 20, 1)),
    ])
    expect([...run]).to.deep.equal([['src/one.ts', [{ name: 'first', start: 20, end: 30 }]]])
  })

  it('counts a function once that ran in two threads or two requests', () => {
    const [first, second] = [
      filesRun([script(`${root}src/one.ts`, called('first', 20, 1))]),
      filesRun([script(`${root}src/one.ts`, called('first', 20, 2), called('', 40, 1))]),
    ]
    expect(join([first, second]).get('src/one.ts')).to.deep.equal([
      { name: 'first', start: 20, end: 30 },
      { name: '', start: 40, end: 50 },
    ])
  })
})

describe('npm run path, where a sign-in can end', () => {
  it('finds the reasons that a source gives', () => {
    expect(reasonsIn("return reject(context, 'code-wrong')")).to.deep.equal(['code-wrong'])
    expect(reasonsIn("return isDown ? 'directory-down' : 'user-unknown'")).to.deep.equal([
      'directory-down',
      'user-unknown',
    ])
    expect(reasonsIn("{ kind: 'accept', reason: 'accepted' }")).to.deep.equal(['accepted'])
  })

  it('finds none in a comparison, in a comment or in other words', () => {
    for (const source of [
      "if (outcome.reason === 'code-wrong') return",
      "if ('code-wrong' !== reason) return",
      "case 'code-wrong':",
      "// 'code-wrong' says the other one",
      "/** Gives\n * 'code-wrong'. */",
      "note(context, 'first-factor')",
    ]) {
      expect(reasonsIn(source), source).to.deep.equal([])
    }
  })

  it('looks at the functions that were called, and not at others of their file', () => {
    const whole = (file: string) => new Map([[file, [{ name: 'all', start: 0, end: 1_000_000 }]]])
    const file = 'src/signin/first-factor.ts'
    expect(filesThatEnd(whole(file))).to.deep.equal([file])
    expect(filesThatEnd(new Map([[file, [{ name: 'none', start: 0, end: 10 }]]]))).to.deep.equal([])
  })
})

describe('npm run path, the spine', () => {
  const ranAll = (name: (typeof pathNames)[number]) =>
    new Map(spineOf(name).map((file) => [file, [{ name: 'one', start: 0, end: 0 }]]))

  it('is right where all its files run', () => {
    expect(spineProblems(new Map(pathNames.map((name) => [name, ranAll(name)])))).to.deep.equal([])
  })

  it('names a file on it that does not run', () => {
    const run = ranAll('held')
    run.delete('src/signin/factors.ts')
    const [problem, ...others] = spineProblems(new Map([['held', run]]))
    expect(problem).to.include('src/signin/factors.ts').and.include('does not run')
    expect(others).to.deep.equal([])
  })

  it('names a file that can end the sign-in and is not on it', () => {
    const run = ranAll('appended')
    run.set('src/signin/answer.ts', [{ name: 'all', start: 0, end: 1_000_000 }])
    const [problem, ...others] = spineProblems(new Map([['appended', run]]))
    expect(problem).to.include('src/signin/answer.ts').and.include('is not on its spine')
    expect(others).to.deep.equal([])
  })

  it('says where it has become too long', () => {
    const names: string[] = []
    for (const [name, most] of Object.entries(mostFiles)) {
      expect(spine.filter(({ on }) => on.some((each) => each === name)).length).to.be.at.most(most)
      names.push(name)
    }
    expect(names).to.deep.equal(['appended', 'held'])
    const long = pathProblems('appended', ranAll('appended'), 9)
    expect(long).to.deep.equal(['the spine of "appended" has 10 files, at most 9'])
  })

  it('has a place for each reason, but those of EAP and accounting', () => {
    const files = spine.flatMap(filesOf)
    expect(reasonsWithoutPlace(files)).to.deep.equal([])
    const without = files.filter((file) => file !== 'src/signin/typed/typed-code.ts')
    expect(reasonsWithoutPlace(without)).to.deep.equal(['code-reused'])
    expect(reasonsWithoutPlace([])).to.include.members(['user-unknown', 'gateway-unknown'])
    expect(reasonsWithoutPlace([])).not.to.include.members(['eap-malformed', 'accounting-full'])
  })

  it('has each file once', () => {
    const files = spine.map(({ file }) => file)
    expect(files).to.deep.equal([...new Set(files)])
  })
})

describe('npm run path, the drawing', () => {
  it('numbers the files of each sign-in', () => {
    const lines = drawing(new Map()).split('\n')
    for (const [column, name] of pathNames.entries()) {
      const numbers = lines
        .slice(lines.indexOf('```') + 2, -1)
        .map((line) => Number(line.slice(column * 3, column * 3 + 3)))
        .filter((number) => number > 0)
      expect(numbers).to.deep.equal(spineOf(name).map((_, index) => index + 1))
    }
  })

  it('takes its place on the page, and leaves the rest', () => {
    const [begin, end] = ['from here -->', '<!-- npm run path -- --write: to here -->']
    const page = `before\n<!-- npm run path -- --write: ${begin}\nold\n${end}\nafter\n`
    const drawn = withDrawing(page, 'new')
    expect(drawn).to.equal(page.replace('\nold\n', '\n\nnew\n\n'))
    expect(withDrawing(drawn, 'new')).to.equal(drawn)
  })

  it('says so where the page has no place for it', () => {
    expect(() => withDrawing('before\nafter\n', 'new')).to.throw(
      'docs/background/architecture.md has no',
    )
  })
})

describe('docs/background/architecture.md, the way through the code', () => {
  const page = readFileSync(new URL('docs/background/architecture.md', root), 'utf8')

  it('names files that there are, and functions that they have', () => {
    const table = page.slice(page.indexOf('### Where do I find'), page.indexOf('## Rules that'))
    const named = [...table.matchAll(/`([\w/-]+\/[\w-]+\.ts)`(?: \(`(\w+)`\))?/g)]
    expect(named.length).to.be.above(10)
    for (const [, file = '', name] of named) {
      const source = sourceOf(file.startsWith('src/') ? file : `src/${file}`)
      if (name !== undefined) expect(source, file).to.match(new RegExp(`\\b${name}\\(`))
    }
  })

  it('tells a newcomer to read six files, in this order', () => {
    const start = page.slice(page.indexOf('If you are new here'))
    const files = [...start.slice(0, start.indexOf('\n\n')).matchAll(/`(src\/[^`]+)`/g)]
    expect(files.map(([, file]) => file)).to.deep.equal([
      'src/transport/handle-datagram.ts',
      'src/signin/sign-in.ts',
      'src/transport/replies/replies.ts',
      'src/radius/packet.ts',
      'src/config/schema/schema.ts',
    ])
    for (const [, file = ''] of files) expect(sourceOf(file)).not.to.equal('')
  })
})
