import { expect } from 'chai'
import type { Notice, PolicyRule, SendResult } from '../../../src/signin/index.ts'
import {
  type Ask,
  call,
  createWorld,
  email,
  flush,
  gatewayRules,
  reasonOf,
  type World,
} from '../harness.ts'

const mac = '001122334455'
const from = (value: string, change: Partial<Ask> = {}): Ask => ({
  device: { kind: 'mac', value },
  ...change,
})

const rule = (tell?: 'email' | 'sms'): PolicyRule => ({
  name: 'wifi',
  outcome: {
    kind: 'second-factor',
    methods: ['call'],
    remember: { forMs: 3_600_000, address: false, ...(tell && { tell }) },
  },
})

describe('a person is told of a new device', () => {
  let world: World
  let told: Notice[]
  let answer: () => Promise<SendResult>

  async function home(rules: readonly PolicyRule[], user = 'alice'): Promise<void> {
    told = []
    answer = async () => ({ kind: 'sent' })
    const notice = {
      tell(each: Notice) {
        told.push(each)
        return answer()
      },
    }
    world = createWorld({ parts: { rules, noticeMethods: new Map([['email', notice]]) } })
    await world.enrol(user, call)
  }

  beforeEach(async () => {
    await home([rule('email')])
    await world.enrol('alice', email)
  })

  async function signIn(ask: Ask): Promise<void> {
    const pending = world.start(ask)
    await flush()
    if (pending.outcome === undefined) world.phone.approve()
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
    await world.advance(11_000)
  }

  it('once, with what it is and where, in their language', async () => {
    await signIn(from(mac))
    await signIn(from(mac))
    expect(told).to.have.length(1)
    expect(told[0]).to.include({ to: 'alice@corp.example', user: 'alice' })
    expect(told[0]?.subject)
      .to.include('Een nieuw apparaat is toegelaten')
      .and.include('VPN Amsterdam')
    expect(told[0]?.text).to.include('00:11:22:33:44:55').and.include('VPN Amsterdam')
    expect(JSON.stringify(world.rows[0]?.timeline)).to.include('new-device-told')
  })

  it('not again when it must prove itself again, nor at another group of gateways', async () => {
    await signIn(from(mac))
    world.clock.advance(3_600_000)
    await signIn(from(mac))
    await signIn(from(mac, { gateway: gatewayRules({ name: 'other' }) }))
    expect(world.phone.calls).to.have.length(3)
    expect(told).to.have.length(1)
  })

  it('of each device by itself', async () => {
    await signIn(from(mac))
    await signIn(from('001122334456'))
    expect(told).to.have.length(2)
    expect(told[0]?.text).to.include('00:11:22:33:44:55')
    expect(told[1]?.text).to.include('00:11:22:33:44:56')
  })

  it('not where nothing is remembered, no one is let in, or the rule does not say so', async () => {
    await signIn({})
    const refused = world.start(from(mac))
    await flush()
    world.phone.only().answer({ kind: 'refused' })
    await flush()
    expect(reasonOf(refused.outcome)).to.equal('prompt-refused')
    expect(told).to.deep.equal([])
    await home([rule()])
    await world.enrol('alice', email)
    await signIn(from(mac))
    expect(told).to.deep.equal([])
  })

  it('says in the audit that nothing reaches them', async () => {
    await home([rule('email')])
    await signIn(from(mac))
    expect(told).to.deep.equal([])
    expect(JSON.stringify(world.rows[0]?.timeline)).to.include('new-device-not-told')
  })

  it('at the address of the directory, where none was enrolled', async () => {
    await home([rule('email')], 'erin')
    await signIn(from(mac, { user: 'erin' }))
    expect(told[0]).to.include({ to: 'erin@corp.example' })
  })

  for (const [what, failing] of [
    ['refuses', async () => ({ kind: 'failed', detail: 'no credit', outage: false }) as const],
    ['breaks', () => Promise.reject(new Error('no credit'))],
  ] as const) {
    it(`is let in although the provider ${what}, and the log says so`, async () => {
      answer = failing
      await signIn(from(mac))
      expect(world.troubles).to.have.length(1)
      expect(world.troubles[0]).to.include({ what: 'new-device-not-told', userName: 'alice' })
      expect(world.troubles[0]?.detail).to.include('no credit')
    })
  }

  it('not before the tunnel has shown to be its own', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    await signIn(from(mac, { eap: { method: 'PEAP', outerIdentity: '' }, bound: promise }))
    expect(told).to.deep.equal([])
    resolve()
    await flush()
    expect(told).to.have.length(1)
  })

  it('is let in although the provider never answers', async () => {
    answer = () => new Promise(() => undefined)
    await signIn(from(mac))
    await signIn(from(mac))
  })
})
