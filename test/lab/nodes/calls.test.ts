import { expect } from 'chai'
import { needPostgresql } from '../postgresql/server.ts'
import { codeOf, enrolApps, seedOf } from '../service-config.ts'
import type { FailoverGateway } from './failover-gateway.ts'
import { type Nodes, startNodes } from './pair.ts'
import { personAt, until } from './person.ts'

const users = {
  ann: { password: 'pw-ann', phones: ['+31610000001'] },
  bea: { password: 'pw-bea', phones: ['+31610000002'] },
  cas: { password: 'pw-cas', phones: ['+31610000003'] },
  dee: { password: 'pw-dee', phones: ['+31610000004'] },
  eva: { password: 'pw-eva', phones: ['+31610000005'] },
  hal: { password: 'pw-hal' },
}
const device = '192.0.2.7'
const hold = (user: string) => ({ user, password: `pw-${user}`, nas: 'hold', device })

describe('a call that rings for two services', function () {
  this.timeout(600_000)
  let nodes: Nodes
  let gateway: FailoverGateway

  before(async function () {
    needPostgresql(this)
    nodes = await startNodes({ users, patience: '60s' })
    gateway = await nodes.openGateway({ tries: 3, everyMs: 1_000, lastEveryMs: 20_000 })
    const [first] = nodes.services
    if (first !== undefined) await enrolApps(first, ['hal'])
  })
  after(async () => {
    gateway?.close()
    await nodes?.stop()
  })

  const reasonsOf = async (user: string) =>
    (await nodes.signIns()).filter((row) => row.user_name === user).map(({ reason }) => reason)

  it('rings once for a gateway that asks both, and both say yes', async () => {
    const phone = personAt(nodes.phones, users.ann.phones[0] ?? '')
    const [a, b] = gateway.servers
    const atA = a?.signIn(hold('ann'), 60_000)
    await phone.asked()
    const atB = b?.signIn(hold('ann'), 60_000)
    // This takes B longer than joining does.
    const password = `pw-hal,${codeOf(seedOf('hal'))}`
    await b?.signIn({ user: 'hal', password, nas: 'append' })
    phone.press('#')
    expect([(await atA)?.kind, (await atB)?.kind]).to.deep.equal(['accept', 'accept'])
    expect(phone.rings()).to.equal(1)
  })

  it('rings no second time where the gateway goes on to the other before it hears the no', async () => {
    const number = users.eva.phones[0] ?? ''
    const phone = personAt(nodes.phones, number)
    const [a, b] = gateway.servers
    const atA = a?.signIn(hold('eva'), 60_000)
    await phone.asked()
    phone.hangUp()
    const isOver = () =>
      [...nodes.phones.calls.values()].some(
        ({ form, status }) => form.To === number && status === 'completed',
      )
    await until(isOver, 'the end of the call')
    const atB = b?.signIn(hold('eva'), 60_000)
    expect([(await atA)?.kind, (await atB)?.kind]).to.deep.equal(['reject', 'reject'])
    expect(phone.rings()).to.equal(1)
  })

  describe('of which one is killed', () => {
    afterEach(() => nodes.restart(0))

    it('lets the person in with # at the other', async () => {
      const phone = personAt(nodes.phones, users.bea.phones[0] ?? '')
      const asked = gateway.sent[1] ?? 0
      const ending = gateway.signIn(hold('bea'))
      await phone.asked()
      await nodes.services[0]?.stop('SIGKILL')
      await until(() => (gateway.sent[1] ?? 0) > asked, 'the gateway at the other one')
      phone.press('#')
      expect(await ending).to.include({ kind: 'accept', server: 1 })
      expect(phone.rings()).to.equal(1)
      expect(await reasonsOf('bea')).to.deep.equal(['accepted'])
    })

    it('keeps the # that was pressed before the gateway came to the other', async () => {
      const phone = personAt(nodes.phones, users.cas.phones[0] ?? '')
      const ending = gateway.signIn(hold('cas'))
      await phone.asked()
      await nodes.services[0]?.stop('SIGKILL')
      phone.press('#')
      expect(await ending).to.include({ kind: 'accept', server: 1 })
      expect(phone.rings()).to.equal(1)
      expect(await reasonsOf('cas')).to.deep.equal(['accepted'])
    })

    it('refuses someone who hangs up, and rings no second time', async () => {
      const phone = personAt(nodes.phones, users.dee.phones[0] ?? '')
      const ending = gateway.signIn(hold('dee'))
      await phone.asked()
      await nodes.services[0]?.stop('SIGKILL')
      phone.hangUp()
      expect(await ending).to.include({ kind: 'reject', server: 1 })
      expect(phone.rings()).to.equal(1)
    })
  })
})
