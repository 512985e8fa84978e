import { expect } from 'chai'
import fc from 'fast-check'
import { parseTypedName } from '../../../src/directory/names/typed-name.ts'

const account = (name: string, more: { domain?: string; suffix?: string } = {}) => ({
  kind: 'account' as const,
  name,
  ...more,
})
const invalid = (form: string) => ({ kind: 'invalid' as const, form })

describe('typed name', () => {
  for (const [typed, expected] of [
    ['alice', account('alice')],
    ['  ALICE ', account('ALICE')],
    ['Alice van den Berg', account('Alice van den Berg')],
    ['Mu\u0308ller', account('Müller')],
    ['alice.', account('alice.')],
    ['CORP\\alice', account('alice', { domain: 'CORP' })],
    ['corp.example\\ alice', account('alice', { domain: 'corp.example' })],
    ['corp.example.\\alice', account('alice', { domain: 'corp.example' })],
    ['alice@corp.example', account('alice', { suffix: 'corp.example' })],
    ['alice@corp.example.', account('alice', { suffix: 'corp.example' })],
    ['alice@corp.example..', account('alice', { suffix: 'corp.example.' })],
    ['CORP\\alice@corp.example', account('alice', { domain: 'CORP', suffix: 'corp.example' })],
    ['CORP\uff3calice\uff20x', account('alice', { domain: 'CORP', suffix: 'x' })],
    ['CORP \\ alice @ x. ', account('alice', { domain: 'CORP', suffix: 'x' })],
    ['.\\alice', account('alice', { domain: '.' })],
    ['host/pc7', { kind: 'machine', name: 'pc7', domain: '' }],
    ['HOST/PC7.corp.example', { kind: 'machine', name: 'PC7', domain: 'corp.example' }],
    ['host/pc7.corp.example.', { kind: 'machine', name: 'pc7', domain: 'corp.example' }],
    ['host/pc7.', { kind: 'machine', name: 'pc7', domain: '' }],
    ['PC7$', account('PC7$')],
    ['host/', account('host/')],
    ['host/pc7/x', account('host/pc7/x')],
    ['CORP\\host/pc7', account('host/pc7', { domain: 'CORP' })],
    ['', invalid('empty')],
    [' \t ', invalid('empty')],
    ['\u200b', invalid('empty')],
    ['\\alice', invalid('separators')],
    ['CORP\\', invalid('separators')],
    ['\\', invalid('separators')],
    ['@', invalid('separators')],
    ['@corp.example', invalid('separators')],
    ['alice@', invalid('separators')],
    ['alice@ ', invalid('separators')],
    ['CORP\\@corp.example', invalid('separators')],
    ['CORP\\CORP\\alice', invalid('separators')],
    ['alice@a@b', invalid('separators')],
    ['a@b\\alice', invalid('separators')],
    ['ali\0ce', invalid('control-characters')],
    ['ali\nce', invalid('control-characters')],
    ['a'.repeat(254), invalid('too-long')],
  ] as const) {
    it(`reads ${JSON.stringify(typed.slice(0, 30))}`, () => {
      expect(parseTypedName(typed)).to.deep.equal(expected)
    })
  }

  it('never gives a part with @ or \\ in it, an empty one, or one with control characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aÜ \\@\0\n.') }), (text) => {
        const parsed = parseTypedName(text)
        if (parsed.kind === 'invalid') return
        const { kind, name, ...rest } = parsed
        const domains = Object.values(rest).filter((part) => part !== '')
        for (const part of [name, ...domains]) expect(part, kind).to.match(/^[^\\@\p{Cc}]+$/u)
      }),
    )
  })
})
