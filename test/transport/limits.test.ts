import { expect } from 'chai'
import { giveUp, interrupt } from '../../src/transport/end-request.ts'
import { createGatewayTable } from '../../src/transport/gateways/gateway-table.ts'
import { accepted, accessRequest, createHarness, flush, gateway } from './harness.ts'

/** Requests from as many source ports as it takes. */
function receiveMany(harness: ReturnType<typeof createHarness>, count: number, host?: string) {
  for (let index = 0; index < count; index++) {
    const { bytes } = accessRequest({ identifier: index & 255 })
    harness.receive(bytes, { port: 40_000 + (index >> 8), ...(host && { host }) })
  }
}

const reasons = (harness: ReturnType<typeof createHarness>) =>
  harness.drops.map(({ reason }) => reason)

describe('limits', () => {
  it('open sign-ins are bounded per gateway, and one that ends makes room', async () => {
    const harness = createHarness({
      gateways: [
        gateway('small', { maxOpen: 3 }),
        gateway('large', { maxOpen: 100, prefixes: ['192.0.2.2'] }),
      ],
    })
    receiveMany(harness, 5)
    receiveMany(harness, 5, '192.0.2.2')
    expect(harness.held).to.have.length(8)
    expect(reasons(harness)).to.deep.equal(['too-many-open', 'too-many-open'])
    expect(harness.listener.open.stats.byGateway).to.deep.equal(
      new Map([
        ['small', 3],
        ['large', 5],
      ]),
    )
    await harness.held[0]?.end(accepted)
    harness.receive(accessRequest({ identifier: 200 }).bytes)
    expect(harness.held).to.have.length(9)
  })

  it('and in total', () => {
    const harness = createHarness({ maxOpen: 4 })
    receiveMany(harness, 10)
    expect(harness.held).to.have.length(4)
    expect(harness.listener.open.stats.total).to.equal(4)
  })

  it('a reload does not reset the count', () => {
    const harness = createHarness({ gateways: [gateway('vpn', { maxOpen: 2 })] })
    receiveMany(harness, 2)
    harness.listener.gateways = createGatewayTable([gateway('vpn', { maxOpen: 2 })])
    harness.receive(accessRequest({ identifier: 9 }).bytes)
    expect(reasons(harness)).to.deep.equal(['too-many-open'])
  })

  it('reusing an identifier over and over starts no more sign-ins than allowed', () => {
    const harness = createHarness({ gateways: [gateway('vpn', { maxOpen: 3 })] })
    for (let count = 0; count < 20; count++) harness.receive(accessRequest().bytes)
    expect(harness.held).to.have.length(3)
    expect(harness.listener.open.stats.total).to.equal(3)
  })

  it('5,000 requests whose sign-in hangs end by themselves and leave nothing behind', async () => {
    const harness = createHarness({ gateways: [gateway('vpn', { maxOpen: 4_000 })] })
    receiveMany(harness, 5_000)
    expect(harness.held).to.have.length(4_000)
    harness.clock.advance(34_900)
    expect(harness.listener.open.stats.total).to.equal(4_000)
    harness.clock.advance(200)
    expect(harness.listener.open.stats).to.deep.equal({ total: 0, byGateway: new Map() })
    expect(harness.held[0]?.live.stop.signal.reason.code).to.equal('overdue')
    expect(reasons(harness).filter((reason) => reason === 'no-time-left')).to.have.length(4_000)
    expect(harness.wheel.size).to.equal(0)
    await harness.held[0]?.end(accepted)
    expect(harness.sent).to.have.length(0)
    expect(harness.wheelErrors).to.deep.equal([])
  })

  it('an abandoned sign-in that hangs ends too, and is counted once', () => {
    const harness = createHarness()
    harness.receive(accessRequest().bytes)
    harness.receive(accessRequest().bytes)
    harness.clock.advance(36_000)
    expect(harness.listener.open.stats.total).to.equal(0)
    expect(reasons(harness)).to.deep.equal(['abandoned', 'no-time-left'])
  })
})

describe('a sign-in that goes wrong', () => {
  it('throws: no answer, the error in the log, and the next one is taken', async () => {
    const signIn = () => {
      throw new Error('broken')
    }
    const harness = createHarness({ signIn })
    harness.receive(accessRequest().bytes)
    harness.receive(accessRequest({ identifier: 8 }).bytes)
    await flush()
    expect(reasons(harness)).to.deep.equal(['internal-error', 'internal-error'])
    expect(harness.drops[0]?.error).to.have.property('message', 'broken')
    expect(harness.drops[0]?.attemptId).to.have.length(12)
    expect(harness.sent).to.have.length(0)
    expect(harness.listener.open.stats.total).to.equal(0)
  })

  it('a failure on the way to it is dropped too', () => {
    const harness = createHarness()
    const { listener } = harness
    listener.gateways = {
      ...listener.gateways,
      find: () => {
        throw new Error('broken')
      },
    }
    harness.receive(accessRequest().bytes)
    expect(reasons(harness)).to.deep.equal(['internal-error'])
  })
})

describe('shutdown', () => {
  it('takes nothing new, but resends still join or get their reply', async () => {
    const harness = createHarness()
    const [open, answered] = [accessRequest({ identifier: 1 }), accessRequest({ identifier: 2 })]
    harness.receive(open.bytes)
    harness.receive(answered.bytes)
    await harness.held[1]?.end(accepted)
    harness.listener.stopping = true
    harness.receive(open.bytes)
    harness.receive(answered.bytes)
    harness.receive(accessRequest({ identifier: 3 }).bytes)
    expect(harness.resends).to.deep.equal(['joined', 'answered'])
    expect(reasons(harness)).to.deep.equal(['stopping'])
    expect(harness.held).to.have.length(2)
  })

  it('asks running sign-ins to end, and sends a Reject that waits at once', async () => {
    const harness = createHarness()
    harness.receive(accessRequest({ identifier: 1 }).bytes)
    harness.receive(accessRequest({ identifier: 2 }).bytes)
    await harness.held[1]?.end({
      kind: 'reject',
      reason: 'password-wrong',
      message: 'no',
      notBeforeMs: harness.clock.nowMs() + 1_000,
    })
    for (const open of harness.listener.open.all()) interrupt(open)
    await flush()
    expect(harness.sent).to.have.length(1)
    expect(harness.held[0]?.live.stop.signal.reason.code).to.equal('stopping')
    await harness.held[0]?.end({ kind: 'reject', reason: 'shutting-down', message: 'later' })
    expect(harness.answers.map(({ reason }) => reason)).to.deep.equal([
      'password-wrong',
      'shutting-down',
    ])
    harness.clock.advance(2_000)
    await flush()
    expect(harness.sent).to.have.length(2)
  })

  it('gives up on one that does not end, which then is never answered', async () => {
    const harness = createHarness()
    harness.receive(accessRequest().bytes)
    for (const open of harness.listener.open.all()) giveUp(open)
    expect(reasons(harness)).to.deep.equal(['stopping'])
    await harness.held[0]?.end(accepted)
    expect(harness.sent).to.have.length(0)
  })
})
