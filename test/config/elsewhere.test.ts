import { expect } from 'chai'
import { checkReplies, checkWording } from '../../src/config/index.ts'
import { problemsOf, valid } from './load-text.ts'

const replying = (reply: string) => valid.replace('secret:', `reply: ${reply}, secret:`)

/** A dictionary that knows Filter-Id and Class, and takes two bytes beside each value. */
const openDictionary = (files: readonly string[]) => {
  if (files.some((file) => file.endsWith('broken'))) throw new Error('broken:3: no such type')
  return ({ name, value }: { name: string; value: string | number }) => {
    if (name !== 'Filter-Id' && name !== 'Class') throw new Error(`no dictionary knows ${name}`)
    return String(value).length + 2
  }
}

describe('reply attributes', () => {
  const problems = (text: string) => problemsOf(text, { checks: [checkReplies(openDictionary)] })

  it('are taken where the dictionary knows them', () => {
    expect(problems(replying('{ Filter-Id: staff, Class: [a, 7] }'))).to.deep.equal([])
  })

  it('are refused by name and place', () => {
    expect(problems(replying('{ Filter-Idd: staff, Classs: a }'))).to.deep.equal([
      'h.yaml:10:42: gateways.vpn.reply.Filter-Idd: no dictionary knows Filter-Idd',
      'h.yaml:10:61: gateways.vpn.reply.Classs: no dictionary knows Classs',
    ])
  })

  it('are refused where they leave no room in a packet (RULES 19)', () => {
    const many = (count: number) =>
      `{ Class: [${Array.from({ length: count }, () => `${'x'.repeat(198)}`)}] }`
    expect(problems(replying(many(17)))).to.deep.equal([])
    expect(problems(replying(many(18)))).to.deep.equal([
      'h.yaml:10:33: gateways.vpn.reply: takes 3600 bytes, 3548 is the most',
    ])
  })

  it('say which dictionary cannot be read', () => {
    const text = `dictionaries: [mine, broken]\n${valid}`
    expect(problems(text)).to.deep.equal(['h.yaml:1:1: dictionaries: broken:3: no such type'])
  })
})

describe('wording', () => {
  const builtIn = {
    en: { denied: 'No.', 'sms-code': '{code} for {gateway}' },
    nl: { denied: 'Nee.' },
  }
  const problems = (text: string) =>
    problemsOf(`${text}\n${valid}`, { checks: [checkWording(builtIn)] })

  const cases: [string, string[]][] = [
    ['language: nl', []],
    ['language: nl-BE', []],
    ['language: fy', ['h.yaml:1:1: language: there are texts in en, nl']],
    ['texts: { fy: { denied: Nee } }\nlanguage: fy', []],
    ['texts: { nl: { sms-code: "{code}" } }', []],
    [
      'texts: { nl: { denyed: x } }',
      ['h.yaml:1:16: texts.nl.denyed: is not a text that can be changed (did you mean denied?)'],
    ],
    [
      'texts: { nl: { sms-code: "{code} {user}" } }',
      ['h.yaml:1:16: texts.nl.sms-code: {user} is not filled in here; it may use {code} {gateway}'],
    ],
    [
      'texts: { nl: { toString: x } }',
      ['h.yaml:1:16: texts.nl.toString: is not a text that can be changed'],
    ],
  ]
  for (const [text, expected] of cases) {
    it(`${expected.length === 0 ? 'takes' : 'refuses'} ${text.replace('\n', '; ')}`, () => {
      expect(problems(text)).to.deep.equal(expected)
    })
  }
})
