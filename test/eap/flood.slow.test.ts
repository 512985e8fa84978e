import { expect } from 'chai'
import type { EapGateway } from '../../src/eap/server.ts'
import { createTlsContext, TlsSession } from '../../src/eap/tls/session.ts'
import { encodeAvp } from '../../src/eap/ttls/avps.ts'
import { collectGarbage } from '../support/heap.ts'
import { serverCertificate, serverKey } from '../vectors/certificates.ts'
import {
  type Ask,
  challengeOf,
  createEapHarness,
  type EapHarness,
  endlessGateway,
  identity,
  methodThroughServer,
  response,
  ttlsGateway,
} from './eap-harness.ts'
import { accepted, bytes, scriptSignIn } from './scripted-sign-in.ts'
import { recordHello, TlsPeer } from './tls-peer.ts'

const { signIn: nobody } = scriptSignIn()

/** Devices of a flood: every one begins, every tenth goes on to a ClientHello. */
async function flood(harness: EapHarness, from: number, count: number): Promise<void> {
  const hello = await recordHello()
  for (let device = from; device < from + count; device += 1) {
    const mac = device.toString(16).padStart(12, '0')
    const { packet, state } = challengeOf(await harness.ask({ message: identity(), mac }))
    if (device % 10 > 0) continue
    const data = Buffer.concat([Buffer.of(0), hello])
    await harness.ask({ message: response(packet[1] ?? 0, 21, data), state, mac })
  }
}

/** The same gateway, and how many of its methods have not been closed. */
function countMethods(gateway: EapGateway) {
  let open = 0
  const methods = gateway.methods.map((factory) => ({
    ...factory,
    create(identity: string) {
      const method = factory.create(identity)
      const close = method.close.bind(method)
      let isClosed = false
      open += 1
      method.close = () => {
        if (!isClosed) open -= 1
        isClosed = true
        close()
      }
      return method
    },
  }))
  return { gateway: { ...gateway, methods }, open: () => open }
}

