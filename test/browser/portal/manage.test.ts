import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { loadTexts } from '../../../src/web/pages/people/texts/index.ts'
import { countCodes, nextCode } from '../../portal/codes.ts'
import { launchChromium } from '../chromium.ts'
import { signInAs, typeCode } from './dave.ts'
import { type DemoPortal, startDemoPortal } from './demo-portal.ts'
import { type Visit, visit } from './visit.ts'

const nasty = '<img src=x onerror=alert(1)>'

describe('bob manages how he signs in', function () {
  this.timeout(300_000)
  let browser: Browser
  let demo: DemoPortal
  let bob: Visit
  let codes = 0

  before(async function () {
    browser = await launchChromium(this)
    demo = await startDemoPortal()
    bob = await open()
  })
  after(async () => {
    await browser?.close()
    await demo?.service.stop()
  })

  async function open(): Promise<Visit> {
    const opened = await visit(browser, demo.origin, await loadTexts('en'))
    await opened.open('/sign-in')
    await signInAs(opened, 'bob', 'builder')
    await typeText(opened)
    await opened.sees('home-title', { name: 'Bob' })
    return opened
  }

  /** Has a text sent, if none was yet, and types its code. */
  async function typeText(person: Visit): Promise<void> {
    const asked = person.page.getByRole('heading', { name: person.says('choose-title') })
    await asked
      .or(person.page.getByRole('heading', { name: person.says('type-code-title') }))
      .waitFor()
    if (await asked.isVisible()) {
      await person.page
        .getByRole('button', { name: /^Text message to/ })
        .first()
        .click()
    }
    await person.sees('type-code-title')
    const code = await nextCode(demo.phone, 'bob', codes)
    codes = await countCodes(demo.phone, 'bob')
    await typeCode(person, code)
  }

  it('renames his phone, and what he types is text and nothing else', async () => {
    await bob.press('way-sms')
    await bob.press('rename')
    await bob.type('rename-label', nasty)
    await bob.press('save')
    await typeText(bob)
    await bob.reads('renamed')
    await bob.page.getByRole('heading', { level: 1 }).filter({ hasText: nasty }).waitFor()
    expect(await bob.page.locator('main img').count()).to.equal(0)
  })

  it('has his phone asked first', async () => {
    await bob.press('make-first')
    await typeText(bob)
    await bob.reads('made-first')
  })

  it('sees both of his browsers, and signs the other one out', async () => {
    const other = await open()
    await bob.open('/account/sessions')
    await bob.sees('sessions-title')
    await bob.page.getByRole('listitem').nth(1).waitFor()
    expect(await bob.page.getByRole('listitem').count()).to.equal(2)
    await bob.press('sessions-end-others')
    await bob.reads('sessions-ended-others')
    await other.open('/account')
    await other.sees('sign-in-title')
    await other.close()
  })

  it('changes nothing where he cancels', async () => {
    await bob.open('/')
    await bob.page.getByText(nasty).click()
    await bob.press('remove')
    await bob.sees('remove-title', { way: nasty })
    await bob.reads('remove-last')
    await bob.press('remove')
    await bob.page.getByRole('button', { name: bob.says('cancel') }).click()
    await bob.open('/')
    await bob.page.getByText(nasty).waitFor()
  })

  it('sees where he signed in', async () => {
    await bob.open('/activity')
    await bob.sees('activity-title')
    await bob.page
      .getByRole('button', { name: /not me/i })
      .or(bob.page.getByRole('link', { name: /not me/i }))
      .first()
      .waitFor()
  })

  it('has cookies that no script reads, and nothing personal in the storage of the browser', async () => {
    const cookies = await bob.context.cookies()
    expect(cookies).to.not.deep.equal([])
    for (const cookie of cookies)
      expect(cookie).to.include({ httpOnly: true, sameSite: 'Strict', path: '/' })
    expect(await bob.page.evaluate('document.cookie')).to.equal('')
    const kept = await bob.page.evaluate(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }])',
    )
    expect(kept).to.not.match(/bob|31612345678|\d{6}/)
  })

  it('signs out, and going back shows nothing of his', async () => {
    await bob.press('sign-out')
    await bob.sees('signed-out-title')
    await bob.page.goBack()
    await bob.page.waitForLoadState()
    await bob.sees('sign-in-title')
    expect(await bob.page.evaluate('document.body.innerText')).to.not.include(nasty)
    await bob.close()
  })
})
