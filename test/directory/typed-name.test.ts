import { expect } from 'chai'
import fc from 'fast-check'
import { parseTypedName } from '../../src/directory/typed-name.ts'

describe('typed name', () => {
  for (const [typed, expected] of [
    ['alice', { kind: 'plain', name: 'alice' }],
    ['  ALICE ', { kind: 'plain', name: 'ALICE' }],
    ['Alice van den Berg', { kind: 'plain', name: 'Alice van den Berg' }],
    ['Mu\u0308ller', { kind: 'plain', name: 'Müller' }],
    ['CORP\\alice', { kind: 'domain', domain: 'CORP', name: 'alice' }],
    ['corp.example\\ alice', { kind: 'domain', domain: 'corp.example', name: 'alice' }],
    [
      'alice@corp.example',
      { kind: 'principal', name: 'alice', suffix: 'corp.example', whole: 'alice@corp.example' },
    ],
    ['host/pc7', { kind: 'machine', name: 'pc7', domain: '' }],
    ['HOST/PC7.corp.example', { kind: 'machine', name: 'PC7', domain: 'corp.example' }],
    ['PC7$', { kind: 'plain', name: 'PC7$' }],
    ['host/', { kind: 'plain', name: 'host/' }],
    ['host/pc7.', { kind: 'plain', name: 'host/pc7.' }],
    ['host/pc7/x', { kind: 'plain', name: 'host/pc7/x' }],
    ['CORP\\host/pc7', { kind: 'domain', domain: 'CORP', name: 'host/pc7' }],
    ['', undefined],
    [' \t ', undefined],
    ['\\alice', undefined],
    ['CORP\\', undefined],
    ['@corp.example', undefined],
    ['alice@', undefined],
    ['CORP\\CORP\\alice', undefined],
    ['alice@a@b', undefined],
    ['CORP\\alice@corp.example', undefined],
    ['ali\0ce', undefined],
    ['ali\nce', undefined],
    ['a'.repeat(254), undefined],
  ] as const) {
    it(`reads ${JSON.stringify(typed.slice(0, 30))}`, () => {
      expect(parseTypedName(typed)).to.deep.equal(expected)
    })
  }

  it('never gives a part with @ or \\ in it, an empty one, or one with control characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aÜ \\@\0\n.') }), (text) => {
        const parsed = parseTypedName(text)
        if (!parsed) return
        const { kind, name, ...rest } = parsed
        const others = 'domain' in rest ? [rest.domain] : 'suffix' in rest ? [rest.suffix] : []
        for (const part of [name, ...others]) expect(part, kind).to.match(/^[^\\@\p{Cc}]+$/u)
      }),
    )
  })
})
