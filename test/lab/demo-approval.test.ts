import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { loadTexts } from '../../src/web/pages/people/texts/index.ts'
import { launchChromium } from '../browser/chromium.ts'
import { type DemoPortal, startDemoPortal } from '../browser/portal/demo-portal.ts'
import { type Visit, visit } from '../browser/portal/visit.ts'
import { openTerminal } from './terminal.ts'

const page = readFileSync(new URL('../../docs/start/demo.md', import.meta.url), 'utf8')
const [, section = ''] = /^## A phone that approves\n([\s\S]*?)^##/m.exec(page) ?? []
const bold = [...section.matchAll(/\*\*(.+?)\*\*/g)].map(([, text]) => text)

describe('a phone in the demo, as docs/start/demo.md shows it', function () {
  this.timeout(300_000)
  let browser: Browser
  let demo: DemoPortal
  let carol: Visit

  before(async function () {
    browser = await launchChromium(this)
    demo = await startDemoPortal()
    carol = await visit(browser, demo.origin, await loadTexts('en'), { width: 390 })
  })
  after(async () => {
    await carol?.close()
    await browser?.close()
    await demo?.service.stop()
  })

  it('is this browser after one click', async () => {
    const [, path = ''] = /<http:\/\/localhost:8080(\/\w+)>/.exec(section) ?? []
    await carol.open(path)
    await carol.sees('phone-none')
    expect(bold[0]).to.equal(carol.says('phone-demo', { name: 'carol' }))
    await carol.press('phone-demo', { name: 'carol' })
    await carol.sees('approve-none')
    await carol.reads('phone-code')
  })

  for (const [index, round] of ['once', 'and again'].entries()) {
    it(`asks for the number that the gateway shows, and lets her in, ${round}`, async () => {
      const [, words = ''] = /^npx holdfast (try carol .*)$/m.exec(section) ?? []
      const [, password = ''] = /password `(\w+)`/.exec(section) ?? []
      const terminal = openTerminal(words.split(' '), { XDG_RUNTIME_DIR: demo.service.folder })
      await terminal.shows('Password:')
      terminal.type(password)
      await terminal.shows(/number is \d\d\./)
      const [, number = ''] = /number is (\d\d)\./.exec(terminal.seen()) ?? []

      // The demo phone shows what a push service would bring, and nothing that helps to approve.
      const rung = await demo.phone.next('notification', 'carol', index)
      expect(rung).to.include({ subject: 'A sign-in is waiting', to: 'Chrome on Linux' })
      expect(JSON.stringify(rung.text)).not.to.match(/\d/)
      await carol.sees('approve-title')
      await carol.type('phone-number-label', number)
      expect(bold[1]).to.equal(carol.says('phone-approve'))
      await carol.press('phone-approve')
      await carol.sees('approve-done')
      terminal.type('')
      await terminal.shows(/Accepted\S* after /)
      expect(await terminal.ended()).to.equal(0)
      await carol.press('approve-look')
      await carol.sees('approve-none')
    })
  }

  it('is only the newest browser: the one before is no one’s any more', async () => {
    const other = await visit(browser, demo.origin, await loadTexts('en'), { width: 390 })
    await other.open('/phone')
    await other.press('phone-demo', { name: 'carol' })
    await other.sees('approve-none')
    await carol.sees('phone-none')
    await other.close()
  })
})
