import { expect } from 'chai'
import { createSharedSecret, packetCode } from '../../src/radius/index.ts'
import { createGatewayTable } from '../../src/transport/gateways/gateway-table.ts'
import { accepted, accessRequest, createHarness, flush, gateway, readReply } from './harness.ts'

describe('resends', () => {
  it('join a request that is held: one sign-in, one reply', async () => {
    const harness = createHarness()
    const request = accessRequest()
    for (let count = 0; count < 4; count++) harness.receive(request.bytes)
    expect(harness.held).to.have.length(1)
    expect(harness.held[0]?.live.resends()).to.equal(3)
    await harness.held[0]?.end(accepted)
    expect(harness.sent).to.have.length(1)
    expect(readReply(harness.sent[0]?.bytes, request).code).to.equal(packetCode.AccessAccept)
    expect(harness.resends).to.deep.equal(['joined', 'joined', 'joined'])
    expect(harness.answers[0]).to.include({ kind: 'accept', reason: 'accepted', resends: 3 })
  })

  it('get exactly the same bytes again once answered, until the reply is forgotten', async () => {
    const harness = createHarness()
    const request = accessRequest()
    harness.receive(request.bytes)
    await harness.held[0]?.end(accepted)
    harness.clock.advance(29_900)
    harness.receive(request.bytes)
    expect(harness.sent).to.have.length(2)
    expect(harness.sent[1]).to.deep.equal(harness.sent[0])
    expect(harness.held).to.have.length(1)
    harness.clock.advance(200)
    harness.receive(request.bytes)
    expect(harness.held).to.have.length(2)
    expect(harness.sent).to.have.length(2)
  })

  const elsewhere = [
    ['another source port', { port: 40_001 }],
    ['another source address', { host: '192.0.2.2' }],
    ['another receiving socket', { socket: 2 }],
  ] as const
  for (const [what, from] of elsewhere) {
    it(`are not taken for resends from ${what}`, async () => {
      const harness = createHarness({
        gateways: [gateway('vpn', { prefixes: ['192.0.2.1', '192.0.2.2'] })],
      })
      const request = accessRequest()
      harness.receive(request.bytes)
      harness.receive(request.bytes, from)
      expect(harness.held).to.have.length(2)
      for (const held of harness.held) await held.end(accepted)
      expect(harness.sent.map(({ socket }) => socket)).to.deep.equal([1, 'socket' in from ? 2 : 1])
    })
  }

  it('with an identifier reused while held: the old one is aborted and never answered', async () => {
    const harness = createHarness()
    const first = accessRequest()
    const second = accessRequest()
    harness.receive(first.bytes)
    const signal = harness.held[0]?.live.stop.signal
    harness.receive(second.bytes)
    expect(signal?.aborted).to.equal(true)
    expect(signal?.reason.code).to.equal('abandoned')
    expect(harness.drops.map(({ reason }) => reason)).to.deep.equal(['abandoned'])
    await harness.held[0]?.end(accepted)
    expect(harness.sent).to.have.length(0)
    await harness.held[1]?.end(accepted)
    expect(harness.sent).to.have.length(1)
    readReply(harness.sent[0]?.bytes, second)
    expect(harness.listener.open.stats.total).to.equal(0)
  })

  it('with an identifier reused after the answer: a new sign-in, and the old reply is gone', async () => {
    const harness = createHarness()
    const first = accessRequest()
    const second = accessRequest()
    harness.receive(first.bytes)
    await harness.held[0]?.end(accepted)
    harness.receive(second.bytes)
    await harness.held[1]?.end(accepted)
    readReply(harness.sent[1]?.bytes, second)
    expect(harness.listener.replies.stats.entries).to.equal(1)
  })

  it('cannot be abandoned by a sender without the secret', () => {
    const harness = createHarness()
    harness.receive(accessRequest().bytes)
    harness.receive(accessRequest({ secret: createSharedSecret('wrong') }).bytes)
    harness.receive(accessRequest({ messageAuthenticator: false }).bytes)
    expect(harness.held).to.have.length(1)
    expect(harness.held[0]?.live.stop.signal.aborted).to.equal(false)
    expect(harness.drops.map(({ reason }) => reason)).to.deep.equal([
      'message-authenticator-wrong',
      'message-authenticator-missing',
    ])
  })

  it('join across a reload that keeps the secret', async () => {
    const harness = createHarness()
    const request = accessRequest()
    harness.receive(request.bytes)
    const again = gateway('vpn', { secret: createSharedSecret('xyzzy5461') })
    harness.listener.gateways = createGatewayTable([again])
    harness.receive(request.bytes)
    expect(harness.held).to.have.length(1)
    await harness.held[0]?.end(accepted)
    harness.receive(request.bytes)
    expect(harness.sent).to.have.length(2)
  })

  it('a held request is answered with the secret that verified it, also after a reload', async () => {
    const harness = createHarness()
    const request = accessRequest()
    harness.receive(request.bytes)
    harness.clock.advance(20_000)
    const changed = createSharedSecret('new secret')
    harness.listener.gateways = createGatewayTable([gateway('vpn', { secret: changed })])
    await harness.held[0]?.end(accepted)
    readReply(harness.sent[0]?.bytes, request)
    expect(() => readReply(harness.sent[0]?.bytes, { ...request, secret: changed })).to.throw()
  })

  it('never get a reply made with the old secret after a reload that changes it', async () => {
    const harness = createHarness({
      gateways: [gateway('vpn', { messageAuthenticator: 'optional' })],
    })
    const changed = createSharedSecret('new secret')
    const authenticator = new Uint8Array(16).fill(9)
    const options = { messageAuthenticator: false, authenticator }
    harness.receive(accessRequest(options).bytes)
    await harness.held[0]?.end(accepted)
    harness.listener.gateways = createGatewayTable([
      gateway('vpn', { messageAuthenticator: 'optional', secret: changed }),
    ])
    const second = accessRequest({ ...options, secret: changed })
    harness.receive(second.bytes)
    expect(harness.held).to.have.length(2)
    await harness.held[1]?.end(accepted)
    readReply(harness.sent[1]?.bytes, second)
  })

  it('of a Reject that waits for its time join it, and reusing the identifier ends it', async () => {
    const harness = createHarness()
    const first = accessRequest()
    const rejected = (notBeforeMs: number) =>
      ({ kind: 'reject', reason: 'password-wrong', message: 'no', notBeforeMs }) as const
    harness.receive(first.bytes)
    await harness.held[0]?.end(rejected(harness.clock.nowMs() + 1_000))
    harness.clock.advance(900)
    harness.receive(first.bytes)
    expect(harness.sent).to.have.length(0)
    expect(harness.listener.open.stats.total).to.equal(1)
    harness.clock.advance(150)
    await flush()
    expect(harness.sent).to.have.length(1)
    expect(readReply(harness.sent[0]?.bytes, first).code).to.equal(packetCode.AccessReject)
    expect(harness.answers[0]?.tookMs).to.be.within(1_000, 1_050)

    harness.receive(accessRequest({ identifier: 8 }).bytes)
    await harness.held[1]?.end(rejected(harness.clock.nowMs() + 1_000))
    harness.receive(accessRequest({ identifier: 8 }).bytes)
    harness.clock.advance(5_000)
    await flush()
    expect(harness.sent).to.have.length(1)
    expect(harness.listener.open.stats.total).to.equal(1)
  })

  it('of a request that was dropped start again', async () => {
    const harness = createHarness()
    const request = accessRequest()
    harness.receive(request.bytes)
    await harness.held[0]?.end({ kind: 'drop', reason: 'directory-down-silent' })
    harness.receive(request.bytes)
    expect(harness.held).to.have.length(2)
    expect(harness.sent).to.have.length(0)
  })

  it('are remembered within a number of bytes, the oldest forgotten first and counted', async () => {
    const harness = createHarness({ replyCache: { keepMs: 30_000, maxBytes: 16_384 } })
    const requests = Array.from({ length: 250 }, (_, identifier) => accessRequest({ identifier }))
    for (const [index, request] of requests.entries()) {
      harness.receive(request.bytes)
      await harness.held[index]?.end(accepted)
    }
    const { entries, bytes, evicted } = harness.listener.replies.stats
    expect(bytes).to.be.at.most(16_384)
    expect(entries).to.be.within(50, 200)
    expect(entries + evicted).to.equal(250)
    harness.receive(requests[249]?.bytes ?? Buffer.alloc(0))
    expect(harness.resends).to.deep.equal(['answered'])
    harness.receive(requests[0]?.bytes ?? Buffer.alloc(0))
    await flush()
    expect(harness.held).to.have.length(251)
    harness.clock.advance(32_000)
    expect(harness.listener.replies.stats).to.include({ entries: 0, bytes: 0 })
  })

  it('share nothing between Status-Server and Access-Request of one identifier', () => {
    const harness = createHarness()
    const authenticator = new Uint8Array(16).fill(3)
    harness.receive(accessRequest({ authenticator }).bytes)
    harness.receive(
      accessRequest({ authenticator, code: packetCode.StatusServer, attributes: [] }).bytes,
    )
    expect(harness.held[0]?.live.stop.signal.aborted).to.equal(false)
    expect(harness.sent).to.have.length(1)
    expect(harness.statuses).to.deep.equal(['vpn'])
  })
})
