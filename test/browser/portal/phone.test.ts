import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { loadTexts } from '../../../src/web/pages/people/texts/index.ts'
import { openGateway, type TestGateway, type TestReply } from '../../lab/gateway.ts'
import { codeOf } from '../../lab/service-config.ts'
import { countCodes, nextCode } from '../../portal/codes.ts'
import { launchChromium } from '../chromium.ts'
import { signInAs, typeCode } from './dave.ts'
import { type DemoPortal, startDemoPortal } from './demo-portal.ts'
import { type Visit, visit } from './visit.ts'

const aliceSeed = 'JBSWY3DPEHPK3PXP'

describe('bob’s phone approves his sign-ins', function () {
  this.timeout(300_000)
  let browser: Browser
  let demo: DemoPortal
  let bob: Visit
  let phone: Visit
  let gateway: TestGateway
  let codes = 0

  before(async function () {
    browser = await launchChromium(this)
    demo = await startDemoPortal()
    gateway = await openGateway(demo.service)
    const texts = await loadTexts('en')
    bob = await visit(browser, demo.origin, texts)
    phone = await visit(browser, demo.origin, texts, { width: 390 })
    await bob.open('/sign-in')
    await signInAs(bob, 'bob', 'builder')
    await typeText()
    await bob.sees('home-title', { name: 'Bob' })
  })
  after(async () => {
    await phone?.close()
    await bob?.close()
    await browser?.close()
    gateway?.close()
    await demo?.service.stop()
  })

  async function typeText(): Promise<void> {
    const asked = bob.page.getByRole('heading', { name: bob.says('choose-title') })
    const typing = bob.page.getByRole('heading', { name: bob.says('type-code-title') })
    await asked.or(typing).waitFor()
    if (await asked.isVisible()) {
      await bob.page
        .getByRole('button', { name: /^Text message to/ })
        .first()
        .click()
    }
    await bob.sees('type-code-title')
    const code = await nextCode(demo.phone, 'bob', codes)
    codes = await countCodes(demo.phone, 'bob')
    await typeCode(bob, code)
  }

  const ask = (password: string, state?: Uint8Array) =>
    gateway.signIn(
      {
        ...{ user: 'bob', password, nas: 'challenge', device: '203.0.113.7' },
        ...(state === undefined ? {} : { state }),
      },
      30_000,
    )

  /** Signs in at the VPN up to the number that it shows. */
  async function begin(): Promise<{ readonly number: string; readonly asked: TestReply }> {
    const asked = await ask('builder')
    const number = /number is (\d\d)/.exec(asked?.message ?? '')?.[1]
    if (asked === undefined || number === undefined) return expect.fail(JSON.stringify(asked))
    return { number, asked }
  }

  it('is paired with a code of the portal, and two digits that it shows', async () => {
    await bob.open('/add')
    await bob.press('setup-push')
    await bob.sees('pair-title')
    await bob.press('continue')
    await typeText()
    await bob.reads('pair-wait')
    const code = (await bob.page.locator('.key code').textContent()) ?? ''
    expect(code).to.match(/^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/)

    await phone.open('/pair')
    await phone.type('name-label', 'bob')
    await phone.type('pair-code-label', code)
    await phone.press('continue')
    await phone.reads('pair-shows-text')
    const check = (await phone.page.locator('.big-code').textContent()) ?? ''

    await bob.sees('pair-check-title')
    await bob.type('pair-check-label', check)
    await bob.press('continue')
    await bob.sees('added-title')
    await phone.sees('approve-none')
    await phone.reads('phone-code')
  })

  it('shows what signs in, takes the number, and the VPN lets him in', async () => {
    const { number, asked } = await begin()
    await phone.sees('approve-title')
    await phone.type('phone-number-label', number)
    await phone.press('phone-approve')
    await phone.sees('approve-done')
    expect((await ask('', asked.state))?.kind).to.equal('accept')
    await phone.press('approve-look')
  })

  it('is refused with another number, which ends the sign-in', async () => {
    const { number, asked } = await begin()
    await phone.open('/approve')
    await phone.sees('approve-title')
    await phone.type('phone-number-label', String((Number(number) + 1) % 100).padStart(2, '0'))
    await phone.press('phone-approve')
    await phone.sees('phone-wrong-number')
    expect((await ask('', asked.state))?.kind).to.equal('reject')
    await phone.press('approve-look')
  })

  it('shows a code that counts without a network', async () => {
    await phone.reads('phone-code')
    await phone.context.setOffline(true)
    const shown = await phone.page.locator('.big-code').textContent()
    const { asked } = await begin()
    const digits = (shown ?? '').replaceAll(/\s/g, '')
    expect((await ask(digits, asked.state))?.kind).to.equal('accept')
    await phone.context.setOffline(false)
    // The browser says that it is offline.
    ;(phone.problems as string[]).splice(0)
  })

  it('asks no more after three that got no yes, until its owner says that it was him', async () => {
    for (let times = 0; times < 3; times++) {
      const { number } = await begin()
      await phone.open('/phone')
      await phone.sees('approve-title')
      await phone.type('phone-number-label', String((Number(number) + 1) % 100).padStart(2, '0'))
      await phone.press('phone-approve')
      await phone.sees('phone-wrong-number')
    }
    const paused = await ask('builder')
    expect(paused?.message).to.include('Enter a code from your phone')
    await phone.open('/phone')
    await phone.reads('paused-next')
    await phone.press('paused-button')
    await phone.reads('paused-done')
    const { number, asked } = await begin()
    await phone.sees('approve-title')
    await phone.type('phone-number-label', number)
    await phone.press('phone-approve')
    await phone.sees('approve-done')
    expect((await ask('', asked.state))?.kind).to.equal('accept')
  })

  it('proves that a change at the portal is his, and approves nothing once it was removed', async () => {
    const way = (await bob.page.evaluate(
      `fetch('/api/me').then((answer) => answer.json()).then(({ authenticators }) =>
        authenticators.find(({ setup }) => setup === 'push'))`,
    )) as { readonly id: string; readonly label: string }
    await bob.open(`/ways/${way.id}/remove`)
    await bob.sees('remove-title', { way: way.label })
    await bob.press('remove')
    await bob.sees('choose-title')
    await bob.page.getByRole('button', { name: /^Your phone, at/ }).click()
    await bob.sees('push-title')
    const number = (await bob.page.locator('.big-code').textContent()) ?? ''
    await phone.open('/phone')
    await phone.sees('approve-title')
    await phone.type('phone-number-label', number)
    await phone.press('phone-approve')
    await bob.reads('removed', { way: way.label })
    await phone.open('/phone')
    await phone.sees('phone-none')
  })

  it('may be the very browser that shows the portal, with one click', async () => {
    const alice = await visit(browser, demo.origin, await loadTexts('en'))
    await alice.open('/sign-in')
    await signInAs(alice, 'alice', 'wonderland')
    await alice.sees('type-code-title')
    await typeCode(alice, codeOf(aliceSeed, -1))
    await alice.sees('home-title', { name: 'Alice' })
    await alice.open('/add')
    await alice.press('setup-push')
    await alice.press('continue')
    await alice.sees('type-code-title')
    await typeCode(alice, codeOf(aliceSeed))
    await alice.reads('pair-wait')
    await alice.press('pair-here')
    await alice.sees('added-title')
    await alice.open('/approve')
    await alice.sees('approve-none')
    await alice.reads('phone-code')
    await alice.close()
  })
})
