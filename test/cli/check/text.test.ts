import { stripVTControlCharacters } from 'node:util'
import { expect } from 'chai'
import { formatCheck, summarise, tableColumns } from '../../../src/cli/check/text.ts'
import { createPaint, printable, width, wrap } from '../../../src/cli/text/print.ts'
import type { CheckRow } from '../../../src/operations/index.ts'
import { createFakeIo } from '../fake-io.ts'

const row = (change: Partial<CheckRow>): CheckRow => ({
  ...{ area: 'directory', what: 'corp', state: 'ok', detail: 'fine', remedy: '' },
  ...change,
})

const long = 'ldaps://dc1.a-very-long-name-of-a-forest.corp.example.com:636'
const rows: readonly CheckRow[] = [
  row({}),
  row({
    area: 'configuration',
    what: '/etc/holdfast/some-folder/with-a-long-name/and-another-one/holdfast.yaml:12:5',
    state: 'failed',
    detail: `directories.corp.ca_file: /srv/${'x'.repeat(200)}/ca.pem cannot be read`,
    remedy: 'Correct the path, or put a file there that this user can read.',
  }),
  row({
    what: `corp ${long} fine-grained policies`,
    state: 'warning',
    detail: 'hidden; '.repeat(30),
  }),
  row({ what: 'rules.3', detail: `is for "${'山田太郎'.repeat(20)}"`, remedy: '名前 '.repeat(60) }),
  row({ state: 'not-examined', detail: 'not examined: the service does not run' }),
]
const plain = (_style: string, text: string) => text
const textOf = (text: string) => text.trimEnd().split('\n')

describe('the table of check', () => {
  for (const columns of [40, 80, 120]) {
    it(`has no line above ${columns} columns, whatever is in it`, () => {
      for (const line of textOf(formatCheck(rows, columns, plain))) {
        expect(width(line), line).to.be.at.most(columns)
      }
    })
  }

  it('loses nothing by that', () => {
    const joined = textOf(formatCheck(rows, 80, plain))
      .map((line) => line.slice(21).trim())
      .join('')
    const without = (text: string) => text.replaceAll(' ', '')
    for (const { what, detail, remedy } of rows) {
      expect(without(joined)).to.include(without(`${what}:${detail}${remedy}`))
    }
  })

  it('shows state, area, what and detail in one line, and below it what to do', () => {
    const [header, first] = textOf(formatCheck([row({ remedy: 'Renew it.' })], 80, plain))
    expect(header).to.equal('      AREA       WHAT AND DETAIL')
    expect(first).to.equal('ok    directory  corp: fine')
    expect(textOf(formatCheck([row({ remedy: 'Renew it.' })], 80, plain))[2]).to.equal(
      `${' '.repeat(17)}  Renew it.`,
    )
  })

  it('is as wide as the terminal, within reason, and 80 columns in a pipe', () => {
    const at = (columns: number) => {
      const { io } = createFakeIo()
      return tableColumns({ stdout: Object.assign(io.stdout, { columns }) })
    }
    expect([tableColumns(createFakeIo().io), at(0), at(100), at(300), at(20)]).to.deep.equal([
      80, 80, 100, 120, 40,
    ])
  })

  it('has colours on a terminal, none in a pipe or with NO_COLOR, and the same text', () => {
    const shown = (isTTY: boolean, env: Record<string, string> = {}) => {
      const { io } = createFakeIo(env)
      const paint = createPaint({ ...io, stdout: Object.assign(io.stdout, { isTTY }) })
      return formatCheck(rows, 80, paint)
    }
    const piped = shown(false)
    expect(piped).to.equal(stripVTControlCharacters(piped))
    expect(shown(true, { NO_COLOR: '1' })).to.equal(piped)
    expect(shown(true)).to.not.equal(piped)
    expect(stripVTControlCharacters(shown(true))).to.equal(piped)
  })

  it('takes away what would steer the terminal', () => {
    const text = formatCheck([row({ what: 'a\u001b[2Jb', detail: 'c\nd' })], 80, plain)
    expect(text).to.include(`${printable('a\u001b[2Jb')}: ${printable('c\nd')}`)
    expect(text).to.not.include('\u001b').and.not.include('c\nd')
  })
})

describe('the last line of check', () => {
  it('says that nothing is wrong only where all was looked at', () => {
    expect(summarise([row({})])).to.equal('Everything is in order.')
    expect(summarise([row({}), row({ state: 'not-examined' })])).to.equal(
      'What was examined is in order. Not examined: 1.',
    )
    expect(summarise(rows)).to.equal('Failed: 1, warnings: 1. Not examined: 1.')
    expect(summarise([row({ state: 'failed' })])).to.equal('Failed: 1, warnings: 0.')
  })
})

describe('wrapping', () => {
  it('breaks between words, and words only where they fit no line', () => {
    expect(wrap('one two three', 7)).to.deep.equal(['one two', 'three'])
    expect(wrap('/etc/holdfast/x', 6)).to.deep.equal(['/etc/', 'holdfa', 'st/x'])
    expect(wrap('ab abcdefgh', 5)).to.deep.equal(['ab', 'abcde', 'fgh'])
    expect(wrap('', 5)).to.deep.equal([''])
  })

  it('counts what is seen: two columns for wide characters, none for marks', () => {
    expect(width('日本')).to.equal(4)
    expect(width('e\u0301')).to.equal(1)
    expect(wrap('日本語', 4)).to.deep.equal(['日本', '語'])
    expect(wrap('a b c d', 4, 2)).to.deep.equal(['a b', '  c', '  d'])
  })
})
