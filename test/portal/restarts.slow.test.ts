import { expect } from 'chai'
import { codeOf } from '../lab/service-config.ts'
import { nextCode } from './codes.ts'
import { helpdeskCode, type PortalService, startPortal } from './portal-service.ts'

// No page needs the same process twice: what a browser is in the middle of is a row.
describe('the portal, killed and started again between any two requests', function () {
  this.timeout(300_000)
  let portal: PortalService
  before(async () => {
    portal = await startPortal()
  })
  after(() => portal?.stop())

  /** Takes the steps one after the other, each in a process of its own. */
  async function apart<T>(...steps: readonly (() => Promise<T>)[]): Promise<T | undefined> {
    let last: T | undefined
    for (const step of steps) {
      last = await step()
      await portal.restart()
    }
    return last
  }

  it('signs bob in by text, keeps his session, makes a change, and ends the session', async () => {
    const bob = portal.open()
    let code = ''
    const texted = async () => {
      code = await nextCode(portal.phone, 'bob', 0)
    }
    await apart(async () => {
      expect(await bob.signIn('bob', 'builder')).to.have.property('step', 'question')
      await texted()
    })
    await apart(async () => {
      expect(await bob.answer(code)).to.deep.equal({ step: 'in', session: 'whole' })
    })
    const [phone] = (await bob.me()).authenticators
    await portal.restart()
    await apart(async () => {
      const step = await bob.confirm({ change: 'rename', id: phone?.id ?? '', label: 'Old phone' })
      expect(step).to.have.property('step', 'question')
      await texted()
    })
    await apart(async () => {
      const step = await bob.confirmAnswer(code)
      expect(step).to.deep.equal({ step: 'done', result: { kind: 'changed' } })
    })
    expect((await bob.me()).authenticators[0]?.label).to.equal('Old phone')
    await apart(() => bob.signOut())
    expect((await bob.refused('GET', 'me')).status).to.equal(401)
  })

  it('keeps a wrong code wrong, and its count', async () => {
    const alice = portal.open()
    await apart(() => alice.signIn('alice', 'wonderland'))
    for (let guess = 0; guess < 3; guess += 1) {
      await apart(async () => {
        const step = await alice.answer('000000')
        expect(step.step).to.be.oneOf(['question', 'refused'])
      })
    }
    expect((await alice.refused('GET', 'me')).status).to.equal(401)
  })

  it('takes dave from the helpdesk’s code to a working app and recovery codes, and lets him sign in', async () => {
    const code = await helpdeskCode(portal, 'dave')
    const dave = portal.open()
    await apart(async () => {
      expect(await dave.signIn('dave', 'diver')).to.have.property('step', 'proof')
    })
    await apart(async () => {
      expect(await dave.proof('AAAAAAAAAAAA')).to.include({ step: 'proof', wrong: true })
    })
    await apart(async () => {
      expect(await dave.proof(code)).to.deep.equal({ step: 'in', session: 'setup' })
    })
    let seed = ''
    await apart(async () => {
      const step = await dave.beginSetup({ setup: 'app' })
      if (step.step !== 'pending' || step.pending.setup !== 'app') return expect.fail(step.step)
      seed = step.pending.secret.replaceAll(' ', '')
    })
    await apart(async () => {
      expect(await dave.prove('000000')).to.include({ step: 'pending', wrong: true })
    })
    let recovery: readonly string[] = []
    await apart(async () => {
      const step = await dave.prove(codeOf(seed, -1))
      if (step.step !== 'done' || step.result.kind !== 'added') return expect.fail(step.step)
      recovery = step.result.codes ?? []
    })
    expect(recovery).to.have.length.above(4)
    const later = portal.open()
    await apart(async () => {
      expect(await later.signIn('dave', 'diver')).to.have.property('step', 'question')
    })
    await apart(async () => {
      expect(await later.answer(codeOf(seed, 0))).to.deep.equal({ step: 'in', session: 'whole' })
    })
    // The code counted once, and its second use opens nothing in the next process either.
    const again = portal.open()
    await again.signIn('dave', 'diver')
    expect((await again.answer(codeOf(seed, 0))).step).to.not.equal('in')
  })
})
