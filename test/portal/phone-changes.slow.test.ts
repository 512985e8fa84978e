import { expect } from 'chai'
import type {
  ChangeReported,
  Paired,
  Pairing,
  PhoneBegun,
  PhoneChanges,
  PhonePrompt,
  ShownChange,
  SignInStep,
} from '../../src/web/people/contract.ts'
import { createSoftwarePhone, type SoftwarePhone } from '../support/software-phone.ts'
import { countCodes } from './codes.ts'
import type { PortalBrowser } from './portal-browser.ts'
import {
  answerByText,
  confirmAsBob,
  type PortalService,
  signInBob,
  startPortal,
} from './portal-service.ts'

type OwnPhone = SoftwarePhone & { readonly id: string }

// The phones that were there before see that a person has added a phone (PEOPLE R7).
describe('what bob’s phones are told of changes', function () {
  this.timeout(120_000)
  let portal: PortalService
  let bob: PortalBrowser
  let first: OwnPhone
  let second: OwnPhone

  before(async () => {
    portal = await startPortal()
    bob = portal.open()
    await signInBob(portal, bob)
    first = await pair(bob)
    second = await pair(bob, first)
  })
  after(() => portal?.stop())

  /** Adds a phone with the text that bob’s number gets, as the page does. */
  async function pair(browser: PortalBrowser, by?: OwnPhone): Promise<OwnPhone> {
    const before = await countCodes(portal.phone, 'bob')
    const begun = await browser.confirm({ change: 'add', setup: 'push' })
    // A text adds one stronger way in a day; the second one is confirmed by the first.
    const step =
      by === undefined
        ? await answerByText(portal, begun, browser.confirmAnswer, before)
        : await answerByPhone(browser, begun, by)
    const said = JSON.stringify(step)
    if (step.step !== 'done' || step.result.kind !== 'pending') throw new Error(said)
    const { pending } = step.result
    if (pending.setup !== 'push') throw new Error(said)
    const phone = createSoftwarePhone()
    const key = Buffer.from(phone.publicKey).toString('base64url')
    const elsewhere = portal.open()
    const { body: pairing } = await elsewhere.send<Pairing>('POST', '/api/phone/pair', {
      ...{ name: 'bob', code: pending.code, key },
    })
    if (pairing.step !== 'confirm') throw new Error(pairing.step)
    await browser.prove(pairing.check)
    const { token } = pairing
    const { body: paired } = await elsewhere.send<Paired>('POST', '/api/phone/paired', { token })
    if (paired.step !== 'paired') throw new Error(paired.step)
    return { ...phone, id: paired.phone }
  }

  async function answerByPhone(
    browser: PortalBrowser,
    begun: SignInStep,
    phone: OwnPhone,
  ): Promise<SignInStep> {
    if (begun.step !== 'question') return begun
    const option = begun.question.options.find(({ method }) => method === 'push')
    const asked = await browser.confirmAnswer(option?.answer ?? '')
    const number = asked.step === 'question' ? (asked.question.via?.number ?? '') : ''
    const hello = helloOf(phone)
    const elsewhere = portal.open()
    const waits = await elsewhere.send<PhonePrompt>('POST', '/api/phone/prompt', hello)
    const prompt = waits.body.step === 'shown' ? (waits.body.prompt?.id ?? '') : ''
    const { body } = await elsewhere.send<PhoneBegun>('POST', '/api/phone/begin', {
      ...{ ...hello, prompt, answer: 'approve' },
    })
    const { challenge = '' } = body
    const signature = text(phone.answer(challenge, number))
    await elsewhere.send('POST', '/api/phone/answer', {
      ...{ phone: phone.id, prompt, challenge, number, signature },
    })
    return browser.confirmAnswer('')
  }

  function helloOf(phone: OwnPhone, atMs = Date.now()) {
    const { signature, ...hello } = phone.hello(phone.id, atMs)
    return { ...hello, signature: text(signature) }
  }

  const text = (signature: Uint8Array) => Buffer.from(signature).toString('base64url')

  /** What this phone shows, once there is something; a notice is written after the change. */
  async function changesOn(phone: OwnPhone): Promise<readonly ShownChange[]> {
    for (let tries = 0; tries < 100; tries += 1) {
      const answer = await portal
        .open()
        .send<PhoneChanges>('POST', '/api/phone/changes', helloOf(phone))
      if (answer.body.step !== 'shown') throw new Error(answer.body.step)
      if (answer.body.changes.length > 0) return answer.body.changes
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return []
  }

  async function sendReport(
    phone: OwnPhone,
    change: string,
    signature: Uint8Array,
    atMs: number,
  ): Promise<ChangeReported['stopped']> {
    const body = { phone: phone.id, atMs, change, signature: text(signature) }
    const answer = await portal.open().send<ChangeReported>('POST', '/api/phone/not-me', body)
    return answer.body.stopped
  }
  function report(phone: OwnPhone, change: string, about = change) {
    const atMs = Date.now()
    const { signature } = phone.state(phone.id, atMs, { what: 'this change was not me', about })
    return sendReport(phone, change, signature, atMs)
  }

  it('the phone that was there before shows the new one, and a new one nothing of itself', async () => {
    const [shown] = await changesOn(first)
    expect(shown?.text).to.equal('New way to sign in: a phone that approves sign-ins.')
    expect(shown).to.include({ isReportable: true, isReported: false })
    const asked = helloOf(second)
    const { body } = await portal.open().send<PhoneChanges>('POST', '/api/phone/changes', asked)
    expect(body).to.deep.equal({ step: 'shown', changes: [], paused: [] })
  })

  it('is never shown without the key', async () => {
    const atMs = Date.now()
    const { signature } = second.hello(first.id, atMs)
    const body = { phone: first.id, atMs, signature: text(signature) }
    const answer = await portal.open().send<PhoneChanges>('POST', '/api/phone/changes', body)
    expect(answer.body).to.deep.equal({ step: 'shown', changes: [], paused: [] })
    const late = helloOf(first, atMs - 60_000)
    const told = await portal.open().send<PhoneChanges>('POST', '/api/phone/changes', late)
    expect(told.body).to.have.property('step', 'clock')
  })

  it('outlives a restart', async () => {
    await portal.restart('SIGKILL')
    expect(await changesOn(first)).to.have.length(1)
  })

  it('is no one’s to report without a signature over this very change', async () => {
    const [shown] = await changesOn(first)
    const change = shown?.id ?? ''
    expect(await report(first, change, 'another')).to.equal('over')
    const { atMs, signature } = first.hello(first.id, Date.now())
    expect(await sendReport(first, change, signature, atMs)).to.equal('over')
    const { authenticators } = await bob.me()
    expect(authenticators.length).to.be.greaterThan(0)
  })

  it('once reported, the account is blocked, and the phone that was added approves nothing', async () => {
    const [shown] = await changesOn(first)
    const change = shown?.id ?? ''
    expect(await report(first, change)).to.equal('account')
    expect(await report(first, change)).to.equal('over')
    const refused = await bob.refused('GET', 'me')
    expect(refused.status).to.equal(401)
    const body = helloOf(second)
    const waits = await portal.open().send<PhonePrompt>('POST', '/api/phone/prompt', body)
    expect(waits.body).to.not.have.property('prompt')
    const all = await changesOn(first)
    expect(all.find(({ id }) => id === change)).to.include({ isReported: true })
    await portal.administer('user.unlock', { name: 'bob' })
    await signInBob(portal, bob)
  })

  it('tells of what an administrator does, too', async () => {
    await confirmAsBob(portal, bob, { change: 'default', method: 'sms' })
    await portal.administer('bypass.give', {
      name: 'bob',
      forMs: 3_600_000,
      once: false,
      reason: 'test',
    })
    for (let tries = 0; tries < 100; tries += 1) {
      const texts = (await changesOn(second)).map((each) => each.text).join(' ')
      if (/password alone.*Your helpdesk did this/.test(texts)) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error('it was not told')
  })
})
