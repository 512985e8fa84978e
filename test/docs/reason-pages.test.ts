import { expect } from 'chai'
import { formatWhy } from '../../src/cli/text/why.ts'
import {
  dropReasons,
  hints,
  reasonPage,
  reasonPages,
  rejectReasons,
} from '../../src/signin/index.ts'
import { readPages } from './pages.ts'

const pages = readPages().filter(({ path }) => path.startsWith('docs/reference/reasons/'))
const names = Object.keys({ ...rejectReasons, ...dropReasons, ...hints })

describe('pages of reasons', () => {
  it('are there for every reason and hint, and none is left over', () => {
    expect(Object.keys(reasonPages)).to.have.members(names)
    const wanted = new Set(names.map(reasonPage))
    expect(pages.map(({ path }) => path)).to.have.members([...wanted])
  })

  for (const { path, text, inlineCode } of pages) {
    const mine = names.filter((name) => reasonPage(name) === path)

    it(`${path} says of each of its reasons what happens, what to do, and how to see that it helped`, () => {
      const [named = ''] = /^`[^#]+/m.exec(text) ?? []
      expect([...named.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name)).to.have.members(mine)
      // Beyond the list at its top.
      for (const name of mine.length > 1 ? mine : []) {
        expect(inlineCode.filter((code) => code === name).length, name).to.be.above(1)
      }
      const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
      expect(headings).to.deep.equal(['What happens', 'What to do', 'Check that it is fixed'])
    })
  }

  it('are named by holdfast why, and unknown reasons have none', () => {
    const entry = {
      ...{ id: 1, kind: 'sign-in', node: 'a', signInId: 's', attemptId: 'a', gateway: 'vpn' },
      ...{ startedAtMs: 0, endedAtMs: 1, sourceAddress: '', outcome: 'reject', erased: false },
      timeline: [{ atMs: 0, what: 'clock-off', detail: { steps: 3 } }],
    }
    const plain = (_: string, text: string) => text
    const told = formatWhy([{ ...entry, reason: 'code-wrong' } as never], plain)
    expect(told)
      .to.contain('docs/reference/reasons/wrong-code.md')
      .and.contain('docs/reference/reasons/clock-off.md')
    for (const reason of ['of-tomorrow', 'constructor', '']) {
      expect(reasonPage(reason)).to.equal(undefined)
    }
  })
})
