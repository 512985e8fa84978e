import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { loadTexts } from '../../../src/web/pages/people/texts/index.ts'
import { openGateway, type TestGateway } from '../../lab/gateway.ts'
import { codeOf } from '../../lab/service-config.ts'
import { launchChromium } from '../chromium.ts'
import { signInAs, typeCode } from './dave.ts'
import { type DemoPortal, startDemoPortal } from './demo-portal.ts'
import { type Visit, visit } from './visit.ts'

const seed = 'JBSWY3DPEHPK3PXP'
const laptop = '203.0.113.7'
const thief = '203.0.113.66'

describe('a phone at a gateway that shows no text', function () {
  this.timeout(300_000)
  let browser: Browser
  let demo: DemoPortal
  let gateway: TestGateway
  let phone: Visit

  before(async function () {
    browser = await launchChromium(this)
    demo = await startDemoPortal()
    gateway = await openGateway(demo.service)
    phone = await visit(browser, demo.origin, await loadTexts('en'), { width: 390 })
    await phone.open('/sign-in')
    await signInAs(phone, 'alice', 'wonderland')
    await phone.sees('type-code-title')
    await typeCode(phone, codeOf(seed, -1))
    await phone.sees('home-title', { name: 'Alice' })
    await phone.open('/add')
    await phone.press('setup-push')
    await phone.press('continue')
    await phone.sees('type-code-title')
    await typeCode(phone, codeOf(seed))
    await phone.reads('pair-wait')
    await phone.press('pair-here')
    await phone.sees('added-title')
    await phone.open('/phone')
    await phone.reads('phone-own-hint', { delimiter: ',', count: '2' })
  })
  after(async () => {
    await phone?.close()
    await browser?.close()
    gateway?.close()
    await demo?.service.stop()
  })

  /** Held until her phone has answered. */
  const type = (password: string, device = laptop) =>
    gateway.signIn({ user: 'alice', password, nas: 'append', device }, 30_000)

  async function seesPrompt(): Promise<void> {
    await phone.open('/phone')
    await phone.sees('approve-title')
  }

  async function answer(digits: string): Promise<void> {
    await phone.type('phone-own-label', digits)
    await phone.press('phone-approve')
  }

  it('takes the digits that she has typed after her password, and lets her in', async () => {
    const held = type('wonderland,42')
    await seesPrompt()
    await answer('42')
    await phone.sees('approve-done')
    expect((await held)?.kind).to.equal('accept')
  })

  it('refuses others, and says what that may mean', async () => {
    const held = type('wonderland,35')
    await seesPrompt()
    await answer('53')
    await phone.sees('phone-wrong-number')
    await phone.reads('phone-own-wrong', { gateway: 'Demo file server' })
    expect((await held)?.kind).to.equal('reject')
  })

  it('a thief who was first gets nothing of her yes', async () => {
    const theirs = type('wonderland,13', thief)
    await seesPrompt()
    expect((await type('wonderland,77'))?.kind).to.equal('reject')
    await answer('77')
    await phone.sees('phone-wrong-number')
    await phone.reads('phone-own-wrong', { gateway: 'Demo file server' })
    expect((await theirs)?.kind).to.equal('reject')
  })

  it('and one who comes second does not either, even from her own address', async () => {
    const held = type('wonderland,88')
    await seesPrompt()
    for (const device of [thief, laptop]) {
      expect((await type('wonderland,13', device))?.kind).to.equal('reject')
    }
    await answer('88')
    await phone.sees('approve-done')
    expect((await held)?.kind).to.equal('accept')
  })

  it('is not asked where she types her password alone', async () => {
    expect((await type('wonderland'))?.kind).to.equal('reject')
    await phone.open('/phone')
    await phone.sees('approve-none')
  })
})
