import { expect } from 'chai'
import { visible, visibleJson } from '../../../src/support/index.ts'

/** What people cannot see, or see as something else, and what stands for it. */
const hidden: readonly (readonly [name: string, character: string, shown: string])[] = [
  ['NUL', '\u0000', '\\u0000'],
  ['escape', '\u001b', '\\u001b'],
  ['line feed', '\n', '\\u000a'],
  ['delete', '\u007f', '\\u007f'],
  ['C1 control', '\u009b', '\\u009b'],
  ['no-break space', '\u00a0', '\\u00a0'],
  ['soft hyphen', '\u00ad', '\\u00ad'],
  ['combining grapheme joiner', '\u034f', '\\u034f'],
  ['Arabic letter mark', '\u061c', '\\u061c'],
  ['Hangul filler', '\u115f', '\\u115f'],
  ['Ogham space', '\u1680', '\\u1680'],
  ['Mongolian vowel separator', '\u180e', '\\u180e'],
  ['en quad', '\u2000', '\\u2000'],
  ['zero width space', '\u200b', '\\u200b'],
  ['zero width joiner', '\u200d', '\\u200d'],
  ['left-to-right mark', '\u200e', '\\u200e'],
  ['line separator', '\u2028', '\\u2028'],
  ['paragraph separator', '\u2029', '\\u2029'],
  ['right-to-left override', '\u202e', '\\u202e'],
  ['narrow no-break space', '\u202f', '\\u202f'],
  ['word joiner', '\u2060', '\\u2060'],
  ['isolate', '\u2066', '\\u2066'],
  ['blank Braille pattern', '\u2800', '\\u2800'],
  ['ideographic space', '\u3000', '\\u3000'],
  ['wide Hangul filler', '\u3164', '\\u3164'],
  ['half of a pair', '\ud800', '\\ud800'],
  ['private use', '\ue000', '\\ue000'],
  ['variation selector', '\ufe0f', '\\ufe0f'],
  ['byte order mark', '\ufeff', '\\ufeff'],
  ['halfwidth Hangul filler', '\uffa0', '\\uffa0'],
  ['interlinear annotation', '\ufff9', '\\ufff9'],
  ['unassigned', '\uffff', '\\uffff'],
  ['tag', '\u{e0041}', '\\u{e0041}'],
  ['further variation selector', '\u{e0100}', '\\u{e0100}'],
]

describe('visible text', () => {
  for (const [name, character, shown] of hidden) {
    it(`shows ${name} as ${shown}`, () => {
      expect(visible(`al${character}ice`)).to.equal(`al${shown}ice`)
      const json = visibleJson(JSON.stringify({ name: `al${character}ice` }))
      expect(json).to.not.include(character)
      expect(JSON.parse(json)).to.deep.equal({ name: `al${character}ice` })
    })
  }

  it('leaves alone what people can see', () => {
    const seen = ['', 'CORP\\alice', 'Zoë Müller', 'дмитрий', '李雷', 'u\u0301', 'a b~"\'', '🔑']
    for (const text of seen) {
      expect(visible(text)).to.equal(text)
      expect(visibleJson(JSON.stringify(text))).to.equal(JSON.stringify(text))
    }
  })

  it('keeps the lines of JSON that is indented', () => {
    const value = { name: 'a\u200bb\n', list: [1, 'é'] }
    const json = visibleJson(JSON.stringify(value, undefined, 2))
    expect(json.split('\n')).to.have.length(7)
    expect(JSON.parse(json)).to.deep.equal(value)
  })
})
