import { expect } from 'chai'
import { helpdeskCode, type PortalService, startPortal } from './portal-service.ts'

const mail = { email: 'frank@corp.example', manager: 'grace', display_name: 'Frank Visser' }

/** Someone who knows Frank's password asks the helpdesk for a code, and says that he is Frank. */
describe('a code of the helpdesk (PEOPLE R4)', function () {
  this.timeout(120_000)
  let portal: PortalService
  before(async () => {
    portal = await startPortal(
      {},
      {
        frank: { password: 'painter', ...mail },
        grace: { password: 'boss', email: 'grace@corp.example', language: 'fr' },
        heidi: { password: 'writer', email: 'heidi@corp.example', manager: 'ivan' },
        ivan: { password: 'no-mail' },
      },
    )
  })
  after(() => portal?.stop())

  async function mailsOf(user: string, count: number) {
    await portal.phone.next('email', user, count - 1)
    return (await portal.phone.list()).filter((each) => each.kind === 'email' && each.user === user)
  }

  it('is told to the person and to the manager, in the language of each', async () => {
    await helpdeskCode(portal, 'frank')
    const mails = await mailsOf('frank', 2)
    expect(mails.map(({ to }) => to)).to.have.members([mail.email, 'grace@corp.example'])
    const toManager = mails.find(({ to }) => to === 'grace@corp.example')
    expect(toManager?.text).to.match(/Votre assistance a créé un code pour Frank Visser/)
    expect(toManager?.text).to.not.match(/\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b/)
  })

  it('is made all the same where the manager has no mail address', async () => {
    expect(await helpdeskCode(portal, 'heidi')).to.match(/^[\w-]{12,}$/)
    expect((await mailsOf('heidi', 1)).map(({ to }) => to)).to.deep.equal(['heidi@corp.example'])
  })
})
