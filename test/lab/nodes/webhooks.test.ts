import { expect } from 'chai'
import { needPostgresql } from '../postgresql/server.ts'
import { administer } from '../service-config.ts'
import type { FailoverGateway } from './failover-gateway.ts'
import { type Nodes, startNodes } from './pair.ts'
import { personAt, until } from './person.ts'

const users = {
  ida: { password: 'pw-ida', phones: ['+31610000011'] },
  jan: { password: 'pw-jan', phones: ['+31610000012'] },
  kim: { password: 'pw-kim', phones: ['+31610000013'] },
  lea: { password: 'pw-lea', phones: ['+31610000014'] },
}

describe('webhooks of a call at two services on one database (O15, O16)', function () {
  this.timeout(600_000)
  let nodes: Nodes
  let gateway: FailoverGateway

  before(async function () {
    needPostgresql(this)
    nodes = await startNodes({ users, patience: '60s' })
    gateway = await nodes.openGateway({ tries: 4, everyMs: 2_000, lastEveryMs: 5_000 })
  })
  after(async () => {
    gateway?.close()
    await nodes?.stop()
  })

  const signIn = (user: string, device: string) => ({
    ...{ user, password: `pw-${user}`, nas: 'hold', device },
  })
  const rung = (number: string) =>
    [...nodes.phones.calls.values()].filter(({ form }) => form.To === number).length
  const answeredBy = () => new Set(nodes.balancer.answeredBy)

  it('are answered at either, each turn at another', async () => {
    const [number = ''] = users.ida.phones
    nodes.phones.people.set(number, { does: 'answers', keys: ['1', '2', '#'] })
    const [a] = gateway.servers
    const reply = await a?.signIn(signIn('ida', '192.0.2.11'), 60_000)
    expect(reply?.kind).to.equal('accept')
    expect(rung(number)).to.equal(1)
    expect([...answeredBy()].toSorted()).to.deep.equal([0, 1])
  })

  it('end the sign-in at the service that has it, wherever 0# is heard', async () => {
    const [number = ''] = users.jan.phones
    nodes.phones.people.set(number, { does: 'answers', keys: ['0', '#'] })
    const [a] = gateway.servers
    const reply = await a?.signIn(signIn('jan', '192.0.2.12'), 60_000)
    expect(reply?.kind).to.equal('reject')
    expect((await nodes.signIns()).at(-1)).to.include({ user_name: 'jan', reason: 'prompt-fraud' })
  })

  it('ring the backup number once, whichever hears that the first is not answered', async () => {
    const [first = ''] = users.kim.phones
    const backupPhone = '+31610000023'
    const [service] = nodes.services
    if (service === undefined) throw new Error('two were started')
    const authenticator = { method: 'call', phone: first, backupPhone, label: 'desk' }
    await administer(service, [['authenticator.add', { name: 'kim', authenticator }]])
    nodes.phones.people.set(first, { does: 'busy' })
    nodes.phones.people.set(backupPhone, { does: 'answers', keys: ['1', '#'] })
    const [a] = gateway.servers
    const reply = await a?.signIn(signIn('kim', '192.0.2.13'), 60_000)
    expect(reply?.kind).to.equal('accept')
    expect([rung(first), rung(backupPhone)]).to.deep.equal([1, 1])
  })

  it('name a call whose service was killed before Twilio had told it the name', async () => {
    const [number = ''] = users.lea.phones
    const person = personAt(nodes.phones, number)
    nodes.phones.faults.push({ kind: 'late', ms: 3_000 })
    const held = gateway.signIn(signIn('lea', '192.0.2.14'))
    await until(() => rung(number) === 1, 'the call')
    await nodes.services[0]?.stop('SIGKILL')
    await person.asked()
    // By the second packet the other service has joined.
    await until(() => (gateway.sent[1] ?? 0) > 1, 'the try at the other service')
    person.press('#')
    expect(await held).to.include({ kind: 'accept', server: 1 })
    expect(person.rings()).to.equal(1)
    await nodes.restart(0)
  })
})
