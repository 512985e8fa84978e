import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { createDemoPhone } from '../../src/delivery/index.ts'
import { createCallMethod, createSmsMethod } from '../../src/methods/index.ts'
import { systemClock } from '../../src/support/index.ts'
import { createTexts } from '../../src/texts/index.ts'
import { createHttpServer, demoPhonePlugin, type HttpServer } from '../../src/web/index.ts'
import { promptBy, promptRequest } from '../methods/prompt-request.ts'
import { launchChromium, openContext, watchProblems } from './chromium.ts'

describe('demo phone in a browser', function () {
  this.timeout(600_000)
  const texts = createTexts({ defaultLanguage: 'en' })
  const phone = createDemoPhone({ clock: systemClock, print: () => undefined })
  const call = createCallMethod({ calls: phone, texts, clock: systemClock, backup: true })
  const hooks = { onProviderId: () => undefined, closingText: () => 'call-approved' as const }
  const { signal } = new AbortController()
  const ring = () => promptBy(call, promptRequest(Date.now()), hooks)
  const problems: string[] = []
  let browser: Browser | undefined
  let server: HttpServer | undefined
  let url = ''

  before(async function () {
    browser = await launchChromium(this)
    server = await createHttpServer({
      listen: { host: '127.0.0.1', port: 0 },
      plugins: [demoPhonePlugin(phone)],
    })
    const { port } = await server.start()
    url = `http://127.0.0.1:${port}/demo/`
  })
  after(async () => {
    await browser?.close()
    await server?.stop()
  })

  async function open(width = 1280): Promise<Page> {
    if (browser === undefined) throw new Error('no browser')
    const context = await openContext(browser, { viewport: { width, height: 844 } })
    const page = await context.newPage()
    watchProblems(page, problems)
    await page.goto(url)
    await page.locator('#clock:not(:empty)').waitFor()
    return page
  }

  it('shows an incoming call, says so aloud, and pressing # approves', async () => {
    const page = await open()
    const prompt = ring()
    await page.locator('#call.ringing').waitFor()
    expect(await page.locator('#speech').textContent()).to.include('VPN Amsterdam')
    expect(await page.locator('#announcer').textContent()).to.equal('Incoming call for alice')
    await page.getByRole('button', { name: 'hash' }).click()
    expect(await prompt).to.deep.equal({ kind: 'approved', byMachine: false })
    await page.locator('#call.ended.approved').waitFor()
    await page.close()
  })

  it('works on a narrow screen and with the keyboard alone: 0 and # report fraud', async () => {
    const page = await open(390)
    const prompt = ring()
    await page.locator('#call.ringing').waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).to.be.at.most(390)
    await page.keyboard.press('0')
    await page.getByText('You are about to report').waitFor()
    await page.keyboard.press('#')
    expect(await prompt).to.deep.equal({ kind: 'fraud' })
    await page.close()
  })

  it('puts a call aside with Escape, shows a text with its code, and goes back to the call', async () => {
    const page = await open()
    const prompt = ring()
    await page.locator('#call.ringing').waitFor()
    await page.keyboard.press('Escape')
    await createSmsMethod({ delivery: phone, texts }).send(
      promptRequest(Date.now()),
      '482913',
      signal,
    )
    await page.getByText('482913', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Answer' }).click()
    await page.getByRole('button', { name: 'Hang up' }).click()
    expect(await prompt).to.deep.equal({ kind: 'refused' })
    await page.close()
  })

  it('shows a mail with its subject as a heading', async () => {
    const page = await open()
    const subject = 'A change to how you sign in'
    const mail = { to: 'alice@corp.example', user: 'alice', subject, text: 'Hello,\n\nNew app.' }
    await phone.sendEmail(mail, signal)
    await page.getByRole('heading', { name: subject }).waitFor()
    await page.locator('#messages').getByText('New app.').waitFor()
    await page.close()
  })

  it('had no error in the browser, so nothing broke the content policy', () => {
    expect(problems).to.deep.equal([])
  })
})
