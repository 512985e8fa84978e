import { expect } from 'chai'
import { passagesOfCode, passagesOfTestNames } from '../../../scripts/words/code.ts'
import { passagesOfComments } from '../../../scripts/words/comments.ts'
import { findingsIn } from '../../../scripts/words/find.ts'
import { passagesOfPage } from '../../../scripts/words/markdown.ts'
import { rules } from '../../../scripts/words/rules.ts'
import { countWords, sentencesOf } from '../../../scripts/words/sentences.ts'
import { parseSource } from '../../../scripts/words/source.ts'
import { passagesOfStrings } from '../../../scripts/words/strings.ts'

const inPage = (page: string) => passagesOfPage('page.md', page).flatMap(findingsIn)
const parse = (source: string) => parseSource('file.ts', source)
const inSource = (source: string) => passagesOfStrings(parse(source)).flatMap(findingsIn)
const inCode = (source: string) => passagesOfCode(parse(source)).flatMap(findingsIn)
const inNames = (source: string) => passagesOfTestNames(parse(source)).flatMap(findingsIn)
const wordsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => `w${index}`).join(' ')

/** A sentence that each rule finds, and one with the better word. */
const examples: readonly (readonly [bad: string, good: string])[] = [
  ['Nobody is locked out.', 'No one is locked out.'],
  ['Whoever has the key is in.', 'Anyone who has the key gets in.'],
  ['Tell whomever you want.', 'Tell anyone you want.'],
  ['It cut somebody.', 'It cut a user.'],
  ['Everybody comes from one address.', 'All users come from one address.'],
  ['All is well.', 'Everything is in order.'],
  ['When it says that it is well, go on.', 'Your account is well protected.'],
  ['The code counts no more.', 'The group needs no more rights.'],
  ['Start anew.', 'Start again.'],
  ['Set both alike.', 'Set both to the same.'],
  ['Else use a call.', 'Use a call or something else.'],
  ['The first one, else the last.', 'The first one, otherwise the last.'],
  ['The name thereof is wrong.', 'Its name is wrong.'],
  ['Lest it be lost, save it.', 'Save it, so that it is not lost.'],
  ['For every door alone.', 'For every gateway.'],
  ['The keeper has it.', 'The store keeps it.'],
  ['It is on the desk.', 'The service desk and the helpdesk know it.'],
  ['What the marks say.', 'Many gateways mark the server as dead.'],
  ['The rule stands in the file.', 'No bypass stands in for it, and it stands for nothing else.'],
  ['The code stands before it.', 'A stand-in for Twilio has a clock that stands still.'],
  ['A reload makes it count.', 'Apply it with a reload.'],
  ['A second factor of now.', 'A fresh second factor.'],
  ['Nothing is to be done.', 'There is nothing to do.'],
  ['Passwords cross in clear.', 'Passwords cross in clear text.'],
  ['Let the password alone do.', 'Let the password be enough.'],
  ['All are there but for one.', 'All are there except one.'],
  ['The gateway hears Access-Reject.', 'The gateway gets Access-Reject.'],
  ['It is kept for ever.', 'It is kept until you remove it.'],
  ['The code behind the password.', 'The code after the password.'],
  ['Nowhere is a phone asked.', 'A phone is never asked.'],
  ['Of these only the last works.', 'Of these, one works.'],
  ['Only when it is idle does a command open it.', 'Only when it is idle, open it.'],
  ['It is sent likewise.', 'It is also sent.'],
  ['The seed is no hex.', 'There is no seed, and it is no longer hex.'],
  ['Each code counts once.', 'It counts wrong codes, and limits count by address.'],
  ['Older codes still count.', 'Older codes still work.'],
  ['It is kept for who asks again.', 'It is kept for users who ask again.'],
  ['A count counts twice.', 'It starts no count again.'],
  ['Undefined when it is none.', 'Undefined when there is none, or when it is none of these.'],
]

describe('the words that readers stumble over', () => {
  for (const [bad, good] of examples) {
    it(`are found in “${bad}”, and not in “${good}”`, () => {
      expect(inPage(bad)).to.have.length(1)
      expect(inPage(good)).to.deep.equal([])
    })
  }

  it('have an example for each rule', () => {
    const unused = rules.filter(({ pattern }) => !examples.some(([bad]) => pattern.test(bad)))
    expect(unused).to.deep.equal([])
  })

  it('come with their place, their sentence and a better word', () => {
    const [finding] = inPage('# Page\n\nOne line.\nAnother, where nobody\nis asked.\n')
    expect(finding).to.include({
      file: 'page.md',
      line: 4,
      sentence: 'Another, where nobody is asked.',
    })
    expect(finding?.reason).to.include('"nobody"')
    expect(finding?.better).to.include('no one')
  })

  it('may be in code, which is quoted as it is', () => {
    expect(
      inPage('Use `somebody` here.\n\n```sh\nls nobody\n```\n\n    for nobody\n'),
    ).to.deep.equal([])
  })
})

