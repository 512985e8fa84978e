import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { expect } from 'chai'
import { packetCode } from '../../../src/radius/index.ts'
import { createTimerWheel, systemClock } from '../../../src/support/index.ts'
import {
  createAccountingListener,
  createGatewayTable,
  ListenError,
} from '../../../src/transport/index.ts'
import { createRecorder, gateway, readReply } from '../harness.ts'
import { accountingRequest } from './accounting-harness.ts'

const anyPort = { address: '127.0.0.1', port: 0 }
const other = { address: '127.0.0.2', port: 0 }

describe('the accounting listener', () => {
  const cleanUps: (() => unknown)[] = []
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp()
  })

  function create() {
    const recorder = createRecorder()
    const wheel = createTimerWheel(systemClock, { onError: () => expect.fail('a deadline threw') })
    const listener = createAccountingListener({
      gateways: createGatewayTable([gateway('vpn', { prefixes: ['127.0.0.0/8'] })]),
      store: async (records) => records.map(() => 'recorded' as const),
      clock: systemClock,
      wheel,
      observer: recorder.observer,
    })
    cleanUps.push(
      () => listener.stop(),
      () => wheel.stop(),
    )
    return { ...recorder, listener }
  }

  async function openSocket(): Promise<Socket> {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    cleanUps.push(() => socket.close())
    return socket
  }

  async function ask(socket: Socket, port: number, address = '127.0.0.1') {
    const request = accountingRequest()
    const answer = once(socket, 'message')
    socket.send(request.bytes, port, address)
    const [reply, from] = await answer
    return { reply: readReply(reply, request), from: from.address as string }
  }

  it('answers on each of its addresses, from that address', async () => {
    const { listener } = create()
    const bound = await listener.listen([anyPort, other])
    const socket = await openSocket()
    for (const { address, port } of bound) {
      const { reply, from } = await ask(socket, port, address)
      expect(reply.code).to.equal(packetCode.AccountingResponse)
      expect(from).to.equal(address)
    }
    expect(bound.map(({ address }) => address)).to.deep.equal(['127.0.0.1', '127.0.0.2'])
  })

  it('goes on where it is while addresses come and go', async () => {
    const { listener, sockets } = create()
    const [first] = await listener.listen([anyPort])
    const socket = await openSocket()
    const both = await listener.listen([anyPort, other])
    expect(both[0]).to.deep.equal(first)
    await ask(socket, first?.port ?? 0)
    const left = await listener.listen([other])
    expect(left).to.deep.equal(both.slice(1))
    await ask(socket, left[0]?.port ?? 0, '127.0.0.2')
    expect(await listener.listen([])).to.deep.equal([])
    expect(sockets).to.deep.equal([
      'bound 127.0.0.1',
      'bound 127.0.0.2',
      'closed 127.0.0.1',
      'closed 127.0.0.2',
    ])
  })

  it('stays as it was where an address cannot be bound', async () => {
    const { listener, sockets } = create()
    const [first] = await listener.listen([anyPort])
    const taken = await openSocket()
    const failure = await listener
      .listen([other, { address: '127.0.0.1', port: taken.address().port }])
      .catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(ListenError)
    expect(sockets).to.deep.equal(['bound 127.0.0.1', 'bound 127.0.0.2', 'closed 127.0.0.2'])
    await ask(await openSocket(), first?.port ?? 0)
  })
})
