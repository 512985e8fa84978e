import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Browser, CDPSession } from 'playwright-core'
import { loadTexts } from '../../../src/web/pages/people/texts/index.ts'
import { openGateway, type TestGateway, type TestReply } from '../../lab/gateway.ts'
import { demoYaml } from '../../lab/service.ts'
import { administer, codeOf } from '../../lab/service-config.ts'
import { type PushServiceLab, startPushService } from '../../support/push-service.ts'
import { launchChromium } from '../chromium.ts'
import { signInAs, typeCode } from './dave.ts'
import { type DemoPortal, startDemoPortal } from './demo-portal.ts'
import { type Visit, visit } from './visit.ts'

const aliceSeed = 'JBSWY3DPEHPK3PXP'

/** The browser has no push service here: it gets a subscription that the test has made, and keeps it. */
const fakeSubscriptions = (subscription: {
  readonly endpoint: string
  readonly p256dh: string
  readonly auth: string
}) => `{
  const { endpoint, p256dh, auth } = ${JSON.stringify(subscription)}
  const made = (applicationServerKey) => ({
    endpoint,
    options: { applicationServerKey },
    toJSON: () => ({ endpoint, keys: { p256dh, auth } }),
    unsubscribe: async () => localStorage.removeItem('subscribed'),
  })
  const bytesOf = (text) =>
    Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0)).buffer
  PushManager.prototype.subscribe = async ({ applicationServerKey, userVisibleOnly }) => {
    if (!userVisibleOnly) throw new Error('not allowed')
    localStorage.setItem('subscribed', applicationServerKey)
    return made(bytesOf(applicationServerKey))
  }
  PushManager.prototype.getSubscription = async () => {
    const key = localStorage.getItem('subscribed')
    return key === null ? null : made(bytesOf(key))
  }
}`

