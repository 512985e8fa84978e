import { expect } from 'chai'
import type { DialogueStep } from '../../src/delivery/index.ts'
import { createApprovalDialogue, createReadOutDialogue } from '../../src/methods/call-dialogue.ts'
import type { TextKey } from '../../src/signin/index.ts'
import { createTexts } from '../../src/texts/index.ts'

const texts = createTexts({ defaultLanguage: 'en' })
const values = { user: 'Alice', gateway: 'VPN', from: '198.51.100.7' }

/** Says what came of a call in which these keys were pressed, one entry for each question. */
function talk(answers: readonly string[], options: { pin?: string; closing?: TextKey } = {}) {
  const dialogue = createApprovalDialogue({
    texts,
    language: 'en',
    values,
    ...(options.pin === undefined ? {} : { pin: options.pin }),
    closingText: () => options.closing ?? 'call-approved',
  })
  let step: DialogueStep = dialogue.start
  const said = [step.say]
  for (const keys of answers) {
    if (step.kind === 'end') throw new Error(`ended before ${keys}`)
    step = dialogue.answer(step.state, keys)
    said.push(step.say)
  }
  return { step, said, result: step.kind === 'end' ? step.result : 'open' }
}

describe('call dialogue', () => {
  const rows: [string, string[], string][] = [
    ['# approves', ['#'], 'approved'],
    ['0 and # report fraud', ['0', '#'], 'fraud'],
    ['0 alone decides nothing', ['0'], 'open'],
    ['0 and then silence is not approved', ['0', ''], 'refused'],
    ['0 and another key goes back, and # approves', ['0', '5', '#'], 'approved'],
    ['another key asks again', ['5', '#'], 'approved'],
    ['silence asks again', ['', '#'], 'approved'],
    ['silence is never approval', ['', '', ''], 'refused'],
    ['other keys without end are not approved', ['1', '*', '9'], 'refused'],
    ['going back and forth ends', ['0', '1', '0', '1', '0', '1'], 'refused'],
    ['0# at once is no # (a provider that sends both)', ['0#'], 'open'],
    ['several keys at once are no #', ['##'], 'open'],
  ]
  for (const [name, answers, result] of rows) {
    it(name, () => expect(talk(answers).result).to.equal(result))
  }

  describe('with a PIN', () => {
    const pinRows: [string, string[], string][] = [
      ['the PIN approves', ['2468'], 'approved'],
      ['0# reports fraud', ['0'], 'fraud'],
      ['a wrong PIN asks again', ['1111', '2468'], 'approved'],
      ['three wrong PINs refuse', ['1111', '2222', '3333'], 'refused'],
      ['silence does not win back tries', ['1111', '', '2222', '', '3333'], 'refused'],
      ['# alone is not enough', ['#'], 'open'],
      ['silence is never approval', ['', '', ''], 'refused'],
      ['a longer or shorter PIN is wrong', ['24680', '246', '2468'], 'approved'],
    ]
    for (const [name, answers, result] of pinRows) {
      it(name, () => expect(talk(answers, { pin: '2468' }).result).to.equal(result))
    }

    it('takes digits until #, and says that a PIN was wrong', () => {
      const { step, said } = talk(['1111'], { pin: '2468' })
      expect(step).to.include({ kind: 'ask', keys: 'until-hash' })
      expect(said[1]).to.match(/^That PIN is not right\. Hello Alice/)
    })
  })

  it('takes one key at a time, so that # itself arrives', () => {
    expect(talk([]).step).to.include({ kind: 'ask', keys: 'one' })
    expect(talk(['0']).step).to.include({ kind: 'ask', keys: 'one' })
  })

  it('names who signs in, where and where from', () => {
    const { said } = talk([])
    expect(said[0]).to.include('Alice').and.include('VPN').and.include('198.51.100.7')
  })

  it('closes with what is decided when # is pressed', () => {
    const { said } = talk(['#'], { closing: 'call-sign-in-again' })
    expect(said[1]).to.equal(texts.text('call-sign-in-again', 'en'))
  })

  it('reads out, and asks nothing', () => {
    const dialogue = createReadOutDialogue('1, 2, 3')
    expect(dialogue.start).to.deep.equal({ kind: 'end', say: '1, 2, 3', result: 'told' })
  })
})
