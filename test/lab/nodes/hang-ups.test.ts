import { expect } from 'chai'
import { needPostgresql } from '../postgresql/server.ts'
import type { FailoverGateway } from './failover-gateway.ts'
import { type Nodes, startNodes } from './pair.ts'
import { type PersonOnPhone, personAt, until } from './person.ts'

const users = {
  fay: { password: 'pw-fay', phones: ['+31610000031'] },
  gus: { password: 'pw-gus', phones: ['+31610000032'] },
  hob: { password: 'pw-hob', phones: ['+31610000033'] },
  ivo: { password: 'pw-ivo', phones: ['+31610000034'] },
}
const device = '192.0.2.31'
const hold = (user: keyof typeof users) => ({ user, password: `pw-${user}`, nas: 'hold', device })

// Longer than a no is kept for a gateway that has heard it.
const schedule = { tries: 3, everyMs: 2_500 }

describe('someone who hangs up, whose gateway comes back from a server that does not answer', function () {
  this.timeout(600_000)
  let nodes: Nodes
  let gateway: FailoverGateway

  before(async function () {
    needPostgresql(this)
    nodes = await startNodes({ users, patience: '60s' })
    gateway = await nodes.openGateway(schedule)
  })
  after(async () => {
    gateway?.close()
    await nodes?.stop()
  })

  const phoneOf = (user: keyof typeof users): PersonOnPhone =>
    personAt(nodes.phones, users[user].phones[0] ?? '')
  /** The gateway asks this server now. */
  const asks = async (server: number) => {
    const before = gateway.sent[server] ?? 0
    await until(() => (gateway.sent[server] ?? 0) > before, `the gateway at server ${server}`)
  }

  it('is not rung again where the other server was killed meanwhile', async () => {
    const phone = phoneOf('fay')
    const ending = gateway.signIn(hold('fay'), [0, 1, 0])
    await phone.asked()
    await nodes.services[1]?.stop('SIGKILL')
    await asks(1)
    phone.hangUp()
    expect(await ending).to.include({ kind: 'reject', server: 0 })
    expect(phone.rings()).to.equal(1)
    await nodes.restart(1)
  })

  it('is not rung again where the other server stands still, and answers late', async () => {
    const phone = phoneOf('hob')
    const ending = gateway.signIn(hold('hob'), [0, 1, 0])
    await phone.asked()
    nodes.services[1]?.process.kill('SIGSTOP')
    await asks(1)
    phone.hangUp()
    const ended = await ending
    nodes.services[1]?.process.kill('SIGCONT')
    expect(ended).to.include({ kind: 'reject', server: 0 })
    // It has read what waited in its socket.
    await nodes.services[1]?.printed(/node-declared-dead/)
    const code = { user: 'ivo', password: 'wrong', nas: 'hold', device }
    expect((await gateway.servers[1]?.signIn(code, 60_000))?.kind).to.equal('reject')
    expect(phone.rings()).to.equal(1)
  })

  it('is rung for a sign-in that they begin once the gateway has heard the no', async () => {
    const phone = phoneOf('ivo')
    const first = gateway.signIn(hold('ivo'))
    await phone.asked()
    phone.hangUp()
    expect((await first).kind).to.equal('reject')
    // The same person and device; a few seconds later it is no longer a packet of the gateway.
    await until(
      async () => {
        expect((await gateway.signIn(hold('ivo'))).kind).to.equal('reject')
        return phone.rings() === 2
      },
      'a call for the next sign-in',
      30_000,
    )
  })

  it('is not rung again where the server that rang is cut from the database', async () => {
    const phone = phoneOf('gus')
    const [link] = nodes.links
    const ending = gateway.signIn(hold('gus'), [0, 1, 0, 1])
    await phone.asked()
    link?.setMode('wait')
    await asks(1)
    phone.hangUp()
    const ended = await ending
    link?.setMode('pass')
    expect(ended).to.include({ kind: 'reject', server: 1 })
    expect(phone.rings()).to.equal(1)
  })
})
