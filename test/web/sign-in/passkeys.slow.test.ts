import { expect } from 'chai'
import { call, password, totp } from '../../signin/harness.ts'
import { createSoftwarePasskey } from '../../support/software-passkey.ts'
import {
  type Answer,
  type Browser,
  createPortalLab,
  host,
  type PortalLab,
  publicUrl,
} from './lab.ts'
import { type Device, enrolPasskey, signed } from './passkey-people.ts'

const session = '__Host-holdfast'

/** The step, or why it was refused. */
function answerOf({ body }: Answer): unknown {
  return body.step === 'refused' ? body.reason : body.step
}

describe('signing in at the portal with a passkey', () => {
  let lab: PortalLab
  let phone: Device
  let browser: Browser
  beforeEach(async () => {
    lab = await createPortalLab()
    phone = await enrolPasskey(lab, 'alice')
    browser = lab.browser()
  })
  afterEach(() => lab.stop())

  it('needs neither name nor password; the audit has it as any other sign-in', async () => {
    const offered = await browser.post('/api/passkey/begin')
    const before = lab.world.local.verified
    const done = await browser.post('/api/sign-in/passkey', signed(offered, phone))
    expect(done.body).to.deep.equal({ step: 'in', session: 'whole' })
    expect(done.cookies[session]).to.match(/^[\w-]{43}$/)
    expect(lab.world.local.verified).to.equal(before)
    const [row] = await lab.store().audit.searchAudit({ limit: 1 })
    expect(row).to.include({ gateway: 'portal', userName: 'alice', method: 'passkey' })
    const open = await lab
      .store()
      .webSessions.list('local:alice', lab.world.clock.nowMs(), 3_600_000)
    expect(open).to.have.length(1)
    expect(open[0]).to.include({ method: 'passkey', authenticatorId: phone.authenticatorId })
  })

  it('counts a challenge once, and only in the browser that has asked for it', async () => {
    const offered = await browser.post('/api/passkey/begin')
    const body = signed(offered, phone)
    const stolen = await lab.browser().post('/api/sign-in/passkey', body)
    expect(answerOf(stolen)).to.equal('step-ended')
    expect(answerOf(await browser.post('/api/sign-in/passkey', body))).to.equal('in')
    expect(answerOf(await browser.post('/api/sign-in/passkey', body))).to.equal('step-ended')
  })

  it('works once where one signature is sent twice at the same moment', async () => {
    const body = signed(await browser.post('/api/passkey/begin'), phone)
    const both = await Promise.all([1, 2].map(() => browser.post('/api/sign-in/passkey', body)))
    expect(both.map(answerOf).sort()).to.deep.equal(['in', 'step-ended'])
  })

  it('is refused for a passkey of no one here, a changed signature, and an unverified user', async () => {
    const strange = createSoftwarePasskey({ host, origin: publicUrl })
    const refused = async (body: (offered: Answer) => object) => {
      const offered = await browser.post('/api/passkey/begin')
      return answerOf(await browser.post('/api/sign-in/passkey', body(offered)))
    }
    expect(await refused((offered) => signed(offered, strange))).to.equal('passkey-wrong')
    expect(await refused((offered) => signed(offered, phone, { isVerified: false }))).to.equal(
      'passkey-wrong',
    )
    const renamed = (offered: Answer) => ({
      passkey: { ...signed(offered, strange).passkey, id: phone.id, rawId: phone.id },
    })
    expect(await refused(renamed)).to.equal('passkey-wrong')
    expect(browser.jar.has(session)).to.equal(false)
  })

  it('is refused where something else than the contract comes', async () => {
    await browser.post('/api/passkey/begin')
    const garbage = await browser.post('/api/sign-in/passkey', { passkey: { response: 7 } })
    expect(garbage.status).to.equal(400)
    await browser.post('/api/passkey/begin')
    const empty = await browser.post('/api/sign-in/passkey', {
      passkey: { response: { clientDataJSON: '%%%' } },
    })
    expect(answerOf(empty)).to.equal('passkey-wrong')
  })

  it('is refused for a person who is blocked, and once the passkey is removed', async () => {
    await lab.store().accounts.block('local:alice', 'test', lab.world.clock.nowMs())
    const offered = await browser.post('/api/passkey/begin')
    expect(answerOf(await browser.post('/api/sign-in/passkey', signed(offered, phone)))).to.equal(
      'denied',
    )
    await lab.store().accounts.release('local:alice')
    const again = await browser.post('/api/passkey/begin')
    await lab.store().authenticators.remove('local:alice', phone.authenticatorId)
    expect(answerOf(await browser.post('/api/sign-in/passkey', signed(again, phone)))).to.equal(
      'passkey-wrong',
    )
  })

  it('ends the session with the passkey that began it', async () => {
    const offered = await browser.post('/api/passkey/begin')
    await browser.post('/api/sign-in/passkey', signed(offered, phone))
    expect((await browser.get('/api/sessions')).status).to.equal(200)
    await lab.store().authenticators.remove('local:alice', phone.authenticatorId)
    expect((await browser.get('/api/sessions')).status).to.equal(401)
  })

  it('ends nothing that the browser is in the middle of by offering itself', async () => {
    await lab.enrol('bob', totp)
    await browser.post('/api/sign-in', { name: 'bob', password })
    await browser.post('/api/passkey/begin')
    const [app] = await lab.store().authenticators.list('local:bob')
    if (app === undefined) expect.fail()
    const done = await browser.post('/api/sign-in/answer', { answer: lab.world.code(app) })
    expect(answerOf(done)).to.equal('in')
  })

  it('a copied passkey, whose count falls behind, is refused', async () => {
    const begin = () => browser.post('/api/passkey/begin')
    const counted = signed(await begin(), phone, { signCount: 5 })
    expect(answerOf(await browser.post('/api/sign-in/passkey', counted))).to.equal('in')
    const copy = signed(await begin(), phone, { signCount: 5 })
    expect(answerOf(await browser.post('/api/sign-in/passkey', copy))).to.equal('passkey-wrong')
  })
})

