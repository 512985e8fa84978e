import { expect } from 'chai'
import type { PhonePrompt, PromptNow, ShownPrompt } from '../../src/web/people/contract.ts'
import { openGateway, type TestGateway, type TestReply } from '../lab/gateway.ts'
import { gatewayConfig } from '../lab/service-config.ts'
import { type EventReader, openEvents } from '../support/events.ts'
import { type PortalPhone, pairAlicesPhone, pairBobsPhone } from './phone-of.ts'
import type { PortalBrowser } from './portal-browser.ts'
import { type PortalService, signInAlice, signInBob, startPortal } from './portal-service.ts'

const home = '203.0.113.7'
const stranger = '198.51.100.9'

describe('a phone that approves, at the service', function () {
  this.timeout(180_000)
  let portal: PortalService
  let bob: PortalBrowser
  let phone: PortalPhone
  let gateway: TestGateway
  const opened: EventReader[] = []

  before(async () => {
    portal = await startPortal({
      gateways: {
        ask: gatewayConfig('ask', { flow: 'challenge', methods: ['push'], label: 'Office VPN' }),
        both: gatewayConfig('both', { flow: 'hold', methods: ['call'] }),
      },
    })
    bob = portal.open()
    await signInBob(portal, bob)
    phone = await pairBobsPhone(portal, bob)
    gateway = await openGateway({ port: portal.now().port })
  })
  afterEach(() => {
    for (const each of opened.splice(0)) each.close()
  })
  after(async () => {
    gateway?.close()
    await portal?.stop()
  })

  const knock = (device: string, password = 'builder', state?: Uint8Array) =>
    gateway.signIn({
      ...{ user: 'bob', password, nas: 'ask', device },
      ...(state === undefined ? {} : { state }),
    })

  async function stream(body?: object): Promise<EventReader> {
    const events = await phone.stream(body)
    opened.push(events)
    return events
  }

  async function pageStream(browser = bob): Promise<EventReader> {
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { host: `localhost:${portal.port}`, origin: browser.origin, cookie }
    const events = await openEvents({ port: portal.port, path: '/api/prompt/stream', headers })
    opened.push(events)
    return events
  }

  /** The next event that shows what the test waits for. */
  async function shownBy(
    events: EventReader,
    isIt: (prompt: ShownPrompt | undefined) => boolean,
  ): Promise<ShownPrompt | undefined> {
    for (;;) {
      const event = await events.next()
      if (typeof event === 'string') throw new Error(`the stream has said ${event}`)
      const { prompt } = event as PromptNow
      if (isIt(prompt)) return prompt
    }
  }

  async function begin(device: string): Promise<{ asked: TestReply; number: string }> {
    const asked = await knock(device)
    const number = /\b(\d\d)\b/.exec(asked?.message ?? '')?.[1]
    if (asked === undefined || number === undefined)
      return expect.fail(`no number: ${asked?.message}`)
    return { asked, number }
  }
  const enter = async ({ state }: TestReply, device: string) =>
    (await knock(device, '', state))?.kind

  describe('learns what waits by a stream', () => {
    it('when it comes, and when it ends; with no session, and no internet', async () => {
      const events = await stream()
      expect(events.headers['content-type']).to.match(/^text\/event-stream/)
      expect(await events.next()).to.have.all.keys('step', 'nowMs')
      const { asked, number } = await begin(home)
      const prompt = await shownBy(events, (shown) => shown !== undefined)
      expect(prompt).to.include({ gateway: 'Office VPN', place: home, digits: 2 })
      expect(events.text).to.not.contain(`"${number}"`)
      expect(await phone.answer(prompt?.id ?? '', number)).to.equal('approved')
      await shownBy(events, (shown) => shown === undefined)
      expect(await enter(asked, home)).to.equal('accept')
    })

    it('of a signature that opens one, and no second one', async () => {
      const opening = phone.opening()
      expect((await stream(opening)).status).to.equal(200)
      const again = await stream(opening)
      expect(await again.next()).to.equal('end')
      expect(JSON.parse(again.text)).to.deep.equal({ step: 'unknown' })
    })

    it('and so does the page of a person who is signed in', async () => {
      const events = await pageStream()
      const { asked } = await begin(home)
      const prompt = await shownBy(events, (shown) => shown !== undefined)
      expect(prompt).to.include({ gateway: 'Office VPN', byPasskey: false })
      expect(await phone.answer(prompt?.id ?? '', '', 'approve')).to.equal('wrong-number')
      expect(await enter(asked, home)).to.equal('reject')
    })
  })

  describe('stream ends with the right to it (PEOPLE R22)', () => {
    it('when the session is ended', async () => {
      const browser = portal.open()
      await signInBob(portal, browser)
      const events = await pageStream(browser)
      await events.next()
      await browser.signOut()
      // Whatever would have been told next is not.
      const { asked, number } = await begin(home)
      expect(await events.next()).to.equal('end')
      expect(await phone.answer((await phone.waiting()).id, number)).to.equal('approved')
      expect(await enter(asked, home)).to.equal('accept')
    })

    it('when the person is blocked, for phone and page', async () => {
      const { number } = await begin(home)
      const both = [await stream(), await pageStream()]
      for (const events of both) await shownBy(events, (shown) => shown !== undefined)
      const { id } = await phone.waiting()
      await portal.administer('user.block', { name: 'bob', reason: 'test' })
      expect(await phone.look()).to.not.have.property('prompt')
      // The prompt ends, which is told to no one who may not see it.
      await phone.answer(id, number)
      for (const events of both) expect(await events.next()).to.equal('end')
      await portal.administer('user.unlock', { name: 'bob' })
      bob = portal.open()
      await signInBob(portal, bob)
    })

    it('when the phone is removed', async () => {
      const alice = portal.open()
      await signInAlice(alice)
      const hers = await pairAlicesPhone(portal, alice)
      const events = await hers.stream()
      opened.push(events)
      const knockAsAlice = () =>
        gateway.signIn({ user: 'alice', password: 'wonderland', nas: 'ask', device: home })
      await portal.administer('authenticator.add', {
        ...{ name: 'alice', authenticator: { method: 'call', phone: '+31612345611' } },
      })
      await knockAsAlice()
      const shown = await shownBy(events, (prompt) => prompt !== undefined)
      await portal.administer('authenticator.remove', { name: 'alice', id: hers.id })
      // Refused beside the one that is open, which would be on her page.
      await gateway.signIn({
        ...{ user: 'alice', password: 'wonderland', nas: 'both', device: stranger },
      })
      expect(await events.next()).to.equal('end')
      expect(await hers.answer(shown?.id ?? '', '')).to.equal('ended')
    })
  })

  describe('shows whose sign-in it is, when a thief signs in at the same moment (PEOPLE R11)', () => {
    const refusedAt = ({ refused }: ShownPrompt) => refused.map(({ place }) => place)

    it('the owner first: his is refused, is shown on her phone, and gets nothing of her yes', async () => {
      const events = await stream()
      const { asked, number } = await begin(home)
      expect(await knock(stranger)).to.have.property('kind', 'reject')
      const prompt = await shownBy(events, (shown) => (shown?.refused.length ?? 0) > 0)
      if (prompt === undefined) return expect.fail()
      expect(prompt).to.include({ place: home, gateway: 'Office VPN' })
      expect(refusedAt(prompt)).to.deep.equal([stranger])
      expect(await phone.answer(prompt.id, number)).to.equal('approved')
      // What he sends in her place: his address, her State.
      expect(await knock(stranger, '')).to.not.have.property('kind', 'accept')
      expect(await enter(asked, home)).to.equal('accept')
    })

    it('the thief first: hers is refused and is shown there; her "not me" ends his', async () => {
      const events = await stream()
      const { asked: his } = await begin(stranger)
      const hers = await knock(home)
      expect(hers).to.have.property('kind', 'reject')
      expect(hers?.message, 'no number is shown that she could type').to.not.match(/number/)
      const prompt = await shownBy(events, (shown) => (shown?.refused.length ?? 0) > 0)
      if (prompt === undefined) return expect.fail()
      expect(prompt).to.include({ place: stranger })
      expect(refusedAt(prompt)).to.deep.equal([home])
      expect(await phone.answer(prompt.id, '', 'report')).to.equal('reported')
      expect(await enter(his, stranger)).to.equal('reject')
      await portal.administer('user.unlock', { name: 'bob' })
      bob = portal.open()
      await signInBob(portal, bob)
    })
  })

  describe('says what it has shown', () => {
    type Kept = { readonly prompt_id: string; readonly phone_id: string } & Record<string, unknown>
    async function kept(): Promise<readonly Kept[]> {
      const exported = await portal.administer('person.export', { name: 'bob' })
      return (exported as { tables: { receipt: readonly Kept[] } }).tables.receipt
    }

    it('with its signature, which its export has; and nothing of what it was never asked', async () => {
      const { asked, number } = await begin(home)
      const { id } = await phone.waiting()
      for (const [what, prompt] of [
        ['shown', id],
        ['opened', id],
        ['shown', 'never'],
      ] as const) {
        expect(await phone.receipt(what, prompt)).to.equal(204)
      }
      expect(await phone.answer(id, number)).to.equal('approved')
      expect(await enter(asked, home)).to.equal('accept')
      const all = await kept()
      const own = all.find((row) => row.prompt_id === id)
      for (const moment of ['shown_at', 'opened_at', 'answered_at'])
        expect(own?.[moment], moment).to.match(/^20\d\d-/)
      expect(all.map((row) => row.prompt_id)).to.not.include('never')
    })

    it('for itself alone', async () => {
      const { asked } = await begin(home)
      const { id } = await phone.waiting()
      await phone.receipt('shown', id, 'another-phone')
      expect((await kept()).map((row) => row.prompt_id)).to.not.include(id)
      await phone.answer(id, '')
      expect(await enter(asked, home)).to.equal('reject')
    })
  })

  describe('that outlives the service', () => {
    it('shows nothing after a restart, and takes no late yes: the person signs in again', async () => {
      const { asked, number } = await begin(home)
      const { id } = await phone.waiting()
      const events = await stream()
      await events.next()
      await portal.restart('SIGKILL')
      expect(await events.next()).to.equal('end')
      const now: PhonePrompt = await phone.look()
      expect(now).to.have.all.keys('step', 'nowMs')
      expect(await phone.answer(id, number)).to.equal('ended')
      gateway.close()
      gateway = await openGateway({ port: portal.now().port })
      const entered = await knock(home, '', asked.state)
      expect(entered).to.have.property('kind', 'reject')
      expect((await knock(home))?.message).to.match(/interrupted/)
    })
  })
})
