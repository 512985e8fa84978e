import { expect } from 'chai'
import type {
  PasskeyBegun,
  PromptAnswered,
  PromptBegun,
  PromptNow,
  ShownPrompt,
  SignInStep,
} from '../../src/web/people/contract.ts'
import { openGateway, type TestGateway, type TestReply } from '../lab/gateway.ts'
import { gatewayConfig } from '../lab/service-config.ts'
import { createSoftwarePasskey, type SoftwarePasskey } from '../support/software-passkey.ts'
import type { PortalBrowser } from './portal-browser.ts'
import { confirmAsBob, type PortalService, signInBob, startPortal } from './portal-service.ts'

// A gateway waits while its user says yes on a page: no app, no push, and nothing to type.
describe('a passkey, from its set-up to a held sign-in', function () {
  this.timeout(120_000)
  let portal: PortalService
  let bob: PortalBrowser
  let device: SoftwarePasskey
  let gateway: TestGateway

  before(async () => {
    portal = await startPortal({
      gateways: {
        page: gatewayConfig('page', { flow: 'hold', methods: ['passkey'], label: 'Office VPN' }),
      },
    })
    bob = portal.open()
    await signInBob(portal, bob)
    gateway = await openGateway({ port: portal.now().port })
  })
  after(async () => {
    gateway?.close()
    await portal?.stop()
  })

  /** An address of its own each time: one that was just let in is not asked again. */
  const knock = (device: string): Promise<TestReply | undefined> =>
    gateway.signIn({ user: 'bob', password: 'builder', nas: 'page', device }, 30_000)

  async function waiting(browser = bob): Promise<ShownPrompt> {
    for (let tries = 0; tries < 100; tries += 1) {
      const { body } = await browser.send<PromptNow>('GET', '/api/prompt')
      if (body.prompt !== undefined) return body.prompt
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error('nothing waits')
  }

  async function sign(prompt: string, answer: 'approve' | 'report') {
    const { body } = await bob.send<PromptBegun>('POST', '/api/prompt/begin', { prompt, answer })
    if (body.options === undefined) throw new Error('over')
    return { prompt, passkey: device.sign(body.options) }
  }

  async function enter(browser: PortalBrowser): Promise<SignInStep> {
    const { body } = await browser.send<PasskeyBegun>('POST', '/api/passkey/begin', {})
    if (body.options === undefined) throw new Error('no passkeys here')
    const passkey = device.sign(body.options)
    return (await browser.send<SignInStep>('POST', '/api/sign-in/passkey', { passkey })).body
  }

  const send = async (browser: PortalBrowser, body: unknown) =>
    (await browser.send<PromptAnswered>('POST', '/api/prompt/answer', body)).body.answered

  it('is set up with a fresh text', async () => {
    const confirmed = await confirmAsBob(portal, bob, { change: 'add', setup: 'passkey' })
    const pending = JSON.stringify(confirmed)
    if (confirmed.step !== 'done' || confirmed.result.kind !== 'pending') throw new Error(pending)
    const setup = confirmed.result.pending
    if (setup.setup !== 'passkey') throw new Error(pending)
    device = createSoftwarePasskey({
      host: 'localhost',
      origin: bob.origin,
      userHandle: setup.options.user.id,
    })
    await bob.send('POST', '/api/setup/prove', { passkey: device.register(setup.options) })
    const { authenticators } = await bob.me()
    expect(authenticators.map((each) => each.setup)).to.include('passkey')
  })

  it('lets a held sign-in in, which the page names', async () => {
    const reply = knock('203.0.113.1')
    const shown = await waiting()
    expect(shown).to.include({ gateway: 'Office VPN', place: '203.0.113.1' })
    expect(await send(bob, await sign(shown.id, 'approve'))).to.equal('approved')
    expect(await reply).to.have.property('kind', 'accept')
    expect((await bob.send<PromptNow>('GET', '/api/prompt')).body).to.have.all.keys('nowMs')
  })

  it('counts a signature from any browser, and a cookie nowhere', async () => {
    const reply = knock('203.0.113.2')
    const { id } = await waiting()
    for (const body of [{ prompt: id }, { prompt: id, passkey: {} }]) {
      const { status } = await bob.send('POST', '/api/prompt/answer', body)
      expect(status).to.be.oneOf([200, 400])
    }
    const response = await sign(id, 'approve')
    // Signed for one thing, and sent for another.
    expect(await send(bob, { ...response, prompt: 'other' })).to.equal('ended')
    expect((await waiting()).id).to.equal(id)
    expect(await send(portal.open(), response)).to.equal('approved')
    expect(await send(portal.open(), response)).to.equal('ended')
    expect(await reply).to.have.property('kind', 'accept')
  })

  it('is asked while a second sign-in is refused beside it, which the page shows', async () => {
    const first = knock('203.0.113.3')
    const { id } = await waiting()
    const second = await knock('198.51.100.1')
    expect(second).to.have.property('kind', 'reject')
    const shown = await waiting()
    expect(shown.place).to.equal('203.0.113.3')
    expect(shown.refused.map(({ place }) => place)).to.deep.equal(['198.51.100.1'])
    expect(await send(bob, await sign(id, 'approve'))).to.equal('approved')
    expect(await first).to.have.property('kind', 'accept')
  })

  it('is asked for a thief who came first: his place is shown, hers as refused, and "not me" ends his', async () => {
    const his = knock('198.51.100.1')
    const { id } = await waiting()
    const hers = await knock('203.0.113.4')
    expect(hers).to.have.property('kind', 'reject')
    const shown = await waiting()
    expect({ id: shown.id, place: shown.place }).to.deep.equal({ id, place: '198.51.100.1' })
    expect(shown.refused.map(({ place }) => place)).to.deep.equal(['203.0.113.4'])
    expect(await send(bob, await sign(id, 'report'))).to.equal('reported')
    expect(await his).to.have.property('kind', 'reject')
    await portal.administer('user.unlock', { name: 'bob' })
    expect(await enter(bob)).to.have.property('step', 'in')
  })

  it('signs bob in at the portal with nothing else', async () => {
    const browser = portal.open()
    expect(await enter(browser)).to.deep.equal({ step: 'in', session: 'whole' })
    expect((await browser.me()).authenticators.length).to.be.greaterThan(0)
  })

  it('reports a sign-in that was not bob’s', async () => {
    const reply = knock('203.0.113.6')
    const { id } = await waiting()
    expect(await send(bob, await sign(id, 'report'))).to.equal('reported')
    expect(await reply).to.have.property('kind', 'reject')
    expect(await enter(portal.open())).to.not.have.property('step', 'in')
    await portal.administer('user.unlock', { name: 'bob' })
    expect(await enter(bob)).to.have.property('step', 'in')
  })

  it('ends an open question with the service', async () => {
    void knock('203.0.113.5').catch(() => undefined)
    const { id } = await waiting()
    const response = await sign(id, 'approve')
    await portal.restart('SIGKILL')
    expect(await send(bob, response)).to.equal('ended')
    gateway.close()
    gateway = await openGateway({ port: portal.now().port })
    // As with any other prompt, no one is asked twice for what may be the same sign-in.
    const next = await knock('203.0.113.6')
    expect(next?.message).to.match(/interrupted/)
  })
})