describe('a rule that leaves passkeys out', () => {
  it('counts at the portal as well', async () => {
    const methods = ['totp'] as const
    const lab = await createPortalLab({
      rules: [{ name: 'apps', outcome: { kind: 'second-factor', methods } }],
    })
    const phone = await enrolPasskey(lab, 'alice')
    const browser = lab.browser()
    const offered = await browser.post('/api/passkey/begin')
    const refused = await browser.post('/api/sign-in/passkey', signed(offered, phone))
    expect(answerOf(refused)).to.equal('denied')
    await lab.stop()
  })
})

describe('a passkey in place of a code', () => {
  let lab: PortalLab
  let phone: Device
  let browser: Browser
  beforeEach(async () => {
    lab = await createPortalLab()
    phone = await enrolPasskey(lab, 'alice')
    browser = lab.browser()
  })
  afterEach(() => lab.stop())
  const begin = () => browser.post('/api/sign-in', { name: 'alice', password })

  it('is asked for after the password, and signs in', async () => {
    const asked = await begin()
    expect(asked.body).to.have.nested.property('question.asks', 'choose')
    expect(asked.body).to.have.nested.property('question.options').that.deep.equals([])
    expect(answerOf(await browser.post('/api/sign-in/signed', signed(asked, phone)))).to.equal('in')
  })

  it('of another person is refused', async () => {
    const bobs = await enrolPasskey(lab, 'bob')
    const asked = await begin()
    expect(answerOf(await browser.post('/api/sign-in/signed', signed(asked, bobs)))).to.equal(
      'denied',
    )
    expect(browser.jar.has(session)).to.equal(false)
  })

  it('ends the call that rings meanwhile', async () => {
    await lab.enrol('alice', call)
    await lab.store().accounts.setDefaultMethod('local:alice', 'call')
    const asked = await begin()
    expect(asked.body).to.have.nested.property('question.asks', 'approve')
    expect(lab.world.phone.ringing()).to.have.length(1)
    expect(answerOf(await browser.post('/api/sign-in/signed', signed(asked, phone)))).to.equal('in')
    expect(lab.world.phone.ringing()).to.have.length(0)
  })

  it('keeps what it asks to be signed while the same question goes on', async () => {
    await lab.enrol('alice', totp)
    const asked = await begin()
    const wrong = await browser.post('/api/sign-in/answer', { answer: '000000' })
    expect(wrong.body).to.have.nested.property('question.wrong', true)
    expect(answerOf(await browser.post('/api/sign-in/signed', signed(asked, phone)))).to.equal('in')
  })

  it('confirms one change, once', async () => {
    await browser.post('/api/sign-in/signed', signed(await begin(), phone))
    const change = { change: 'rename', id: phone.authenticatorId, label: 'iPhone' }
    const asked = await browser.post('/api/confirm', { change })
    const body = signed(asked, phone)
    const done = await browser.post('/api/confirm/signed', body)
    expect(done.body).to.deep.equal({ step: 'done', result: { kind: 'changed' } })
    expect(lab.carried[0]?.proof).to.include({
      method: 'passkey',
      authenticatorId: phone.authenticatorId,
    })
    expect(answerOf(await browser.post('/api/confirm/signed', body))).to.equal('step-ended')
    expect(lab.carried).to.have.length(1)
  })

  it('that was signed for signing in confirms nothing', async () => {
    const asked = await begin()
    const forSignIn = signed(asked, phone)
    await browser.post('/api/sign-in/signed', forSignIn)
    const change = { change: 'rename', id: phone.authenticatorId, label: 'thief' }
    await browser.post('/api/confirm', { change })
    expect(answerOf(await browser.post('/api/confirm/signed', forSignIn))).to.equal('passkey-wrong')
    expect(lab.carried).to.deep.equal([])
  })

  it('is tried alone, where there are two', async () => {
    const other = await enrolPasskey(lab, 'alice')
    await browser.post('/api/sign-in/signed', signed(await begin(), phone))
    const asked = await browser.post('/api/try', { id: other.authenticatorId })
    expect(asked.body)
      .to.have.nested.property('question.passkey.allowCredentials')
      .that.has.length(1)
    expect(answerOf(await browser.post('/api/confirm/signed', signed(asked, other)))).to.equal(
      'done',
    )
  })
})
