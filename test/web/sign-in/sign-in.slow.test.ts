import { expect } from 'chai'
import { hashRecoveryCode } from '../../../src/methods/index.ts'
import type { Directory } from '../../../src/signin/index.ts'
import {
  call,
  hashKey,
  password,
  recovery,
  recoveryCode,
  sms,
  totp,
  wrongCodeFor,
} from '../../signin/harness.ts'
import { type Answer, type Browser, createPortalLab, type PortalLab } from './lab.ts'

const session = '__Host-holdfast'
const step = '__Host-holdfast-step'

function questionOf({ body }: Answer): Record<string, unknown> {
  expect(body).to.have.property('step', 'question')
  return body.question as Record<string, unknown>
}

function answerFor(answer: Answer, method: string): string {
  const options = questionOf(answer).options as readonly { method: string; answer: string }[]
  const option = options.find((each) => each.method === method)
  if (option === undefined) throw new Error(`no ${method} among ${JSON.stringify(options)}`)
  return option.answer
}

describe('signing in at the portal', () => {
  let lab: PortalLab
  let browser: Browser
  beforeEach(async () => {
    lab = await createPortalLab()
    browser = lab.browser()
  })
  afterEach(() => lab.stop())

  const begin = (name = 'alice', from = browser) => from.post('/api/sign-in', { name, password })
  const answer = (text: string, from = browser) =>
    from.post('/api/sign-in/answer', { answer: text })

  it('takes name, password and a code, and gives a session', async () => {
    const app = await lab.enrol('alice', totp)
    const asked = await begin()
    expect(questionOf(asked)).to.deep.include({ asks: 'code', canType: true, options: [] })
    expect(browser.jar.has(session)).to.equal(false)
    const done = await answer(lab.world.code(app))
    expect(done.body).to.deep.equal({ step: 'in', session: 'whole' })
    for (const line of done.setCookie) {
      expect(line).to.include('HttpOnly').and.include('Secure').and.include('SameSite=Strict')
      expect(line).to.include('Path=/').and.not.include('Domain')
    }
    const { body, status } = await browser.get('/api/sessions')
    expect(status).to.equal(200)
    expect(body).to.have.length(1)
    expect((body as unknown as object[])[0]).to.deep.include({
      isThis: true,
      address: '127.0.0.1',
      browser: 'Firefox on Linux',
    })
  })

  it('tells the owner of a recovery code that it has opened the portal (PEOPLE R7)', async () => {
    await lab.enrol('alice', recovery('alice'))
    await begin()
    const done = await answer(recoveryCode)
    expect(done.body).to.deep.equal({ step: 'in', session: 'whole' })
    expect(lab.told).to.deep.equal(['alice recovery-code-used self'])
  })

  it('says that a recovery code was used, asks for another one, and locks no one for it', async () => {
    const other = '8ABC-D3EF-GH1J'
    const { codeHashes } = recovery('alice') as unknown as { codeHashes: Uint8Array[] }
    const more = hashRecoveryCode(other, 'local:alice', hashKey)
    await lab.enrol('alice', { method: 'recovery', codeHashes: [...codeHashes, more] })
    await begin()
    await answer(recoveryCode)
    const again = lab.browser()
    await begin('alice', again)
    for (const tries of [1, 2]) {
      const used = questionOf(await answer(recoveryCode, again))
      expect(used, `${tries}`).to.deep.include({ asks: 'code', used: true })
    }
    expect((await lab.store().accounts.load('local:alice')).wrongCodes).to.equal(0)
    expect((await answer(other, again)).body).to.include({ step: 'in' })
    // The tries of one question count.
    await begin('alice', again)
    await answer(recoveryCode, again)
    await answer(recoveryCode, again)
    expect((await answer(other, again)).body).to.include({ step: 'refused', reason: 'denied' })
  })

  it('says so also while a phone rings, which rings on', async () => {
    await lab.enrol('alice', recovery('alice'))
    const before = lab.browser()
    await begin('alice', before)
    await answer(recoveryCode, before)
    await lab.enrol('alice', call)
    const asked = await begin()
    await answer(answerFor(asked, 'call'))
    const used = questionOf(await answer(recoveryCode))
    expect(used).to.deep.include({ asks: 'approve', used: true })
    expect(lab.world.phone.ringing()).to.have.length(1)
    const done = await browser.post('/api/sign-in/answer', { answer: '' }, () =>
      lab.world.phone.approve(),
    )
    expect(done.body).to.include({ step: 'in' })
  })

  it('is in the audit as the gateway "portal", with the address of the browser', async () => {
    const app = await lab.enrol('alice', totp)
    await begin()
    await answer(lab.world.code(app))
    const rows = await lab.store().audit.searchAudit({ limit: 10 })
    expect(rows[0]).to.deep.include({ gateway: 'portal', reason: 'accepted', device: '127.0.0.1' })
  })

  it('goes on after a restart between any two requests: a code of an app', async () => {
    const app = await lab.enrol('alice', totp)
    await begin()
    await lab.restart()
    const wrong = await answer(wrongCodeFor({ code: lab.world.code } as never, app))
    expect(questionOf(wrong)).to.deep.include({ wrong: true })
    await lab.restart()
    expect((await answer(lab.world.code(app))).body).to.have.property('step', 'in')
    await lab.restart()
    expect((await browser.get('/api/sessions')).status).to.equal(200)
  })

  it('goes on after a restart between any two requests: a text message', async () => {
    await lab.enrol('alice', sms)
    await lab.enrol('alice', totp)
    const menu = await begin()
    expect(questionOf(menu)).to.deep.include({ asks: 'choose', canType: true })
    await lab.restart()
    const sent = await answer(answerFor(menu, 'sms'))
    expect(questionOf(sent)).to.deep.include({ asks: 'code', via: { method: 'sms', to: '**21' } })
    await lab.restart()
    expect((await answer(lab.world.sms.lastCode())).body).to.have.property('step', 'in')
  })

  it('tells no one that a call was interrupted by a restart as if it were approved', async () => {
    await lab.enrol('alice', call)
    expect(questionOf(await begin())).to.deep.include({ asks: 'approve' })
    lab.world.phone.approve()
    await lab.restart()
    const { body } = await answer('')
    expect(body).to.deep.include({ step: 'refused', reason: 'interrupted' })
    expect(browser.jar.has(session)).to.equal(false)
  })

  it('waits for a call as a gateway would, and asks again after a while', async () => {
    await lab.enrol('alice', call)
    const rings = await begin()
    expect(questionOf(rings)).to.deep.include({
      asks: 'approve',
      via: { method: 'call', to: '**78' },
    })
    expect(questionOf(await answer(''))).to.deep.include({ asks: 'approve' })
    const waiting = browser.post('/api/sign-in/answer', { answer: '' }, () =>
      lab.world.phone.approve(),
    )
    expect((await waiting).body).to.deep.equal({ step: 'in', session: 'whole' })
  })

  it('a code that is typed while the phone rings counts at once, and the call ends', async () => {
    const app = await lab.enrol('alice', totp)
    await lab.enrol('alice', call)
    const menu = await begin()
    await answer(answerFor(menu, 'call'))
    const waiting = browser.send('POST', '/api/sign-in/answer', { answer: '' })
    await lab.settle(new Promise((resolve) => setTimeout(resolve, 40)))
    const typed = await answer(lab.world.code(app))
    expect(typed.body).to.have.property('step', 'in')
    expect((await lab.settle(waiting)).body).to.have.property('step', 'question')
    expect(lab.world.phone.ringing()).to.have.length(0)
  })

  it('of two answers with one step, sent at once, one counts', async () => {
    const app = await lab.enrol('alice', totp)
    await begin()
    const typed = { answer: lab.world.code(app) }
    const both = [1, 2].map(() => browser.send('POST', '/api/sign-in/answer', typed))
    const bodies = (await lab.settle(Promise.all(both))).map(({ body }) => body)
    expect(bodies.map((body) => body.reason ?? body.step).sort()).to.deep.equal([
      'in',
      'step-ended',
    ])
    expect((await browser.get('/api/sessions')).body).to.have.length(1)
  })

  it('a step that was answered, or never begun, is over; so is one of another kind', async () => {
    const app = await lab.enrol('alice', totp)
    expect((await answer('123456')).body).to.deep.include({ reason: 'step-ended' })
    await begin()
    const kept = browser.jar.get(step) ?? ''
    await answer(lab.world.code(app))
    browser.jar.set(step, kept)
    lab.advance(31_000)
    expect((await answer(lab.world.code(app))).body).to.deep.include({ reason: 'step-ended' })
    for (const forged of ['', 'x', 'A'.repeat(43), `${kept}A`, kept.toLowerCase(), '%00']) {
      browser.jar.set(step, forged)
      expect((await answer('1')).body).to.deep.include({ reason: 'step-ended' })
    }
  })

  it('the step of another person gives the session of that person to no one without their code', async () => {
    const app = await lab.enrol('alice', totp)
    await lab.enrol('bob', { ...totp, seed: new Uint8Array(20).fill(9) })
    const other = lab.browser()
    await begin('bob', other)
    await begin('alice')
    browser.jar.set(step, other.jar.get(step) ?? '')
    expect(questionOf(await answer(lab.world.code(app)))).to.deep.include({ wrong: true })
  })

  it('a new sign-in of the same browser ends the call of the one before, and its session', async () => {
    const app = await lab.enrol('alice', totp)
    await lab.enrol('alice', call)
    await begin()
    await answer(lab.world.code(app))
    const first = browser.jar.get(session)
    const menu = await begin()
    await answer(answerFor(menu, 'call'))
    expect(lab.world.phone.ringing()).to.have.length(1)
    await begin()
    expect(lab.world.phone.ringing()).to.have.length(0)
    lab.advance(31_000)
    await answer(lab.world.code(app))
    expect(browser.jar.get(session)).not.to.equal(first)
    expect((await browser.get('/api/sessions')).body).to.have.length(1)
  })

  describe('before the right password (PEOPLE R20)', () => {
    it('an unknown name, a wrong password, a lock and a denial look the same', async () => {
      await lab.stop()
      lab = await createPortalLab({
        rules: [
          { name: 'no interns', groups: ['interns'], outcome: { kind: 'deny', text: 'No.' } },
        ],
      })
      browser = lab.browser()
      await lab.enrol('alice', totp)
      await lab.enrol('bob', totp)
      await lab.enrol('erin', recovery('erin'))
      await lab.store().accounts.lock('local:erin', lab.world.clock.nowMs() + 900_000)
      const tries = [
        { name: 'nobody', password },
        { name: 'alice', password: 'wrong' },
        { name: 'erin', password },
        { name: 'erin', password: 'wrong' },
        { name: 'bob', password: 'wrong' },
        { name: 'dave', password: 'wrong' },
        { name: 'a@b@c', password },
      ]
      const answers = []
      for (const each of tries) answers.push(await browser.post('/api/sign-in', each))
      for (const each of answers) expect(each).to.deep.equal(answers[0])
      expect(answers[0]?.body).to.deep.include({ step: 'refused', reason: 'denied' })
      expect(browser.jar.size).to.equal(0)
      // After it, its owner may read why.
      const denied = await browser.post('/api/sign-in', { name: 'bob', password })
      expect(denied.body).to.deep.include({ reason: 'denied', text: 'No.' })
    })

    it('a name or password that is none of the contract reaches nothing', async () => {
      for (const body of [
        {},
        { name: 'alice' },
        { name: '', password },
        { name: 'a', password: '' },
        { name: 'a', password: 'x'.repeat(129) },
        { name: ['a'], password },
      ]) {
        expect((await browser.post('/api/sign-in', body)).status).to.equal(400)
      }
      expect(lab.world.local.passwords).to.deep.equal([])
    })
  })

  describe('a person who has nothing yet', () => {
    it('is told so after the right password', async () => {
      expect((await begin('dave')).body).to.deep.include({
        step: 'refused',
        reason: 'not-enrolled',
      })
      expect(browser.jar.size).to.equal(0)
    })

    it('has to show one more proof; the step is for that alone', async () => {
      await lab.stop()
      lab = await createPortalLab({
        startEnrolment: async () => ({ kind: 'proof', proofs: [{ proof: 'helpdesk-code' }] }),
      })
      browser = lab.browser()
      const asked = await begin('dave')
      expect(asked.body).to.deep.equal({ step: 'proof', proofs: [{ proof: 'helpdesk-code' }] })
      expect((await answer('123456')).body).to.deep.include({ reason: 'step-ended' })
      expect((await browser.get('/api/sessions')).status).to.equal(401)
    })

    it('gets a session that is good for setting up and nothing else', async () => {
      await lab.stop()
      lab = await createPortalLab({ startEnrolment: async () => ({ kind: 'open' }) })
      browser = lab.browser()
      expect((await begin('dave')).body).to.deep.equal({ step: 'in', session: 'setup' })
      for (const [method, path] of [
        ['GET', '/api/sessions'],
        ['POST', '/api/confirm'],
        ['POST', '/api/try'],
        ['POST', '/api/sessions/end'],
      ] as const) {
        const refused = await lab.settle(
          browser.send(method, path, method === 'POST' ? {} : undefined),
        )
        expect(refused, path).to.have.property('status', 401)
        expect(refused.body).to.have.property('problem', 'signed-out')
      }
    })
  })

  describe('a password that has expired', () => {
    let changed: string[]
    beforeEach(async () => {
      await lab.stop()
      changed = []
      const directories = new Map<string, Directory>()
      lab = await createPortalLab({ parts: { directories } })
      browser = lab.browser()
      directories.set('local', {
        ...lab.world.local.directory,
        async changePassword(_user, { chosen }) {
          const typed = chosen.reveal()
          if (typed.length < 8) return { kind: 'too-short', atLeast: 8 }
          changed.push(typed)
          return { kind: 'changed' }
        },
      })
      lab.world.local.instead.verify = async () => ({ kind: 'must-change' })
    })
    const choose = (text: string) => browser.post('/api/sign-in/new-password', { password: text })

    it('is changed after the second factor, and never before it', async () => {
      const app = await lab.enrol('alice', totp)
      expect(questionOf(await begin())).to.deep.include({ asks: 'code' })
      expect((await choose('Spring-2025')).status).to.equal(400)
      const asked = await answer(lab.world.code(app))
      expect(asked.body).to.have.property('step', 'new-password')
      expect(browser.jar.has(session)).to.equal(false)
      // A code is not a new password, and a step of this kind takes no code.
      expect((await answer('123456')).status).to.equal(400)
      expect((await choose('short')).body).to.deep.include({ step: 'new-password', wrong: true })
      expect((await choose('Spring-2025')).body).to.deep.equal({ step: 'in', session: 'whole' })
      expect(changed).to.deep.equal(['Spring-2025'])
    })

    it('is interrupted by a restart, since no password is written down (RULES 22)', async () => {
      const app = await lab.enrol('alice', totp)
      await begin()
      await answer(lab.world.code(app))
      await lab.restart()
      expect((await choose('Spring-2025')).body).to.deep.include({ reason: 'interrupted' })
      expect(changed).to.deep.equal([])
    })

    it('opens the way to a first enrolment for no one who only knows the old one', async () => {
      expect((await begin('dave')).body).to.deep.include({ reason: 'not-enrolled' })
      expect(changed).to.deep.equal([])
    })
  })

  describe('a store that fails', () => {
    it('says so, and lets no one in', async () => {
      const app = await lab.enrol('alice', totp)
      lab.failing.steps = true
      const refused = await begin()
      expect(refused.status).to.equal(503)
      expect(refused.body).to.have.property('problem', 'store-failed')
      lab.failing.steps = false
      await begin()
      lab.failing.sessions = true
      expect((await answer(lab.world.code(app))).status).to.equal(503)
      expect(browser.jar.has(session)).to.equal(false)
    })
  })
})
