import { expect } from 'chai'
import type { Browser, CDPSession } from 'playwright-core'
import { loadTexts } from '../../../src/web/pages/people/texts/index.ts'
import { openGateway, type TestGateway } from '../../lab/gateway.ts'
import { launchChromium } from '../chromium.ts'
import { signInAs } from './dave.ts'
import { type DemoPortal, startDemoPortal } from './demo-portal.ts'
import { type Visit, visit } from './visit.ts'

// Chromium with an authenticator of its own, which stands in for a phone or a laptop that knows dave's finger.
describe('a passkey at the portal, in a browser', function () {
  this.timeout(300_000)
  let browser: Browser
  let demo: DemoPortal
  let dave: Visit
  let gateway: TestGateway
  let device: CDPSession
  let authenticatorId = ''

  before(async function () {
    browser = await launchChromium(this)
    demo = await startDemoPortal()
    gateway = await openGateway({ port: demo.service.port })
    dave = await visit(browser, demo.origin, await loadTexts('en'), { width: 390 })
    device = await dave.context.newCDPSession(dave.page)
    await device.send('WebAuthn.enable')
    const added = await device.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...{ protocol: 'ctap2', transport: 'internal' },
        ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
        automaticPresenceSimulation: true,
      },
    })
    authenticatorId = added.authenticatorId
  })
  after(async () => {
    gateway?.close()
    await dave?.close()
    await browser?.close()
    await demo?.service.stop()
  })

  const kept = async () =>
    (await device.send('WebAuthn.getCredentials', { authenticatorId })).credentials
  const knock = (address: string) =>
    gateway.signIn({ user: 'dave', password: 'diver', nas: 'hold', device: address }, 30_000)

  it('is the first thing that dave sets up, with the printed code', async () => {
    await dave.open('/')
    await dave.sees('sign-in-title')
    await signInAs(dave, 'dave', 'diver')
    await dave.sees('proof-title')
    await dave.type('proof-label', demo.davesCode)
    await dave.press('continue')
    await dave.sees('setup-title')
    await dave.press('setup-passkey')
    await dave.sees('passkey-title')
    await dave.press('continue')
    await dave.sees('codes-title')
    await dave.press('codes-saved')
    await dave.reads('all-set')
    const [passkey, ...more] = await kept()
    expect(more).to.deep.equal([])
    expect(passkey).to.include({ isResidentCredential: true, rpId: 'localhost' })
  })

  it('approves a held sign-in on the page, with one press', async () => {
    await dave.open('/approve')
    const reply = knock('203.0.113.1')
    await dave.press('approve-button')
    expect(await reply).to.have.property('kind', 'accept')
    await dave.sees('approve-done')
  })

  it('approves nothing while its user does not show a finger', async () => {
    await device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    await dave.open('/approve')
    const reply = knock('203.0.113.2')
    await dave.press('approve-button')
    expect(await reply).to.have.property('kind', 'reject')
    await device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
  })

  it('signs dave in with nothing else, from the field for the name', async () => {
    await dave.context.clearCookies()
    await dave.open('/')
    await dave.sees('home-title', { name: 'Dave' })
  })
})
