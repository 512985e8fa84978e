import { expect } from 'chai'
import type { Authenticator } from '../../../src/accounts/index.ts'
import { call, password, sms, totp } from '../../signin/harness.ts'
import {
  type Answer,
  type Browser,
  createPortalLab,
  type LabOptions,
  type PortalLab,
} from './lab.ts'

const session = '__Host-holdfast'
const step = '__Host-holdfast-step'

/** The step, or why it was refused. */
function answerOf({ body }: Answer): unknown {
  return body.step === 'refused' ? body.reason : body.step
}

describe('confirming a change at the portal (PEOPLE R6)', () => {
  let lab: PortalLab
  let app: Authenticator
  let browser: Browser
  const open = async (options?: LabOptions) => {
    lab = await createPortalLab(options)
    app = await lab.enrol('alice', totp)
    browser = await signIn()
  }
  beforeEach(() => open())
  afterEach(() => lab.stop())

  async function signIn(name = 'alice', with_ = app): Promise<Browser> {
    const from = lab.browser()
    await from.post('/api/sign-in', { name, password })
    const done = await from.post('/api/sign-in/answer', { answer: code(with_) })
    expect(done.body).to.have.property('step', 'in')
    lab.advance(31_000)
    return from
  }
  const code = (with_ = app) => lab.world.code(with_)
  const rename = (label: string, from = browser) =>
    from.post('/api/confirm', { change: { change: 'rename', id: app.id, label } })
  const answer = (text: string, from = browser) =>
    from.post('/api/confirm/answer', { answer: text })

  it('carries the change out when the code is right, and the audit says who confirmed it and by what', async () => {
    const asked = await rename('Work phone')
    expect(asked.body).to.have.property('step', 'question')
    expect(lab.carried).to.deep.equal([])
    const done = await answer(code())
    expect(done.body).to.deep.equal({ step: 'done', result: { kind: 'changed' } })
    const [carried] = lab.carried
    expect(carried?.change).to.deep.equal({ change: 'rename', id: app.id, label: 'Work phone' })
    expect(carried?.proof).to.deep.include({
      method: 'totp',
      authenticatorId: app.id,
      hadPin: false,
    })
    expect(carried?.proof.caller).to.deep.include({
      userKey: 'local:alice',
      session: 'whole',
      isConfirmed: true,
      address: '127.0.0.1',
    })
  })

  it('asks the directory for nothing, and is in the audit under its own name', async () => {
    const before = lab.world.local.verified
    await rename('x')
    await answer(code())
    expect(lab.world.local.verified).to.equal(before)
    const [row] = await lab.store().audit.searchAudit({ limit: 1 })
    expect(row).to.deep.include({ gateway: 'portal-confirm', reason: 'accepted' })
  })

  it('gives the session a new token, and the old one is worth nothing (fixation)', async () => {
    const before = browser.jar.get(session) ?? ''
    await rename('x')
    await answer(code())
    expect(browser.jar.get(session)).not.to.equal(before)
    expect((await browser.get('/api/sessions')).body).to.have.length(1)
    const thief = lab.browser()
    thief.jar.set(session, before)
    expect((await thief.get('/api/sessions')).status).to.equal(401)
  })

  it('goes on after a restart between any two requests', async () => {
    await lab.restart()
    await rename('x')
    await lab.restart()
    expect((await answer(code())).body).to.have.property('step', 'done')
    await lab.restart()
    expect((await browser.get('/api/sessions')).status).to.equal(200)
    expect(lab.carried).to.have.length(1)
  })

  it('happens once, however often the right answer is sent', async () => {
    await rename('x')
    const typed = { answer: code() }
    const both = [1, 2].map(() => browser.send('POST', '/api/confirm/answer', typed))
    const bodies = (await lab.settle(Promise.all(both))).map(({ body }) => body)
    expect(bodies.filter((body) => body.step === 'done')).to.have.length(1)
    lab.advance(31_000)
    expect((await answer(code())).body).to.deep.include({ reason: 'step-ended' })
    expect(lab.carried).to.have.length(1)
  })

  it('is over after ten minutes, and counts for no other change', async () => {
    await rename('first')
    lab.advance(600_000)
    expect((await answer(code())).body).to.deep.include({ step: 'refused' })
    expect(lab.carried).to.have.length(0)
    await rename('second')
    const second = browser.jar.get(step) ?? ''
    await rename('third')
    browser.jar.set(step, second)
    expect((await answer(code())).body).to.deep.include({ reason: 'step-ended' })
    expect(lab.carried).to.have.length(0)
  })

  it('a wrong code changes nothing; after some the question is over', async () => {
    await rename('x')
    const wrong = code() === '000000' ? '111111' : '000000'
    expect((await answer(wrong)).body).to.have.nested.property('question.wrong', true)
    await answer(wrong)
    expect((await answer(wrong)).body).to.have.property('step', 'refused')
    expect((await answer(code())).body).to.deep.include({ reason: 'step-ended' })
    expect(lab.carried).to.have.length(0)
  })

  it('without a session, with one that has ended, or with another’s step there is nothing to confirm', async () => {
    const nobody = lab.browser()
    expect((await rename('x', nobody)).status).to.equal(401)
    const bobsApp = await lab.enrol('bob', { ...totp, seed: new Uint8Array(20).fill(9) })
    const bob = await signIn('bob', bobsApp)
    await rename('by alice')
    bob.jar.set(step, browser.jar.get(step) ?? '')
    lab.advance(31_000)
    expect((await answer(code(), bob)).body).to.deep.include({ reason: 'step-ended' })
    // Nor in another session of the same person, where it was not begun.
    const elsewhere = await signIn()
    await rename('by alice')
    elsewhere.jar.set(step, browser.jar.get(step) ?? '')
    expect((await answer(code(), elsewhere)).body).to.deep.include({ reason: 'step-ended' })
    await rename('by alice')
    await browser.post('/api/sessions/end')
    await lab.store().webSessions.endAll('local:alice')
    expect((await answer(code())).status).to.equal(401)
    expect(lab.carried).to.have.length(0)
  })

  it('a session that ends while the phone rings confirms nothing', async () => {
    const phone = await lab.enrol('alice', call)
    const asked = await browser.post('/api/confirm', { change: { change: 'remove', id: phone.id } })
    const { options } = asked.body.question as { options: { method: string; answer: string }[] }
    await answer(options.find(({ method }) => method === 'call')?.answer ?? '')
    const ended = await browser.post('/api/confirm/answer', { answer: '' }, () => {
      void lab
        .store()
        .webSessions.endAll('local:alice')
        .then(() => lab.world.phone.approve())
    })
    expect(ended.status).to.equal(401)
    expect(lab.carried).to.have.length(0)
  })

  it('the browser that begins another change stops the phone of the first', async () => {
    await lab.enrol('alice', call)
    const asked = await rename('x')
    const { options } = asked.body.question as { options: { method: string; answer: string }[] }
    await answer(options.find(({ method }) => method === 'call')?.answer ?? '')
    expect(lab.world.phone.ringing()).to.have.length(1)
    expect((await rename('y')).body).to.have.property('step', 'question')
    expect(lab.world.phone.ringing()).to.have.length(0)
  })

  describe('that is cancelled', () => {
    const optionOf = (body: Readonly<Record<string, unknown>>, method: string) => {
      const { options } = body.question as { options: { method: string; answer: string }[] }
      return options.find((option) => option.method === method)?.answer ?? ''
    }

    it('stops the phone, also while a request waits for it, and leaves nothing to answer', async () => {
      await lab.enrol('alice', call)
      const asked = await rename('x')
      await answer(optionOf(asked.body, 'call'))
      let cancelled: Promise<Answer> | undefined
      const waited = await browser.post('/api/confirm/answer', { answer: '' }, () => {
        cancelled = browser.send('POST', '/api/confirm/cancel', {})
      })
      expect(waited.body).to.have.property('step', 'question')
      expect((await lab.settle(cancelled ?? Promise.reject())).body).to.deep.equal({
        cancelled: true,
      })
      expect(lab.world.phone.ringing()).to.have.length(0)
      expect((await answer(code())).body).to.deep.include({ reason: 'step-ended' })
      expect(lab.carried).to.have.length(0)
    })

    it('lets another browser be asked at once: no other sign-in is open', async () => {
      await lab.enrol('alice', sms)
      const asked = await rename('x')
      const sent = await answer(optionOf(asked.body, 'sms'))
      expect(sent.body).to.have.nested.property('question.via.method', 'sms')
      const other = lab.browser()
      const start = async () => {
        const begun = await other.post('/api/sign-in', { name: 'alice', password })
        return answerOf(
          await other.post('/api/sign-in/answer', { answer: optionOf(begun.body, 'sms') }),
        )
      }
      expect(await start()).to.equal('another-sign-in-open')
      expect((await browser.post('/api/confirm/cancel')).body).to.deep.equal({ cancelled: true })
      expect(await start()).to.equal('question')
      // Nor does anything of it stay open where the sign-in is called off.
      expect((await other.post('/api/sign-in/cancel')).body).to.deep.equal({ cancelled: true })
      const again = await rename('y')
      expect(answerOf(await answer(optionOf(again.body, 'sms')))).to.equal('question')
    })

    it('twice, or where nothing was begun, does no harm', async () => {
      await rename('x')
      expect((await browser.post('/api/confirm/cancel')).body).to.deep.equal({ cancelled: true })
      expect((await browser.post('/api/confirm/cancel')).body).to.deep.equal({ cancelled: false })
      expect((await browser.post('/api/sign-in/cancel')).body).to.deep.equal({ cancelled: false })
      expect((await lab.browser().post('/api/confirm/cancel')).status).to.equal(401)
    })
  })

  it('keeps passwords in memory alone: after a restart the change is interrupted (RULES 22)', async () => {
    const change = { change: 'password', current: 'Old-secret-1', chosen: 'New-secret-2' }
    await browser.post('/api/confirm', { change })
    expect((await answer(code())).body).to.have.property('step', 'done')
    expect(lab.carried[0]?.change).to.deep.equal(change)
    lab.advance(31_000)
    await browser.post('/api/confirm', { change })
    await lab.restart()
    expect((await answer(code())).body).to.deep.include({ step: 'refused', reason: 'interrupted' })
    expect(lab.carried).to.have.length(1)
  })

  it('the one who makes the change stays signed in, with the password that is new and the authenticator that is left', async () => {
    const { instead } = lab.world.local
    await lab.stop()
    await open({
      changes: {
        remove: async ({ id }, _person, { caller }) => {
          await lab.store().authenticators.remove(caller.userKey, id)
          await lab.store().webSessions.endAll(caller.userKey, caller.tokenHash)
          return { kind: 'changed' }
        },
        password: async () => {
          lab.world.local.instead.passwordStamp = async () => 'new'
          return { kind: 'changed' }
        },
      },
    })
    instead.passwordStamp = async () => 'old'
    lab.world.local.instead.passwordStamp = async () => 'old'
    const other = await signIn()
    const own = await signIn()
    await own.post('/api/confirm', { change: { change: 'remove', id: app.id } })
    expect((await answer(code(), own)).body).to.have.property('step', 'done')
    expect((await own.get('/api/sessions')).status).to.equal(200)
    expect((await other.get('/api/sessions')).status).to.equal(401)
    app = await lab.enrol('alice', { ...totp, seed: new Uint8Array(20).fill(7) })
    lab.advance(31_000)
    const change = { change: 'password', current: 'Old-secret-1', chosen: 'New-secret-2' }
    await own.post('/api/confirm', { change })
    expect((await answer(code(), own)).body).to.have.property('step', 'done')
    lab.advance(61_000)
    expect((await own.get('/api/sessions')).status).to.equal(200)
  })

  it('a change that nothing here can carry out rings no one', async () => {
    await lab.enrol('alice', sms)
    const refused = await browser.post('/api/confirm', { change: { change: 'erase' } })
    expect(refused.body).to.deep.include({ step: 'refused', reason: 'not-available' })
    expect(lab.world.sms.sent).to.have.length(0)
  })

  it('refuses a change that is none of the contract', async () => {
    for (const change of [
      { change: 'rename', id: app.id },
      { change: 'rename', id: app.id, label: 'x', userKey: 'local:bob' },
      { change: 'promote' },
      {},
    ]) {
      expect((await browser.post('/api/confirm', { change })).status).to.equal(400)
    }
  })

  it('a step that cannot be kept: 503, and nothing is changed', async () => {
    lab.failing.steps = true
    expect((await rename('x')).status).to.equal(503)
    lab.failing.steps = false
    expect(lab.carried).to.have.length(0)
  })

  describe('trying one authenticator', () => {
    it('asks for that one alone, and changes nothing', async () => {
      const phone = await lab.enrol('alice', call)
      await lab.enrol('alice', sms)
      const before = browser.jar.get(session)
      const rings = await browser.post('/api/try', { id: phone.id })
      expect(rings.body).to.have.nested.property('question.asks', 'approve')
      expect(lab.world.phone.ringing()).to.have.length(1)
      const done = await browser.post('/api/confirm/answer', { answer: '' }, () =>
        lab.world.phone.approve(),
      )
      expect(done.body).to.deep.equal({ step: 'done', result: { kind: 'changed' } })
      expect(lab.carried).to.have.length(0)
      expect(browser.jar.get(session)).to.equal(before)
      expect(lab.world.sms.sent).to.have.length(0)
    })

    it('of two phones rings the right one, and of two apps takes the right one', async () => {
      await lab.enrol('alice', sms)
      const second = await lab.enrol('alice', { ...sms, phone: '+31612345622' })
      const sent = await browser.post('/api/try', { id: second.id })
      expect(sent.body).to.have.nested.property('question.via.to', '**22')
      expect(lab.world.sms.sent.map(({ request }) => request.authenticator.id)).to.deep.equal([
        second.id,
      ])
      const otherApp = await lab.enrol('alice', { ...totp, seed: new Uint8Array(20).fill(6) })
      await browser.post('/api/try', { id: otherApp.id })
      expect((await answer(code(app))).body).to.deep.include({ reason: 'other-authenticator' })
      await browser.post('/api/try', { id: otherApp.id })
      expect((await answer(code(otherApp))).body).to.have.property('step', 'done')
    })

    it('of two phones rings that one alone, not even the other one for a moment', async () => {
      await lab.enrol('alice', call)
      const second = await lab.enrol('alice', { ...call, phone: '+31612345622' })
      await lab.store().accounts.setDefaultMethod('local:alice', 'call')
      const rings = await browser.post('/api/try', { id: second.id })
      expect(rings.body).to.have.nested.property('question.via.to', '**22')
      expect(rings.body).to.have.nested.property('question.options.length', 1)
      expect(lab.world.phone.calls).to.have.length(1)
      const done = await browser.post('/api/confirm/answer', { answer: '' }, () =>
        lab.world.phone.approve(),
      )
      expect(done.body).to.deep.equal({ step: 'done', result: { kind: 'changed' } })
    })

    it('of someone else’s, or of none, rings no one', async () => {
      const bobs = await lab.enrol('bob', call)
      for (const id of [bobs.id, 'nothing', 'directory:sms:+31612345699']) {
        const refused = await browser.post('/api/try', { id })
        expect(refused.body, id).not.to.have.property('step', 'done')
      }
      expect(lab.world.phone.calls).to.have.length(0)
      expect(lab.world.sms.sent).to.have.length(0)
    })
  })
})
