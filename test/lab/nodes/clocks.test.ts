import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type FakeClock, fakeClock } from '../../soak/nodes/faults.ts'
import { needFile } from '../need.ts'
import { needPostgresql } from '../postgresql/server.ts'
import { codeOf, enrolApps, seedOf } from '../service-config.ts'
import type { FailoverGateway } from './failover-gateway.ts'
import { type Nodes, startNodes } from './pair.ts'
import { personAt, until } from './person.ts'

const faketime = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'
const offsets = ['-90s', '+1h'] as const
const users = {
  ann: { password: 'pw-ann', phones: ['+31610000001'] },
  bea: { password: 'pw-bea', phones: ['+31610000002'] },
  cas: { password: 'pw-cas', phones: ['+31610000003'] },
  dee: { password: 'pw-dee', phones: ['+31610000004'] },
  fay: { password: 'pw-fay' },
  gus: { password: 'pw-gus' },
  hal: { password: 'pw-hal' },
}

/** Users do not notice what someone does to the clock of one node (O10). */
describe('two services of which one has a clock that jumps', function () {
  this.timeout(600_000)
  let nodes: Nodes
  let gateway: FailoverGateway
  let clock: FakeClock

  before(async function () {
    needPostgresql(this)
    needFile(faketime, 'libfaketime', this)
    clock = fakeClock(faketime, join(tmpdir(), `holdfast-clock-${process.pid}`))
    nodes = await startNodes({
      ...{ users, patience: '60s' },
      environment: (index) => (index === 1 ? clock.environment : {}),
    })
    gateway = await nodes.openGateway({ tries: 3, everyMs: 1_000, lastEveryMs: 20_000 })
    const [first] = nodes.services
    if (first !== undefined) await enrolApps(first, ['fay', 'gus', 'hal'])
  })
  after(async () => {
    gateway?.close()
    await nodes?.stop()
  })
  // The certificate of the provider is younger than 90 seconds.
  afterEach(() => jump('+0s'))

  /** Moves it, and waits until a beat of the service has told the others. */
  async function jump(offset: string): Promise<void> {
    clock.set(offset)
    const isSeen = async () => {
      const [off] = await nodes.database.admin<{ ahead: string }>(
        "select beat_at_ms - database_at_ms as ahead from node where name = 'b' and state = 'serving'",
        nodes.place.database,
      )
      return off !== undefined && Math.abs(Number(off.ahead)) > 30_000 === (offset !== '+0s')
    }
    await until(isSeen, `a beat with a clock that is ${offset} off`)
  }
  const signInByCode = (user: string, steps = 0) =>
    gateway.servers[1]?.signIn({
      ...{ user, nas: 'append', password: `pw-${user},${codeOf(seedOf(user), steps)}` },
    })
  const hold = (user: string) =>
    gateway.servers[1]?.signIn(
      { user, password: `pw-${user}`, nas: 'hold', device: '192.0.2.7' },
      60_000,
    )

  for (const [index, offset] of offsets.entries()) {
    const [caller, asked] = (
      [
        ['ann', 'cas'],
        ['bea', 'dee'],
      ] as const
    )[index] ?? ['ann', 'cas']

    it(`lets in who presses # in a call under which it jumps by ${offset}`, async () => {
      const phone = personAt(nodes.phones, users[caller].phones[0] ?? '')
      const ending = hold(caller)
      await phone.asked()
      await jump(offset)
      phone.press('#')
      expect((await ending)?.kind).to.equal('accept')
      expect(phone.rings()).to.equal(1)
    })

    it(`takes the answer to what it asked before it jumped by ${offset}`, async () => {
      const signIn = { user: asked, password: `pw-${asked}`, nas: 'text', device: '192.0.2.7' }
      const challenge = await gateway.servers[1]?.signIn(signIn)
      expect(challenge?.kind).to.equal('challenge')
      const text = nodes.phones.requests.findLast(({ name }) => name === 'POST Messages')
      const [code = ''] = /\d{6}/.exec(text?.form.Body ?? '') ?? []
      await jump(offset)
      const state = challenge?.state
      const answer = { ...signIn, password: code, ...(state && { state }) }
      expect((await gateway.servers[1]?.signIn(answer))?.kind).to.equal('accept')
    })

    it(`takes the codes of apps while it is ${offset} off`, async () => {
      await jump(offset)
      const user = index === 0 ? 'fay' : 'gus'
      expect((await signInByCode(user))?.kind).to.equal('accept')
    })
  }

  it('takes the codes of apps after a start with a wrong clock', async () => {
    clock.set('+10m')
    await nodes.services[1]?.stop()
    const restarted = await nodes.restart(1)
    await restarted.printed(/"event":"clock-moved".*"isFollowed":true/)
    expect((await signInByCode('hal'))?.kind).to.equal('accept')
  })
})
