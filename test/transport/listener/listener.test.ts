import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { expect } from 'chai'
import { packetCode } from '../../../src/radius/index.ts'
import type { SignIn } from '../../../src/signin/index.ts'
import { createTimerWheel, systemClock } from '../../../src/support/index.ts'
import {
  createGatewayTable,
  createRadiusListener,
  ListenError,
  type RadiusListenerOptions,
} from '../../../src/transport/index.ts'
import { createSockets, type Source } from '../../../src/transport/listener/sockets.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import {
  accepted,
  accessRequest,
  bounds,
  createHeldSignIn,
  createRecorder,
  flush,
  gateway,
  noEap,
  readReply,
} from '../harness.ts'

const loopback = gateway('vpn', { prefixes: ['127.0.0.0/8', '::1'] })
const cleanUps: (() => unknown)[] = []

function createListener(changes: Partial<RadiusListenerOptions> & { signIn: SignIn }) {
  const recorder = createRecorder()
  const clock = changes.clock ?? systemClock
  const wheel = createTimerWheel(clock, {
    onError: (error) => recorder.sendErrors.push(error as Error),
  })
  const listener = createRadiusListener({
    ...bounds,
    listen: [{ address: '127.0.0.1', port: 0 }],
    gateways: createGatewayTable([loopback]),
    clock,
    wheel,
    observer: recorder.observer,
    eap: noEap,
    ...changes,
  })
  return { ...recorder, listener, wheel }
}

async function openSocket(address = '127.0.0.1'): Promise<Socket> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  socket.bind(0, address)
  await once(socket, 'listening')
  cleanUps.push(() => socket.close())
  return socket
}

/** Sends and waits for one datagram back. */
async function ask(socket: Socket, bytes: Uint8Array, port: number, address = '127.0.0.1') {
  const answer = once(socket, 'message')
  socket.send(bytes, port, address)
  const [reply, from] = await answer
  return { reply: reply as Buffer, from: from.address as string }
}

/** A container may have no IPv6. */
function hasAddress(address: string): boolean {
  const infos = Object.values(networkInterfaces()).flat()
  return infos.some((info) => info?.address === address)
}

const immediately: SignIn = async () => accepted
const portOf = (bound: readonly { port: number }[]) => bound[0]?.port ?? 0

