import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { loadTexts } from '../../../src/web/pages/people/texts/index.ts'
import { codeOf } from '../../lab/service-config.ts'
import { nextCode } from '../../portal/codes.ts'
import { launchChromium } from '../chromium.ts'
import { signInAs, typeCode } from './dave.ts'
import { type DemoPortal, startDemoPortal } from './demo-portal.ts'
import { type Visit, visit } from './visit.ts'

const aliceSeed = 'JBSWY3DPEHPK3PXP'

describe('signing in at the portal, in a browser', function () {
  this.timeout(300_000)
  let browser: Browser
  let demo: DemoPortal
  let person: Visit

  before(async function () {
    browser = await launchChromium(this)
    demo = await startDemoPortal()
  })
  beforeEach(async () => {
    person = await visit(browser, demo.origin, await loadTexts('en'), { width: 390 })
    await person.open('/sign-in')
  })
  afterEach(() => person.close())
  after(async () => {
    await browser?.close()
    await demo?.service.stop()
  })

  it('asks alice for the code of her app', async () => {
    await signInAs(person, 'alice', 'wonderland')
    await person.sees('type-code-title')
    await typeCode(person, '000000')
    await person.reads('code-wrong')
    await typeCode(person, codeOf(aliceSeed))
    await person.sees('home-title', { name: 'Alice' })
  })

  it('sends bob a text', async () => {
    await signInAs(person, 'bob', 'builder')
    await typeCode(person, await askForText())
    await person.sees('home-title', { name: 'Bob' })
  })

  it('calls carol, and goes on when she presses #', async () => {
    await signInAs(person, 'carol', 'singer')
    await askForCall()
    const call = await demo.phone.next('call', 'carol')
    expect(call.text).to.match(/portal/i)
    await demo.phone.press(call.id, '#')
    await person.sees('home-title', { name: 'Carol' })
  })

  it('says what happened when carol hangs up', async () => {
    await signInAs(person, 'carol', 'singer')
    await askForCall()
    const call = await demo.phone.next('call', 'carol', 1)
    await demo.phone.hangUp(call.id)
    await person.sees('refused-title')
    await person.press('start-again')
    await person.sees('sign-in-title')
  })

  it('says the same of a wrong password and of a name that there is not', async () => {
    const told: string[] = []
    for (const name of ['alice', 'no-one']) {
      await signInAs(person, name, 'wrong')
      const notice = person.page.getByRole('alert')
      await notice.waitFor()
      told.push(((await notice.textContent()) ?? '').replace(/\b[0-9A-Z]{4}\b/, 'REFERENCE'))
      await person.page.reload()
      await person.sees('sign-in-title')
    }
    expect(told[0]).to.equal(told[1])
  })

  /** The page may offer a choice first. */
  async function askForText() {
    await person.page
      .getByRole('heading', { level: 1 })
      .filter({ hasNotText: person.says('sign-in-title') })
      .waitFor()
    const offer = person.page.getByRole('button', { name: /^Text message to/ })
    if ((await offer.count()) > 0) await offer.first().click()
    await person.sees('type-code-title')
    return nextCode(demo.phone, 'bob', 0)
  }

  async function askForCall() {
    await person.page
      .getByRole('heading', { level: 1 })
      .filter({ hasNotText: person.says('sign-in-title') })
      .waitFor()
    const offer = person.page.getByRole('button', { name: /^Phone call to/ })
    if ((await offer.count()) > 0) await offer.first().click()
    await person.sees('call-title')
  }
})
