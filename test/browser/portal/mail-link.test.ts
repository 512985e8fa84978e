import { expect } from 'chai'
import type { Browser, Request } from 'playwright-core'
import { loadTexts } from '../../../src/web/pages/people/texts/index.ts'
import { launchChromium } from '../chromium.ts'
import { signInAs } from './dave.ts'
import { type DemoPortal, startDemoPortal } from './demo-portal.ts'
import { type Visit, visit } from './visit.ts'

// Scanners of mails open every link before its reader does (PEOPLE R26).
describe('a link with a helpdesk code', function () {
  this.timeout(300_000)
  let browser: Browser
  let demo: DemoPortal
  let link = ''

  before(async function () {
    browser = await launchChromium(this)
    demo = await startDemoPortal()
    link = `/sign-in#code=${demo.davesCode}`
  })
  after(async () => {
    await browser?.close()
    await demo?.service.stop()
  })

  const openVisit = async () => visit(browser, demo.origin, await loadTexts('en'))
  const codeField = (person: Visit) =>
    person.page.getByLabel(person.says('proof-label'), { exact: true })

  it('loads pages and sends nothing of the code, where a scanner with a browser opens it', async () => {
    const scanner = await openVisit()
    const requests: Request[] = []
    scanner.page.on('request', (request) => requests.push(request))
    await scanner.open(link)
    await scanner.page.waitForLoadState('networkidle')
    expect(requests).to.not.deep.equal([])
    for (const request of requests) {
      const { pathname } = new URL(request.url())
      // The field for the name offers passkeys, for which the page asks what they may sign: that knows no person.
      const method = pathname === '/api/passkey/begin' ? 'POST' : 'GET'
      expect(request.method(), request.url()).to.equal(method)
      // What is after # is never sent; the browser’s own note of the first request has it.
      const headers = Object.values(await request.allHeaders())
      const sent = [pathname, request.postData() ?? '', ...headers]
      expect(sent.join(' ')).to.not.include(demo.davesCode)
    }
    await scanner.close()
  })

  it('leaves the code in no address, no history and no storage', async () => {
    const reader = await openVisit()
    await reader.open(link)
    await reader.sees('sign-in-title')
    expect(reader.page.url()).to.equal(`${demo.origin}/sign-in`)
    const kept = await reader.page.evaluate(
      'JSON.stringify([history.state, { ...localStorage }, { ...sessionStorage }, document.cookie])',
    )
    expect(kept).to.not.include(demo.davesCode)
    await reader.open('/new-phone')
    await reader.page.goBack()
    await reader.sees('sign-in-title')
    expect(reader.page.url()).to.not.include(demo.davesCode)
    await reader.close()
  })

  it('gives no code that is not after #, since servers and proxies write that down', async () => {
    const reader = await openVisit()
    await reader.open(`/sign-in?code=${demo.davesCode}`)
    await signInAs(reader, 'dave', 'diver')
    await reader.sees('proof-title')
    expect(await codeField(reader).inputValue()).to.equal('')
    await reader.close()
  })

  it('asks for the password as well, and then works once', async () => {
    const dave = await openVisit()
    await dave.open(link)
    await signInAs(dave, 'dave', 'diver')
    await dave.sees('proof-title')
    expect(await codeField(dave).inputValue()).to.equal(demo.davesCode)
    await dave.press('continue')
    await dave.sees('setup-title')
    const late = await openVisit()
    await late.open(link)
    await signInAs(late, 'dave', 'diver')
    await late.sees('proof-title')
    await late.press('continue')
    await late.reads('proof-wrong')
    await late.close()
    await dave.close()
  })
})
