import { expect } from 'chai'
import fc from 'fast-check'
import { BerWriter } from 'ldapts'
import { toLdapFilter } from '../../src/directory/ldap/entries/write-filter.ts'
import {
  FilterError,
  type FilterNode,
  formatFilter,
  parseFilter,
  parseUserFilter,
} from '../../src/directory/ldap/filter/index.ts'
import { anyText } from '../any-text.ts'

const rounds = 5_000

const attribute = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
const rule = fc.stringMatching(/^(?:[a-z][a-z0-9]{0,8}|[1-9](?:\.[1-9]){1,5})$/)
const value = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
  anyText({ minLength: 1, maxLength: 8 }).map((text) => Buffer.from(text)),
  fc
    .string({ unit: fc.constantFrom('*', '(', ')', '\\', ' ', '"', '=', 'a', '\n'), minLength: 1 })
    .map((text) => Buffer.from(text)),
)
const part = fc.option(value, { nil: undefined })

const leaf: fc.Arbitrary<FilterNode> = fc.oneof(
  fc.record({ kind: fc.constant('present' as const), attribute }),
  fc.record({
    kind: fc.constantFrom(
      'equal' as const,
      'approx' as const,
      'atLeast' as const,
      'atMost' as const,
    ),
    attribute,
    value,
  }),
  fc
    .record({
      kind: fc.constant('substrings' as const),
      attribute,
      initial: part,
      any: fc.array(value, { maxLength: 3 }),
      final: part,
    })
    .filter(
      ({ initial, any, final }) => any.length > 0 || initial !== undefined || final !== undefined,
    ),
  fc
    .record({
      kind: fc.constant('extensible' as const),
      attribute: fc.option(attribute, { nil: undefined }),
      rule: fc.option(rule, { nil: undefined }),
      dn: fc.boolean(),
      value,
    })
    .filter(
      (node) => node.attribute !== undefined || (node.rule !== undefined && node.rule !== 'dn'),
    )
    .filter((node) => node.rule !== 'dn'),
)

const { node } = fc.letrec<{ node: FilterNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      filters: fc.array(tie('node'), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ kind: fc.constant('not' as const), filter: tie('node') }),
  ),
}))

/** Pieces that filters are made of, and some that they are not. */
const garbage = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '(',
        ')',
        '&',
        '|',
        '!',
        '=',
        '~=',
        '>=',
        '<=',
        ':=',
        ':',
        '*',
        '\\',
        '\\c3',
        '"',
      ),
      fc.constantFrom(
        'memberOf',
        'uid',
        'CN=a,DC=b',
        '1.2.3',
        'dn',
        ' ',
        '\n',
        '%s',
        '{0}',
        '$x',
        '?',
        '<a>',
      ),
      anyText({ maxLength: 4 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''))

describe('filters, whatever they hold', () => {
  it('are the same after a round through text', () => {
    fc.assert(
      fc.property(node, (filter) => {
        expect(parseFilter(formatFilter(filter))).to.deep.equal(filter)
      }),
      { numRuns: rounds },
    )
  })

  it('are read as they are, or refused with a place in the text and nothing else', () => {
    fc.assert(
      fc.property(garbage, (text) => {
        try {
          const filter = parseUserFilter(text)
          expect(parseFilter(formatFilter(filter))).to.deep.equal(filter)
          toLdapFilter(filter).write(new BerWriter())
        } catch (error) {
          expect(error).to.be.instanceOf(FilterError)
          expect((error as FilterError).at).to.be.within(0, text.length)
        }
      }),
      { numRuns: rounds },
    )
  })

  it('are refused when they nest without end, and end', () => {
    for (const open of ['(', '(!', '(&', '(|(a=b)', '!', '&(', '((((']) {
      expect(() => parseUserFilter(open.repeat(100_000))).to.throw(FilterError)
    }
    for (const text of ['%{', '{{', '<a', '[[', '\\', '*', ' ', 'a=', '(a=*', '${']) {
      expect(() => parseUserFilter(`(x=${text.repeat(50_000)}`)).to.throw(FilterError)
    }
  })
})
