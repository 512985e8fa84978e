import { expect } from 'chai'
import type { PortalBrowser } from './portal-browser.ts'
import { helpdeskCode, type PortalService, startPortal } from './portal-service.ts'

describe('the language of a first set-up', function () {
  this.timeout(120_000)
  let portal: PortalService
  let dave: PortalBrowser

  before(async () => {
    portal = await startPortal()
    dave = portal.open()
  })
  after(() => portal?.stop())

  it('can be chosen before anything is set up, and stays', async () => {
    expect((await dave.send('POST', '/api/language', { language: 'fr' })).status).to.equal(401)
    await dave.signIn('dave', 'diver')
    const step = await dave.proof(await helpdeskCode(portal, 'dave'))
    expect(step).to.deep.equal({ step: 'in', session: 'setup' })
    expect((await dave.send('POST', '/api/language', { language: 'fr' })).status).to.equal(200)
    expect(await dave.me()).to.include({ session: 'setup', language: 'fr' })
  })
})