/** Residents of the process after what no one needs is gone, in MB. */
async function residentMB(): Promise<number> {
  for (let pass = 0; pass < 3; pass += 1) {
    collectGarbage()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return process.memoryUsage().rss / 1e6
}

describe('the memory of TLS', function () {
  this.timeout(180_000)
  this.slow(6_000)

  it('comes back when a session is closed in its handshake', async () => {
    const hello = await recordHello()
    const context = createTlsContext({
      cert: serverCertificate,
      key: serverKey,
      maxVersion: 'TLSv1.2',
    })
    async function openAndClose(count: number): Promise<void> {
      for (let each = 0; each < count; each += 1) {
        const session = new TlsSession(context, false)
        await session.receive(hello)
        expect(session.takeOutput().length).to.be.above(500)
        session.close()
      }
    }
    await openAndClose(300)
    const before = await residentMB()
    await openAndClose(2_500)
    // Kept, it would be 65 kB each, 160 MB.
    expect((await residentMB()) - before).to.be.below(100)
  })
})

describe('a flood of half-open conversations', function () {
  this.timeout(180_000)
  this.slow(6_000)

  it('of 20,000 costs what 1,000 cost, and hurts none that have come further', async () => {
    const methods = countMethods(ttlsGateway())
    const harness = createEapHarness({ gateway: () => methods.gateway })
    const running = Array.from({ length: 20 }, (_, index) => {
      const peer = new TlsPeer({ maxVersion: 'TLSv1.2' })
      peer.socket.on('secureConnect', () => {
        peer.socket.write(
          Buffer.concat([
            encodeAvp(1, 0, Buffer.from('alice')),
            encodeAvp(2, 0, Buffer.alloc(16, 0x61)),
          ]),
        )
      })
      const mac = `0300000000${String(index).padStart(2, '0')}`
      return peer.run(methodThroughServer(harness.ask, { mac }), nobody)
    })
    while (harness.attempts.length < 20) await new Promise((resolve) => setImmediate(resolve))

    await flood(harness, 0, 5_000)
    const { halfOpen, running: kept } = harness.server.stats()
    expect([halfOpen, kept]).to.deep.equal([1_000, 20])
    await flood(harness, 5_000, 15_000)
    expect(harness.server.stats()).to.deep.equal({ halfOpen: 1_000, running: 20 })
    expect(methods.open()).to.equal(1_020)

    for (let index = 0; index < 20; index += 1) await harness.settle(accepted)
    for (const step of await Promise.all(running)) expect(step.kind).to.equal('done')
    harness.clock.advance(60_000)
    expect(harness.server.stats()).to.deep.equal({ halfOpen: 0, running: 0 })
    expect(methods.open()).to.equal(0)
    expect(harness.wheel.size).to.equal(0)
    expect(harness.errors).to.deep.equal([])
  })

  it('leaves all of 9,000 alone that have come further, by the default limits', async () => {
    const gateways = new Map([
      ['wifi', endlessGateway('running')],
      ['flooded', ttlsGateway()],
    ])
    const harness = createEapHarness({ gateway: (name) => gateways.get(name) })
    const open: Ask[] = []
    for (let device = 0; device < 9_000; device += 1) {
      const mac = `04${device.toString(16).padStart(10, '0')}`
      const { packet, state } = challengeOf(await harness.ask({ message: identity(), mac }))
      open.push({ message: response(packet[1] ?? 0, 21, bytes('00')), state, mac })
    }
    for (let device = 0; device < 3_000; device += 1) {
      await harness.ask({ message: identity(), mac: String(device), gateway: 'flooded' })
    }
    expect(harness.server.stats()).to.deep.equal({ halfOpen: 1_000, running: 9_000 })
    const answers = new Set<string>()
    for (const one of open) answers.add((await harness.ask(one)).kind)
    expect([...answers]).to.deep.equal(['challenge'])
    harness.clock.advance(200_000)
    expect(harness.server.stats()).to.deep.equal({ halfOpen: 0, running: 0 })
    expect(harness.wheel.size).to.equal(0)
  })

  it('makes room for each other, the oldest first', async () => {
    const harness = createEapHarness({ limits: { maxOpen: 10, maxHalfOpen: 3 } })
    const begin = async (mac: string) =>
      challengeOf(await harness.ask({ message: identity(), mac }))
    const first = await begin('01')
    const second = await begin('02')
    await begin('03')
    await begin('04')
    const nak = response(2, 3, Buffer.of(25))
    const asFirst = await harness.ask({ message: nak, state: first.state, mac: '01' })
    expect(asFirst).to.deep.include({ reason: 'eap-conversation-unknown' })
    const asSecond = await harness.ask({ message: nak, state: second.state, mac: '02' })
    expect(asSecond).to.deep.include({ reason: 'eap-no-method' })
  })

  it('never makes a handshake give way to what is over', async () => {
    const harness = createEapHarness({ limits: { maxOpen: 10, maxHalfOpen: 5 } })
    const nak = response(2, 3, Buffer.of(25))
    const begin = async (mac: string) =>
      challengeOf(await harness.ask({ message: identity(), mac }))
    const waiting = await begin('01')
    const last: { mac: string; state: Uint8Array }[] = []
    for (let device = 10; device < 50; device += 1) {
      const mac = String(device)
      const { state } = await begin(mac)
      await harness.ask({ message: nak, state, mac })
      last.push({ mac, state })
    }
    expect(harness.server.stats()).to.deep.equal({ halfOpen: 1, running: 0 })
    // Of those that are over, as many are remembered as there is room for.
    const again = last.map((ended) => harness.ask({ message: nak, ...ended }))
    const repeated = (await Promise.all(again)).map(({ reason }) => reason)
    expect(repeated.slice(0, -9)).to.deep.equal(Array(31).fill('eap-conversation-unknown'))
    expect(repeated.slice(-9)).to.deep.equal(Array(9).fill('eap-no-method'))
    const goesOn = await harness.ask({ message: nak, state: waiting.state, mac: '01' })
    expect(goesOn).to.deep.include({ reason: 'eap-no-method' })
    harness.clock.advance(200_000)
    expect(harness.wheel.size).to.equal(0)
  })

  it('ends those that are in the middle of a handshake without a mistake', async () => {
    const harness = createEapHarness({ limits: { maxOpen: 10, maxHalfOpen: 5 } })
    const ends = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const peer = new TlsPeer({ maxVersion: 'TLSv1.2' })
        const method = methodThroughServer(harness.ask, { mac: `02000000${1_000 + index}` })
        const step = await peer.run(method, nobody).catch(() => undefined)
        peer.socket.destroy()
        return step?.kind
      }),
    )
    expect(ends.filter((kind) => kind === 'done')).to.deep.equal([])
    expect(harness.errors).to.deep.equal([])
    harness.clock.advance(200_000)
    expect(harness.server.stats()).to.deep.equal({ halfOpen: 0, running: 0 })
  })

  it('stays outside where all places are taken by those that have come further', async () => {
    const harness = createEapHarness({ limits: { maxOpen: 1, maxHalfOpen: 1 } })
    const peer = new TlsPeer({ maxVersion: 'TLSv1.2' })
    peer.socket.on('secureConnect', () => {
      const pap = [encodeAvp(1, 0, Buffer.from('alice')), encodeAvp(2, 0, Buffer.from('a'))]
      peer.socket.write(Buffer.concat(pap))
    })
    const ended = peer.run(methodThroughServer(harness.ask), nobody)
    while (harness.attempts.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const refused = await harness.ask({ message: identity(), mac: '02' })
    expect(refused).to.deep.equal({ kind: 'drop', reason: 'too-many-open' })
    await harness.settle(accepted)
    expect((await ended).kind).to.equal('done')
    // What has ended only repeats its answer, and makes room.
    expect((await harness.ask({ message: identity(), mac: '02' })).kind).to.equal('challenge')
  })
})
