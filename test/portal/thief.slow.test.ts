import { expect } from 'chai'
import { openGateway } from '../lab/gateway.ts'
import { codeOf, seedOf } from '../lab/service-config.ts'
import { helpdeskCode, type PortalService, signInAlice, startPortal } from './portal-service.ts'

// The password is right, and there is nothing else (PEOPLE R2, R5, R20).
describe('a thief with the password', function () {
  this.timeout(120_000)
  let portal: PortalService
  before(async () => {
    portal = await startPortal()
  })
  after(() => portal?.stop())

  it('learns only what the menu of a gateway shows', async () => {
    const gateway = await openGateway({ port: portal.now().port })
    const menu = await gateway.signIn({ user: 'erin', password: 'gardener', nas: 'text' })
    gateway.close()
    expect(menu?.message).to.include('99')
    const told = JSON.stringify(await portal.open().signIn('ernie', 'gardener'))
    expect(told).to.include('98')
    for (const secret of ['31612345698', '612345', 'people:', 'ernie', 'groups', 'label'])
      expect(told.toLowerCase()).to.not.include(secret)
  })

  it('opens no weaker way, and none that the person does not have', async () => {
    const browser = portal.open()
    await browser.signIn('alice', 'wonderland')
    const messages = (await portal.phone.list()).length
    for (const answer of ['sms', 'call', 'email', 'sms2', '1', '', '0000-0000-0000']) {
      const { body } = await browser.refused('POST', 'sign-in/answer', { answer })
      expect(JSON.stringify(body), answer).to.not.include('"in"')
    }
    expect((await portal.phone.list()).length).to.equal(messages)
    expect((await browser.refused('GET', 'me')).status).to.equal(401)
  })

  it('enrols no one: neither without a code nor with guesses, which use the code up', async () => {
    const code = await helpdeskCode(portal, 'dave')
    const browser = portal.open()
    expect(await browser.signIn('dave', 'diver')).to.have.property('step', 'proof')
    for (let guess = 0; guess < 10; guess += 1) {
      const step = await browser.refused('POST', 'sign-in/proof', { code: `AAAAAAAAAAA${guess}` })
      expect(JSON.stringify(step.body)).to.not.include('"in"')
    }
    const late = portal.open()
    expect(await late.signIn('dave', 'diver')).to.have.property('step', 'proof')
    const step = await late.refused('POST', 'sign-in/proof', { code })
    expect(JSON.stringify(step.body)).to.not.include('"in"')
    expect(
      (await late.refused('POST', 'setup/begin', { setup: { setup: 'app' } })).status,
    ).to.equal(401)
  })

  it('cannot use someone else’s helpdesk code, nor one without the password', async () => {
    const code = await helpdeskCode(portal, 'dave')
    const asFrank = portal.open()
    const wrong = await asFrank.signIn('dave', 'wrong')
    expect(wrong).to.have.property('step', 'refused')
    expect((await asFrank.refused('POST', 'sign-in/proof', { code })).body).to.not.have.property(
      'session',
    )
    const asBob = portal.open()
    await asBob.signIn('bob', 'builder')
    expect(
      JSON.stringify((await asBob.refused('POST', 'sign-in/proof', { code })).body),
    ).to.not.include('"in"')
    // It is still dave's.
    const dave = portal.open()
    await dave.signIn('dave', 'diver')
    expect(await dave.proof(code)).to.deep.equal({ step: 'in', session: 'setup' })
  })

  it('gets the same answer for names that exist and names that do not', async () => {
    const browser = portal.open()
    const told = async (name: string, password: string) => {
      const { reference, ...rest } = (await browser.signIn(name, password)) as {
        reference?: string
      }
      expect(reference).to.match(/^\w{4}$/)
      return rest
    }
    const unknown = await told('nobody-of-that-name', 'wrong')
    expect(unknown).to.have.property('step', 'refused')
    for (const name of ['alice', 'bob', 'dave'])
      expect(await told(name, 'wrong')).to.deep.equal(unknown)
  })

  it('cannot fix a session beforehand: signing in makes another token', async () => {
    const planted = new Map([
      ['holdfast', 'A'.repeat(43)],
      ['holdfast-step', 'A'.repeat(43)],
    ])
    const victim = portal.open(planted)
    await signInAlice(victim)
    expect([...victim.cookies.values()]).to.not.include('A'.repeat(43))
    expect((await portal.open(planted).refused('GET', 'me')).status).to.equal(401)
    expect((await victim.me()).name).to.equal('alice')
  })

  it('is out where alice signs out, though he has her cookie', async () => {
    const alice = portal.open()
    expect(await alice.signIn('alice', 'wonderland')).to.have.property('step', 'question')
    await alice.answer(codeOf(seedOf('alice'), 0))
    const thief = portal.open(new Map(alice.cookies))
    expect((await thief.me()).name).to.equal('alice')
    await alice.signOut()
    expect((await thief.refused('GET', 'me')).status).to.equal(401)
  })
})
