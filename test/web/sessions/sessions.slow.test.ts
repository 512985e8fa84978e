import { createHash } from 'node:crypto'
import { expect } from 'chai'
import type { Authenticator } from '../../../src/accounts/index.ts'
import { password, sms, totp } from '../../signin/harness.ts'
import { type Browser, createPortalLab, type PortalLab } from '../sign-in/lab.ts'

const session = '__Host-holdfast'
const minuteMs = 60_000
const hourMs = 60 * minuteMs

describe('sessions at the portal (PEOPLE R18)', () => {
  let lab: PortalLab
  let app: Authenticator
  const open = async (options?: Parameters<typeof createPortalLab>[0]) => {
    lab = await createPortalLab(options)
    app = await lab.enrol('alice', totp)
  }
  beforeEach(() => open())
  afterEach(() => lab.stop())

  async function signIn(
    from: Browser = lab.browser(),
    name = 'alice',
    with_ = app,
  ): Promise<Browser> {
    // Each code works once.
    lab.advance(31_000)
    const asked = await from.post('/api/sign-in', { name, password })
    expect(asked.body, JSON.stringify(asked.body)).to.have.property('step', 'question')
    const done = await from.post('/api/sign-in/answer', { answer: lab.world.code(with_) })
    expect(done.body).to.have.property('step', 'in')
    return from
  }
  const isIn = async (browser: Browser) => (await browser.get('/api/sessions')).status === 200

  it('have a token of 256 bits, of which the store has a hash alone', async () => {
    const browser = await signIn()
    const token = browser.jar.get(session) ?? ''
    expect(Buffer.from(token, 'base64url')).to.have.length(32)
    const [kept] = await lab
      .store()
      .webSessions.list('local:alice', lab.world.clock.nowMs(), hourMs)
    const hash = createHash('sha256').update(token).digest()
    expect(Buffer.from(kept?.tokenHash ?? []).equals(hash)).to.equal(true)
  })

  it('are not fixed by a token that the browser had before', async () => {
    const planted = 'A'.repeat(43)
    const browser = lab.browser()
    browser.jar.set(session, planted)
    await signIn(browser)
    expect(browser.jar.get(session)).not.to.equal(planted)
    const thief = lab.browser()
    thief.jar.set(session, planted)
    expect(await isIn(thief)).to.equal(false)
  })

  it('do not exist for a forged, cut or empty token, or for the hash that the store has', async () => {
    const browser = await signIn()
    const token = browser.jar.get(session) ?? ''
    const hash = createHash('sha256').update(token).digest('base64url')
    const other = lab.browser()
    for (const forged of [
      hash,
      token.slice(1),
      `${token}A`,
      '',
      ' ',
      'A'.repeat(43),
      '%',
      token.toUpperCase(),
    ]) {
      other.jar.set(session, forged)
      expect(await isIn(other), forged).to.equal(false)
    }
    expect(await isIn(browser)).to.equal(true)
  })

  it('end after an hour without use, and twelve hours after their start however much they are used', async () => {
    const browser = await signIn()
    lab.advance(59 * minuteMs)
    expect(await isIn(browser)).to.equal(true)
    lab.advance(59 * minuteMs)
    expect(await isIn(browser)).to.equal(true)
    lab.advance(61 * minuteMs)
    expect(await isIn(browser)).to.equal(false)
    const busy = await signIn()
    for (let hours = 0; hours < 11.5; hours += 0.5) {
      lab.advance(hourMs / 2)
      expect(await isIn(busy)).to.equal(true)
    }
    lab.advance(hourMs / 2)
    expect(await isIn(busy)).to.equal(false)
  })

  it('survive a restart', async () => {
    const browser = await signIn()
    await lab.restart()
    expect(await isIn(browser)).to.equal(true)
  })

  it('end at once when the account is blocked', async () => {
    const browser = await signIn()
    await lab.store().accounts.block('local:alice', 'stolen laptop', lab.world.clock.nowMs())
    expect(await isIn(browser)).to.equal(false)
    await lab.store().accounts.release('local:alice')
    expect(await isIn(browser)).to.equal(false)
  })

  it('end at once when the authenticator is removed that they began with, and others stay', async () => {
    const other = await lab.enrol('alice', { ...totp, seed: new Uint8Array(20).fill(8) })
    const byFirst = await signIn()
    const byOther = await signIn(lab.browser(), 'alice', other)
    await lab.store().authenticators.remove('local:alice', app.id)
    expect(await isIn(byFirst)).to.equal(false)
    expect(await isIn(byOther)).to.equal(true)
  })

  it('end within a minute of use when the number is gone from the directory', async () => {
    const browser = lab.browser()
    const asked = await browser.post('/api/sign-in', { name: 'erin', password })
    const { options } = asked.body.question as { options: { method: string; answer: string }[] }
    const text = options.find(({ method }) => method === 'sms')?.answer ?? ''
    await browser.post('/api/sign-in/answer', { answer: text })
    await browser.post('/api/sign-in/answer', { answer: lab.world.sms.lastCode() })
    expect(await isIn(browser)).to.equal(true)
    const { local } = lab.world
    local.instead.resolveKey = async () => {
      const found = await local.directory.resolve('erin', new AbortController().signal)
      return found.kind === 'user' ? { ...found, user: { ...found.user, phones: [] } } : found
    }
    lab.advance(minuteMs)
    expect(await isIn(browser)).to.equal(false)
  })

  it('end within a minute of use when the password is another one', async () => {
    const { instead } = lab.world.local
    instead.passwordStamp = async () => 'spring'
    const browser = await signIn()
    instead.passwordStamp = async () => 'summer'
    lab.advance(1_000)
    expect(await isIn(browser)).to.equal(true)
    lab.advance(minuteMs)
    expect(await isIn(browser)).to.equal(false)
    instead.passwordStamp = async () => 'spring'
    expect(await isIn(browser)).to.equal(false)
  })

  it('end within a minute of use when the directory did not tell of the password at their start', async () => {
    const { instead } = lab.world.local
    instead.passwordStamp = async () => undefined
    const browser = await signIn()
    lab.advance(minuteMs)
    expect(await isIn(browser)).to.equal(true)
    instead.passwordStamp = async () => 'perhaps another one'
    lab.advance(minuteMs)
    expect(await isIn(browser)).to.equal(false)
  })

  it('stay while the directory does not tell', async () => {
    const { instead } = lab.world.local
    instead.passwordStamp = async () => 'spring'
    const browser = await signIn()
    instead.passwordStamp = async () => undefined
    instead.resolveKey = async () => ({ kind: 'down', detail: 'no server' })
    lab.advance(minuteMs)
    expect(await isIn(browser)).to.equal(true)
  })

  it('end within a minute of use when the person is gone, or in a group that may not sign in', async () => {
    await lab.stop()
    const rules = [{ name: 'left', groups: ['left'], outcome: { kind: 'deny' } }] as const
    await open({ rules })
    const { local } = lab.world
    const joined = await signIn()
    const gone = await signIn()
    local.instead.resolveKey = async () => {
      const found = await local.directory.resolve('alice', new AbortController().signal)
      return found.kind === 'user' ? { ...found, user: { ...found.user, groups: ['left'] } } : found
    }
    lab.advance(minuteMs)
    expect(await isIn(joined)).to.equal(false)
    local.instead.resolveKey = async () => ({ kind: 'unknown' })
    expect(await isIn(gone)).to.equal(false)
  })

  it('do not end by what strangers can bring about: wrong codes that lock the account', async () => {
    const browser = await signIn()
    await lab.store().accounts.lock('local:alice', lab.world.clock.nowMs() + hourMs)
    lab.advance(minuteMs)
    expect(await isIn(browser)).to.equal(true)
  })

  it('are listed, and ended one by one or all but this, by their person alone', async () => {
    const bobsApp = await lab.enrol('bob', { ...totp, seed: new Uint8Array(20).fill(9) })
    const [one, two, three] = [await signIn(), await signIn(), await signIn()]
    const bob = await signIn(lab.browser(), 'bob', bobsApp)
    type Listed = { id: string; isThis: boolean }
    const list = async (browser: Browser) =>
      (await browser.get('/api/sessions')).body as unknown as readonly Listed[]
    const listed = await list(one)
    expect(listed.map(({ isThis }) => isThis)).to.deep.equal([true, false, false])
    const ofTwo = listed[1]?.id ?? ''
    expect((await bob.post('/api/sessions/end', { id: ofTwo })).body).to.deep.equal({ ended: 0 })
    expect(await isIn(two)).to.equal(true)
    expect((await one.post('/api/sessions/end', { id: ofTwo })).body).to.deep.equal({ ended: 1 })
    expect(await isIn(two)).to.equal(false)
    for (const id of ['x', 'A'.repeat(16), '0'.repeat(16), `${ofTwo}0`]) {
      expect((await one.post('/api/sessions/end', { id })).body, id).not.to.have.property(
        'ended',
        1,
      )
    }
    expect(lab.errors).to.deep.equal([])
    expect((await one.post('/api/sessions/end')).body).to.deep.equal({ ended: 1 })
    expect([await isIn(one), await isIn(three), await isIn(bob)]).to.deep.equal([true, false, true])
  })

  it('end by signing out, and the cookies go', async () => {
    const browser = await signIn()
    const token = browser.jar.get(session) ?? ''
    expect((await browser.post('/api/sign-out')).body).to.deep.equal({ ended: 1 })
    expect(browser.jar.size).to.equal(0)
    browser.jar.set(session, token)
    expect(await isIn(browser)).to.equal(false)
  })

  it('prove no second factor: a text to the phone is still needed for a change', async () => {
    await lab.enrol('alice', sms)
    const browser = await signIn()
    const asked = await browser.post('/api/confirm', { change: { change: 'remove', id: app.id } })
    expect(asked.body).to.have.property('step', 'question')
    expect(lab.carried).to.deep.equal([])
  })

  it('are not there while the store fails: 503, and not signed out', async () => {
    const browser = await signIn()
    lab.failing.sessions = true
    const failed = await browser.get('/api/sessions')
    expect(failed.status).to.equal(503)
    expect(failed.body).to.have.property('problem', 'store-failed')
    lab.failing.sessions = false
    expect(await isIn(browser)).to.equal(true)
  })
})