describe('sentences', () => {
  it(`have 30 words at most`, () => {
    expect(inPage(`${wordsOf(30)}.`)).to.deep.equal([])
    const [finding] = inPage(`Short. Then ${wordsOf(30)}.`)
    expect(finding?.reason).to.equal('31 words, at most 30')
  })

  const ends: readonly (readonly [text: string, count: number])[] = [
    ['One. Two? Three! Four', 4],
    ['He said "no." Then he left.', 2],
    ['(In brackets.) After them.', 2],
    ['For example.com, and 1.5 seconds, e.g. this one', 1],
    ['One: two; three', 3],
    ['At 08:12 it rang', 1],
    ['It ends. `code` goes on.', 2],
  ]
  for (const [text, count] of ends) {
    it(`end where a reader may rest: ${count} in “${text}”`, () => {
      expect(sentencesOf({ file: '', line: 1, text })).to.have.length(count)
    })
  }

  it('count what is said, not dashes, nor lists of links', () => {
    expect(countWords('a – b → 3 …')).to.equal(3)
    expect(inPage(Array.from({ length: 20 }, () => '[a b](c.md)').join(', '))).to.deep.equal([])
  })
})

describe('pages', () => {
  const textsOf = (page: string) =>
    passagesOfPage('page.md', page).map(({ line, text }) => `${line} ${text.trim()}`)

  it('are read by paragraph, heading, list item and cell', () => {
    const page =
      '# One\nTwo\nstill two\n\n- three\n  more\n- four\n1. five\n\n| six | seven |\n| --- | --- |\n'
    const found = textsOf(page).filter((text) => /[a-z]/.test(text))
    expect(found).to.deep.equal([
      '1 One',
      '2 Two\nstill two',
      '5 three\nmore',
      '7 four',
      '8 five',
      '10 six',
      '10 seven',
    ])
  })

  it('have links read without their address, and no tags', () => {
    const read = passagesOfPage(
      'page.md',
      'See [the page](nobody.md#x) <img alt="nobody" src="y">.',
    )
    expect(read.flatMap(findingsIn)).to.deep.equal([])
    expect(sentencesOf(read[0] ?? { file: '', line: 1, text: '' })[0]?.text).to.equal(
      'See [the page] .',
    )
  })
})

describe('sources', () => {
  it('have their strings read, also in templates and in pieces', () => {
    expect(inSource("say('here nobody is asked')")).to.have.length(1)
    expect(inSource('say(`here nobody of $' + '{count} is asked`)')).to.have.length(1)
    expect(inSource("say('a sentence ' + 'that nobody likes')")).to.have.length(1)
    expect(inSource('say(`one $' + "{two ? 'where nobody is asked' : ''}`)")).to.have.length(1)
  })

  it('have no other words read: names, short strings, comments, queries', () => {
    const source = `
      // nobody reads this one
      const nobody = 'nobody'
      const query = sql\`select what nobody has\`
    `
    expect(inSource(source)).to.deep.equal([])
  })

  it('have each line of a message read by itself', () => {
    const message = `'${wordsOf(20)}\\n${wordsOf(20)}'`
    expect(inSource(`say(${message})`)).to.deep.equal([])
  })

  it('say in which line the string begins', () => {
    expect(inSource("\n\nsay('here nobody is asked')")[0]?.line).to.equal(3)
  })

  it('must be sound', () => {
    expect(() => parse('const = 1')).to.throw('file.ts: ')
  })
})

describe('comments of configurations', () => {
  it('are read, those that follow each other as one', () => {
    const text = 'a: 1 # here nobody\n# is asked.\nb: 2\n# Fine.\n'
    const passages = passagesOfComments('file.yaml', text)
    expect(passages.map(({ line }) => line)).to.deep.equal([1, 4])
    expect(passages.flatMap(findingsIn)).to.have.length(1)
  })
})

describe('comments of the code', () => {
  const textsOf = (source: string) =>
    passagesOfCode(parse(source)).map(({ line, text }) => `${line} ${text.trim()}`)

  it('are read: lines that follow each other as one, others by themselves', () => {
    const source = 'a() // one\n// two\n// still two\n\n// three\nb(/* four */ c)\n'
    expect(textsOf(source)).to.deep.equal(['1 one', '2 two\nstill two', '5 three', '6 four'])
    expect(inCode('// here nobody\n// is asked\n')).to.have.length(1)
  })

  it('are read without their stars, by paragraph, item and tag', () => {
    const source = '/**\n * One\n * more.\n *\n * - two\n * @throws three\n */\nconst a = 1\n'
    const found = textsOf(source).filter((text) => /[a-z]/.test(text))
    expect(found).to.deep.equal(['2 One\nmore.', '5 two', '6 @throws three'])
  })

  it('are not read where they are for programs, nor are strings and names', () => {
    expect(inCode("// biome-ignore lint/x: nobody\nconst nobody = 'nobody'\n")).to.deep.equal([])
  })

  it('say in which line the sentence begins', () => {
    const [finding] = inCode('const a = 1\n/**\n * One.\n * Two for nobody.\n */\n')
    expect(finding).to.include({ file: 'file.ts', line: 4, sentence: 'Two for nobody.' })
  })
})

describe('names of tests', () => {
  it('are read wherever they are, with places to fill in', () => {
    const source = "describe('for nobody', () => { it.skip(`$" + '{a} and anew`, () => {}) })'
    expect(inNames(source).map(({ sentence }) => sentence)).to.deep.equal([
      'for nobody',
      'X and anew',
    ])
  })

  it('are what `describe` and `it` are given, and nothing else', () => {
    expect(inNames("say('for nobody'); it(nobody); describe(); a.it('for nobody')")).to.deep.equal(
      [],
    )
  })
})
