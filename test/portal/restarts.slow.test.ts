import { expect } from 'chai'
import { nextCode } from './codes.ts'
import { type PortalService, startPortal } from './portal-service.ts'

// No page needs the same process twice: what a browser is in the middle of is a row.
describe('the portal, killed and started again between any two requests', function () {
  this.timeout(600_000)
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
})
