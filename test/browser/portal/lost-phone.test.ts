import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { loadTexts } from '../../../src/web/pages/people/texts/index.ts'
import { codeOf } from '../../lab/service-config.ts'
import { launchChromium } from '../chromium.ts'
import { connectApp, setUpDave, signInAs, typeCode } from './dave.ts'
import { type DemoPortal, startDemoPortal } from './demo-portal.ts'
import { type Visit, visit } from './visit.ts'

describe('dave has lost his phone', function () {
  this.timeout(300_000)
  let browser: Browser
  let demo: DemoPortal
  let dave: Visit
  let lost = ''
  let codes: readonly string[] = []
  let seed = ''

  before(async function () {
    browser = await launchChromium(this)
    demo = await startDemoPortal()
    const texts = await loadTexts('en')
    const first = await visit(browser, demo.origin, texts)
    ;({ seed: lost, codes } = await setUpDave(first, demo.davesCode))
    await first.close()
    dave = await visit(browser, demo.origin, texts, { width: 390, colorScheme: 'dark' })
  })
  after(async () => {
    await browser?.close()
    await demo?.service.stop()
  })

  it('is told three ways, and gets in with a recovery code', async () => {
    await dave.open('/sign-in')
    await dave.press('new-phone-link')
    await dave.sees('new-phone-title')
    for (const key of ['new-phone-same', 'new-phone-codes', 'new-phone-none'] as const)
      await dave.reads(key)
    await dave.press('sign-in-title')
    await dave.sees('sign-in-title')
    await signInAs(dave, 'dave', 'diver')
    await dave.sees('type-code-title')
    await typeCode(dave, codes[0] ?? '')
    await dave.sees('home-title', { name: 'Dave' })
  })

  it('connects the app on the new phone, with another recovery code for this change', async () => {
    await dave.press('new-phone-link')
    await dave.press('new-phone-app')
    seed = await connectApp(dave, async () => {
      await dave.sees('type-code-title')
      await typeCode(dave, codes[1] ?? '')
    })
    await dave.sees('added-title')
  })

  it('removes the old one with a code of the new one', async () => {
    const way = dave.says('way-app')
    await dave.press('replace-button', { way })
    await dave.sees('type-code-title')
    await typeCode(dave, codeOf(seed, 0))
    await dave.reads('removed', { way })
  })

  it('finds mails about both on the demo phone, and none says to ignore it', async () => {
    const page = await dave.context.newPage()
    await page.goto(`${demo.origin}/demo/`)
    const mails = page.locator('.message').filter({ hasText: 'dave@example.com' })
    for (const change of [/added|new/i, /removed/i])
      await mails.filter({ hasText: change }).first().waitFor()
    const texts = (await mails.allTextContents()).join('\n')
    expect(texts).to.not.match(/ignore/i)
    expect(texts)
      .to.not.include(seed)
      .and.not.include(codes[2] ?? '')
    await page.close()
  })

  it('keeps the finder of the old phone out', async () => {
    const finder = await visit(browser, demo.origin, await loadTexts('en'))
    await finder.open('/sign-in')
    await signInAs(finder, 'dave', 'diver')
    await finder.sees('type-code-title')
    await typeCode(finder, codeOf(lost, 1))
    await finder.reads('code-wrong')
    await finder.close()
    await dave.close()
  })
})