describe('a notification on alice’s phone', function () {
  this.timeout(300_000)
  let browser: Browser
  let push: PushServiceLab
  let demo: DemoPortal
  let phone: Visit
  let gateway: TestGateway
  let session: CDPSession
  let registrationId = ''

  before(async function () {
    browser = await launchChromium(this)
    push = await startPushService()
    demo = await startDemoPortal((place) => {
      const caFile = join(place.folder, 'push-ca.pem')
      writeFileSync(caFile, push.ca)
      const service = {
        ...{ host: 'localhost', port: push.port, addresses: ['127.0.0.0/8'], ca_file: caFile },
      }
      const settings = JSON.stringify({ contact: 'mfa@example.com', services: [service] })
      const socket = JSON.stringify(join(place.folder, 'admin.sock'))
      return demoYaml(place)
        .replace('\nmethods:\n', `\nmethods:\n  push: ${settings}\n`)
        .concat(`\nadmin_socket: ${socket}\n`)
    })
    gateway = await openGateway(demo.service)
    phone = await visit(browser, demo.origin, await loadTexts('en'), { width: 390 })
    const { auth, endpoint, p256dh } = push.subscribe()
    const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
    const subscription = { endpoint, p256dh: text(p256dh), auth: text(auth) }
    await phone.context.addInitScript(fakeSubscriptions(subscription))
    session = await phone.context.newCDPSession(phone.page)
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      registrationId = registrations.at(-1)?.registrationId ?? registrationId
    })
    await session.send('ServiceWorker.enable')
    await becomePhone()
  })
  after(async () => {
    await phone?.close()
    await browser?.close()
    gateway?.close()
    await demo?.service.stop()
    await push?.stop()
  })

  async function becomePhone(): Promise<void> {
    await phone.open('/sign-in')
    await signInAs(phone, 'alice', 'wonderland')
    await phone.sees('type-code-title')
    await typeCode(phone, codeOf(aliceSeed, -1))
    await phone.sees('home-title', { name: 'Alice' })
    await phone.open('/add')
    await phone.press('setup-push')
    await phone.press('continue')
    await phone.sees('type-code-title')
    await typeCode(phone, codeOf(aliceSeed))
    await phone.reads('pair-wait')
    await phone.press('pair-here')
    await phone.sees('added-title')
  }

  const ask = (password: string, state?: Uint8Array) =>
    gateway.signIn(
      {
        ...{ user: 'alice', password, nas: 'challenge', device: '203.0.113.7' },
        ...(state === undefined ? {} : { state }),
      },
      30_000,
    )

  /** Signs in at the VPN up to the number that it shows. */
  async function begin(): Promise<{ readonly number: string; readonly asked: TestReply }> {
    const asked = await ask('wonderland')
    const number = /number is (\d\d)/.exec(asked?.message ?? '')?.[1]
    if (asked === undefined || number === undefined) return expect.fail(JSON.stringify(asked))
    return { number, asked }
  }

  /** What the phone shows, as the push service brings it: again where a worker that is just starting has missed it. */
  async function deliver(text: string): Promise<{ readonly title: string; readonly tag: string }> {
    for (;;) {
      await session.send('ServiceWorker.deliverPushMessage', {
        ...{ origin: demo.origin, registrationId, data: text },
      })
      const shown = await phone.page.evaluate(`(async () => {
        const registration = await navigator.serviceWorker.ready
        for (let looks = 0; looks < 250; looks += 1) {
          const [shown] = await registration.getNotifications()
          if (shown) return { title: shown.title, tag: shown.tag }
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
      })()`)
      if (shown) return shown as { readonly title: string; readonly tag: string }
    }
  }

  /**
   * What a tap on the notification does. A browser lets a worker open and focus pages after a tap of a person only, so that
   * both are written down here instead.
   */
  async function tap(): Promise<unknown> {
    const [worker] = phone.context.serviceWorkers()
    return await worker?.evaluate(`(async () => {
      const [notification] = await registration.getNotifications()
      const done = new Promise((resolve) => {
        clients.openWindow = async (address) => resolve('opened ' + address)
        WindowClient.prototype.focus = async function () {
          resolve('focused ' + new URL(this.url).pathname)
        }
      })
      dispatchEvent(new NotificationEvent('notificationclick', { notification }))
      return await done
    })()`)
  }

  /** What the phone has said of a prompt, once it has been answered there. */
  async function receiptOf(prompt: string): Promise<object> {
    for (;;) {
      const [exported] = await administer(demo.service, [['person.export', { name: 'alice' }]])
      const { tables } = exported as {
        tables: { receipt: readonly { prompt_id: string; answered_at?: string }[] }
      }
      const own = tables.receipt.find(({ prompt_id }) => prompt_id === prompt)
      if (own?.answered_at !== undefined) return own
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async function approve(number: string): Promise<void> {
    await phone.sees('approve-title')
    await phone.type('phone-number-label', number)
    await phone.press('phone-approve')
    await phone.sees('approve-done')
  }

  it('is asked for by a tap, and a sign-in works without', async () => {
    await phone.open('/phone')
    await phone.reads('bell-ask-text')
    const { number, asked } = await begin()
    await approve(number)
    expect((await ask('', asked.state))?.kind).to.equal('accept')
    expect(push.prompts(), 'no bell yet').to.have.length(0)
    await phone.press('approve-look')
    await phone.sees('approve-none')
    await phone.reads('bell-ask-text')
  })

  it('tells that a sign-in waits, and nothing of it; a tap on it leads to the prompt', async () => {
    const { origin } = demo
    await phone.context.grantPermissions(['notifications'], { origin })
    await phone.press('bell-button')
    await phone.reads('bell-on')
    await phone.page.goto(`${origin}/icon.svg`)
    const { number, asked } = await begin()
    const { headers, text } = await push.waitFor(1)
    expect(headers).to.include({ urgency: 'high' })
    const { notification } = JSON.parse(text)
    expect(JSON.parse(text)).to.deep.equal({
      web_push: 8030,
      notification: {
        title: 'A sign-in is waiting',
        body: 'Tap to see it. If you are not signing in, tap to report it.',
        navigate: `${origin}/phone`,
        tag: notification.tag,
      },
      mutable: true,
    })
    expect(notification.tag).to.match(/^[\w-]{22}$/)
    await phone.open('/')
    const shown = await deliver(text)
    expect(shown).to.deep.equal({ title: 'A sign-in is waiting', tag: notification.tag })
    expect(headers.topic).to.equal(notification.tag)

    expect(await tap()).to.equal('opened /phone')
    await phone.open('/phone')
    await phone.sees('approve-title')
    await deliver(text)
    expect(await tap()).to.equal('focused /phone')
    await approve(number)
    expect((await ask('', asked.state))?.kind).to.equal('accept')
    expect(await receiptOf(notification.tag)).to.include.keys('rang_at', 'shown_at', 'opened_at')
    await phone.page.waitForFunction(`navigator.serviceWorker.ready
      .then((registration) => registration.getNotifications())
      .then((shown) => shown.length === 0)`)
    await phone.press('approve-look')
    await phone.sees('approve-none')
  })

  it('is switched on again at the next visit, once the push service has ended it, and the page says so', async () => {
    push.answers.push({ status: 410 })
    const { number, asked } = await begin()
    await push.waitFor(2)
    await approve(number)
    expect((await ask('', asked.state))?.kind).to.equal('accept')
    await phone.open('/phone')
    await phone.reads('bell-again')
    const next = await begin()
    expect((await push.waitFor(3)).text).not.to.equal('')
    await approve(next.number)
  })

  it('needs the Home Screen on an iPhone: the page explains that before a phone is added, and the app asks for the code', async () => {
    const iphone = await visit(browser, demo.origin, await loadTexts('en'), { width: 390 })
    await iphone.context.addInitScript(
      `Object.defineProperty(navigator, 'userAgent', { value: 'iPhone' })`,
    )
    await iphone.open('/pair#name=alice&code=ABCD-EFGH')
    await iphone.sees('iphone-title')
    expect(await iphone.page.locator('.guide svg').count()).to.equal(3)
    expect(iphone.page.url(), 'the code stays in no history').to.equal(`${demo.origin}/pair`)
    await iphone.press('iphone-skip')
    await iphone.sees('pair-title')
    const code = iphone.page.getByLabel(iphone.says('pair-code-label'), { exact: true })
    expect(await code.inputValue()).to.equal('ABCD-EFGH')

    // As in an app on the Home Screen.
    await iphone.context.addInitScript(`{
      const { matchMedia } = window
      window.matchMedia = (query) =>
        query === '(display-mode: standalone)' ? { matches: true } : matchMedia.call(window, query)
    }`)
    await iphone.open('/phone')
    await iphone.sees('phone-none')
    await iphone.press('pair-title')
    await iphone.sees('pair-title')
    await iphone.close()
  })
})
