import { expect } from 'chai'
import fc from 'fast-check'
import { loadCheckedConfig } from '../../src/compose/index.ts'
import { placeInScalar } from '../../src/config/files/scalar-place.ts'
import { ConfigError, type ConfigProblem, checkFilters } from '../../src/config/index.ts'
import { anyText } from '../any-text.ts'
import { load, valid } from './load-text.ts'

/** The problems of a file with this YAML as its user_filter. */
function problemsWith(yaml: string): readonly ConfigProblem[] {
  const text = valid.replace('    base_dn:', `    user_filter: ${yaml}\n    base_dn:`)
  try {
    load(text, {
      checks: [
        checkFilters((filter) => {
          const at = filter.indexOf('X')
          return at === -1 ? undefined : { at, message: 'has an X' }
        }),
      ],
    })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

describe('the place of a mistake in a filter', () => {
  // Each X is where the place must point; the line of the key is 8.
  const files: readonly (readonly [string, string])[] = [
    ['plain', '(&(a=b)(X=d))'],
    ['in single quotes', "'(&(a=b)(X=d))'"],
    ['behind a doubled quote', "'(&(a=O''Neil)(X=d))'"],
    ['in double quotes', '"(&(a=b)(X=d))"'],
    ['behind an escaped backslash', '"(&(a=\\\\c3\\\\a4)(X=d))"'],
    ['over several lines', '(&\n      (a=b)\n      (X=d))'],
    ['folded', '>-\n      (&(a=b)\n      (X=d))'],
    ['as it stands', '|-\n      (&\n        (a=b)\n        (X=d))'],
    ['at its first character', 'X'],
    ['behind a comment on the key', '# comment\n      (X=d)'],
  ]
  for (const [how, yaml] of files) {
    it(`is found in text that is ${how}`, () => {
      const [problem] = problemsWith(yaml)
      const lines = valid
        .replace('    base_dn:', `    user_filter: ${yaml}\n    base_dn:`)
        .split('\n')
      const line = lines.findIndex((each) => each.includes('X')) + 1
      const column = (lines[line - 1]?.indexOf('X') ?? 0) + 1
      expect(problem).to.include({ path: 'directories.corp.user_filter', line, column })
    })
  }

  it('is somewhere in the text, whatever that is', () => {
    fc.assert(
      fc.property(anyText(), fc.string(), fc.nat(30), (source, value, index) => {
        expect(placeInScalar(source, value, index)).to.be.within(0, source.length)
      }),
    )
  })
})

describe('filters of a configuration', () => {
  it('are read when the file is, as the service and check do', () => {
    const file = new URL('./bad-filter.yaml', import.meta.url).pathname
    expect(() => loadCheckedConfig(file, {}))
      .to.throw(ConfigError)
      .with.nested.property('problems[0]')
      .that.includes({ line: 11, column: 50, path: 'directories.corp.user_filter' })
  })
})