describe('listener', () => {
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp()
  })

  for (const [family, addresses] of [
    ['IPv4', ['127.0.0.1', '127.0.0.2']],
    ['IPv6', ['::1']],
  ] as const) {
    it(`answers over ${family}, from the address that was asked`, async function () {
      if (!hasAddress(addresses[0])) this.skip()
      const listen = addresses.map((address) => ({ address, port: 0 }))
      const { listener } = createListener({ signIn: immediately, listen })
      const bound = await listener.start()
      cleanUps.push(() => listener.stop(0))
      expect(bound.map(({ address }) => address)).to.deep.equal(addresses)
      const socket = await openSocket(addresses[0])
      for (const { address, port } of bound) {
        const request = accessRequest()
        const { reply, from } = await ask(socket, request.bytes, port, address)
        expect(readReply(reply, request).code).to.equal(packetCode.AccessAccept)
        expect(from).to.equal(address)
      }
    })
  }

  it('follows the addresses of the machine: binds new ones, closes those that went', async () => {
    const clock = createManualClock()
    let addresses = ['127.0.0.1', '127.0.0.2']
    const { listener, sockets } = createListener({
      signIn: immediately,
      clock,
      listen: [{ address: '0.0.0.0', port: 0 }],
      interfaces: () => ({
        lo: addresses.map((address) => ({
          address,
          netmask: '',
          mac: '',
          internal: true,
          cidr: null,
          family: 'IPv4',
        })),
      }),
    })
    const bound = await listener.start()
    expect(bound.map(({ address }) => address)).to.deep.equal(['127.0.0.1', '127.0.0.2'])
    addresses = ['127.0.0.2', '127.0.0.3', '203.0.113.77']
    clock.advance(30_050)
    while (!sockets.includes('failed 203.0.113.77')) await flush()
    expect(sockets).to.deep.equal([
      'bound 127.0.0.1',
      'bound 127.0.0.2',
      'closed 127.0.0.1',
      'bound 127.0.0.3',
      'failed 203.0.113.77',
    ])
    await listener.stop(0)
  })

  it('refuses to start on a port that is taken, and leaves nothing bound', async () => {
    const taken = await openSocket()
    const { port } = taken.address()
    const free = await openSocket('127.0.0.2')
    const freePort = free.address().port
    free.close()
    cleanUps.pop()
    const listen = [
      { address: '127.0.0.2', port: freePort },
      { address: '127.0.0.1', port },
    ]
    const { listener } = createListener({ signIn: immediately, listen })
    const error = await listener.start().catch((caught: unknown) => caught)
    expect(error).to.be.instanceOf(ListenError)
    expect((error as ListenError).details).to.deep.equal({ address: '127.0.0.1', port })
    const again = createSocket('udp4')
    again.bind(freePort, '127.0.0.2')
    await once(again, 'listening')
    again.close()
  })

  it('refuses to start on an address this machine does not have', async () => {
    const listen = [{ address: '203.0.113.77', port: 0 }]
    const { listener } = createListener({ signIn: immediately, listen })
    expect(await listener.start().catch((caught: unknown) => caught)).to.be.instanceOf(ListenError)
  })

  it('refuses to start where the machine has no address of the family, or does not tell', async () => {
    const listen = [{ address: '0.0.0.0', port: 0 }]
    const unknown = () => {
      throw new Error('netlink is not allowed')
    }
    for (const interfaces of [() => ({}), unknown]) {
      const { listener } = createListener({ signIn: immediately, listen, interfaces })
      expect(await listener.start().catch((caught: unknown) => caught)).to.be.instanceOf(
        ListenError,
      )
    }
  })

  it('counts a reply the system does not take, and never throws', async () => {
    const recorder = createRecorder()
    const wheel = createTimerWheel(systemClock, { onError: () => expect.fail('a deadline threw') })
    const sources: Source[] = []
    const sockets = createSockets({
      listen: [{ address: '127.0.0.1', port: 0 }],
      clock: systemClock,
      wheel,
      observer: recorder.observer,
      onDatagram: (_bytes, source) => sources.push(source),
    })
    const port = portOf(await sockets.open())
    const socket = await openSocket()
    socket.send(Buffer.of(1), port, '127.0.0.1')
    while (sources.length === 0) await flush()
    sources[0]?.socket.send(Buffer.of(1), 0, '127.0.0.1')
    sources[0]?.socket.send(Buffer.alloc(70_000), 9, '127.0.0.1')
    await sockets.close()
    sources[0]?.socket.send(Buffer.of(1), 9, '127.0.0.1')
    expect(recorder.sendErrors).to.have.length(3)
  })

  it('survives garbage', async () => {
    const { listener, drops } = createListener({ signIn: immediately })
    const port = portOf(await listener.start())
    cleanUps.push(() => listener.stop(0))
    const socket = await openSocket()
    for (const length of [0, 1, 19, 20, 4096, 60_000]) {
      socket.send(Buffer.alloc(length, 0xa5), port, '127.0.0.1')
    }
    const request = accessRequest()
    readReply((await ask(socket, request.bytes, port)).reply, request)
    expect(drops.map(({ reason }) => reason)).to.deep.equal(
      Array.from({ length: 6 }, () => 'length-wrong'),
    )
  })

  it('stops: open requests are answered within the grace, then the socket is gone', async () => {
    const { held, signIn } = createHeldSignIn()
    const { listener } = createListener({ signIn })
    const port = portOf(await listener.start())
    const socket = await openSocket()
    const request = accessRequest()
    const answer = ask(socket, request.bytes, port)
    while (held.length === 0) await flush()
    const stopped = listener.stop(5_000)
    await held[0]?.end(accepted)
    await stopped
    readReply((await answer).reply, request)
    expect(listener.stats().open.total).to.equal(0)
    const again = createSocket('udp4')
    again.bind(port, '127.0.0.1')
    await once(again, 'listening')
    again.close()
  })

  it('stops: when the grace is over, sign-ins are told and their last word is sent', async () => {
    const signIn: SignIn = async (_attempt, { stop: { signal } }) => {
      await once(signal, 'abort')
      return { kind: 'reject', reason: 'shutting-down', message: signal.reason.code }
    }
    const { listener } = createListener({ signIn })
    const port = portOf(await listener.start())
    const socket = await openSocket()
    const request = accessRequest()
    const answer = ask(socket, request.bytes, port)
    while (listener.stats().open.total === 0) await flush()
    await listener.stop(60)
    const reply = readReply((await answer).reply, request)
    expect(reply.code).to.equal(packetCode.AccessReject)
    expect(Buffer.from(reply.bytes).includes('stopping')).to.equal(true)
  })

  it('drains: silent to Status-Server at once, to new sign-ins later; what is held ends', async () => {
    const clock = createManualClock()
    const { signIn, held } = createHeldSignIn()
    const { listener, drops } = createListener({ signIn, clock })
    const port = portOf(await listener.start())
    const socket = await openSocket()
    const first = accessRequest()
    const answer = ask(socket, first.bytes, port)
    while (listener.stats().open.total < 1) await flush()

    listener.drain(clock.nowMs() + 20_000)
    expect(listener.isDraining()).to.equal(true)
    const status = accessRequest({
      code: packetCode.StatusServer,
      identifier: 1,
      user: '',
      bare: true,
    })
    socket.send(status.bytes, port, '127.0.0.1')
    while (drops.length < 1) await flush()
    socket.send(accessRequest({ identifier: 2 }).bytes, port, '127.0.0.1')
    while (listener.stats().open.total < 2) await flush()

    clock.advance(20_050)
    socket.send(accessRequest({ identifier: 3 }).bytes, port, '127.0.0.1')
    while (drops.length < 2) await flush()
    expect(drops.map(({ reason }) => reason)).to.deep.equal(['stopping', 'stopping'])
    expect(listener.stats().open.total).to.equal(2)
    for (const { end } of held) await end(accepted)
    readReply((await answer).reply, first)
    await listener.stop(0)
  })

  it('stops even when a sign-in never ends', async () => {
    const clock = createManualClock()
    const { signIn } = createHeldSignIn()
    const { listener, drops, wheel } = createListener({ signIn, clock })
    const port = portOf(await listener.start())
    const socket = await openSocket()
    socket.send(accessRequest().bytes, port, '127.0.0.1')
    while (listener.stats().open.total === 0) await flush()
    const stopped = listener.stop(10_000)
    clock.advance(10_050)
    await flush()
    clock.advance(2_050)
    await stopped
    expect(drops.map(({ reason }) => reason)).to.deep.equal(['stopping'])
    expect(wheel.size).to.equal(0)
  })

  it('takes new gateways while it runs', async () => {
    const { listener, drops } = createListener({ signIn: immediately })
    const port = portOf(await listener.start())
    cleanUps.push(() => listener.stop(0))
    const socket = await openSocket()
    listener.replaceGateways(createGatewayTable([]))
    const request = accessRequest()
    socket.send(request.bytes, port, '127.0.0.1')
    while (drops.length === 0) await flush()
    expect(drops[0]?.reason).to.equal('gateway-unknown')
    listener.replaceGateways(createGatewayTable([loopback]))
    readReply((await ask(socket, request.bytes, port)).reply, request)
  })
})
