import { expect } from 'chai'
import { codePages } from '../../../src/cli/enrol/code-pages.ts'
import { formatQrSvg } from '../../../src/cli/qr/index.ts'
import type { MadeCode } from '../../../src/operations/index.ts'

const portal = 'https://mfa.example.com'
const made = (code: string, name: string): MadeCode => ({
  ...{ person: { key: `corp:${name}`, name }, code, untilMs: 0, portal },
  page: {
    ...{ language: 'nl', title: 'Stel uw telefoon in', until: 'tot morgen' },
    ...{ forWhom: `Voor ${name}.`, steps: [`Open ${portal}.`, `Meld u aan als ${name}.`, 'Typ:'] },
  },
})

describe('printed pages with codes', () => {
  it('have a page for each, with the code as text and after # in the picture (PEOPLE R26)', () => {
    const html = codePages([made('AAAA-BBBB-CCCC', 'alice'), made('DDDD-EEEE-FFFF', 'bob')])
    const [, alice = '', bob = ''] = html.split('<section ')
    for (const [page, name, code] of [
      [alice, 'alice', 'AAAA-BBBB-CCCC'],
      [bob, 'bob', 'DDDD-EEEE-FFFF'],
    ] as const) {
      expect(page).to.include('lang="nl"').and.include(name)
      expect(page).to.include(`Typ: <b class="code">${code}</b>`)
      const [, path = 'no picture'] = /<path d="([^"]+)"/.exec(page) ?? []
      expect(formatQrSvg(`${portal}/#${code}`)).to.include(path)
    }
    expect(alice).not.to.include('DDDD')
  })

  it('are text alone: names of a directory are not markup, and nothing is loaded', () => {
    const html = codePages([made('AAAA-BBBB-CCCC', '<img src=x onerror="alert(1)">&')])
    expect(html).to.include('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;')
    expect(html).not.to.match(/<(img|script|link|iframe)|src="|href="/)
  })
})
