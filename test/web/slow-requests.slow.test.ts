import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { expect } from 'chai'
import { createHttpServer, type HttpBounds, type HttpServer } from '../../src/web/index.ts'
import { serverCertificate, serverKey } from '../vectors/certificates.ts'
import { askRaw, closed, openRaw, readAll, statusOf } from './raw-http.ts'

/** One bound at a time, so that no other one ends what this one must end. */
const never = 3_600_000
const bounds: HttpBounds = {
  total: 12,
  perAddress: 5,
  handshakeMs: 200,
  headersMs: 200,
  requestMs: 400,
  answerMs: 600,
  idleMs: 200,
}

/** Writes a byte every so often for as long as it may. */
async function dribble(socket: Socket, bytes: Iterable<string>): Promise<void> {
  const clock = setInterval(() => {
    const [byte = 'x'] = bytes
    if (socket.writable) socket.write(byte)
  }, 20)
  await closed(socket)
  clearInterval(clock)
}

describe('connections that take their time', function () {
  this.timeout(180_000)
  const servers: HttpServer[] = []
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())))

  async function start(
    own: Partial<HttpBounds>,
    more: { tls?: { cert: string; key: string }; big?: string } = {},
  ) {
    const { big, ...options } = more
    const server = await createHttpServer({
      listen: { host: '127.0.0.1', port: 0 },
      plugins: [
        async (instance) => {
          instance.post('/take', async () => ({ taken: true }))
          instance.get('/big', async () => big)
        },
      ],
      readiness: async () => [],
      bounds: { ...bounds, ...own },
      ...options,
    })
    servers.push(server)
    return (await server.start()).port
  }

  const alive = async (port: number) =>
    expect(await askRaw(port, ['GET /healthz HTTP/1.1', 'Host: localhost'])).to.equal(200)

  const slowHeaders = { requestMs: never, answerMs: never, idleMs: never }
  const slowBody = { answerMs: never, idleMs: never }
  for (const [what, own, first] of [
    ['say nothing', slowHeaders, ''],
    ['send their request line without an end', slowHeaders, 'GET /healthz'],
    [
      'send one header after the other',
      slowHeaders,
      'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: ',
    ],
    [
      'send a body byte by byte',
      slowBody,
      'POST /take HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 9999\r\n\r\n',
    ],
    [
      'send chunk after chunk',
      slowBody,
      'POST /take HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n',
    ],
  ] as const) {
    it(`are ended: those that ${what}`, async () => {
      const port = await start(own)
      const silent = await openRaw(port)
      if (first !== '') silent.write(first)
      await readAll(silent)
      const slow = await openRaw(port)
      if (first !== '') slow.write(first)
      const answer = readAll(slow)
      await dribble(slow, first.includes('chunked') ? ['1\r\nx\r\n'] : ['x'])
      expect(statusOf(await answer)).to.be.oneOf([0, 400, 408])
      await alive(port)
    })
  }

  it('are ended: those that wait between two requests', async () => {
    const port = await start({ headersMs: 60_000, requestMs: never, answerMs: never })
    const socket = await openRaw(port)
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
    expect(statusOf(await readAll(socket))).to.equal(200)
  })

  it('are ended: those that ask and do not read', async () => {
    const port = await start({}, { big: 'x'.repeat(32 * 1024 * 1024) })
    const socket = await openRaw(port)
    socket.pause()
    socket.write('GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n')
    // A client that does not read learns of the end by what it writes.
    await dribble(socket, ['\r\n'])
    await alive(port)
  })

  it('are ended: those that begin TLS and do not go on, or dribble after it', async () => {
    const port = await start({}, { tls: { cert: serverCertificate, key: serverKey } })
    // Of a record of 16 kB, the start of a ClientHello of 4 kB.
    const hello = await openRaw(port)
    hello.write(Buffer.from('1603014000 01000fff 0303'.replaceAll(' ', ''), 'hex'))
    await dribble(hello, ['\0'])
    const inside = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
    inside.on('error', () => undefined)
    await once(inside, 'secureConnect')
    inside.write('GET /healthz HTTP/1.1\r\n')
    await dribble(inside, ['x'])
  })
})

describe('many connections', function () {
  this.timeout(180_000)
  const server: { now?: HttpServer } = {}
  let port = 0
  /** A connection from there carries many people. */
  const proxy = '127.0.9.9'
  beforeEach(async () => {
    server.now = await createHttpServer({
      listen: { host: '127.0.0.1', port: 0 },
      plugins: [],
      readiness: async () => [],
      trustedProxies: [proxy],
      // Nothing here ends by its time.
      bounds: { ...bounds, headersMs: 300_000, requestMs: 300_000, answerMs: never, idleMs: never },
    })
    port = (await server.now.start()).port
  })
  afterEach(() => server.now?.stop())

  const open = (from: string, count: number) =>
    Promise.all(Array.from({ length: count }, () => openRaw(port, from)))

  /** Whether the other side has ended these by the time that it has answered twice at another one, which came later. */
  async function areEnded(sockets: readonly Socket[], newest: Socket | undefined) {
    const ended = Promise.all(sockets.map(readAll)).then(() => true)
    for (let time = 0; time < 2; time += 1) {
      newest?.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
      if (newest !== undefined) await once(newest, 'data')
    }
    return Promise.race([ended, new Promise((resolve) => setImmediate(resolve, false))])
  }

  it('of one address give way to each other, oldest first, and to no one else', async () => {
    const [other] = await open('127.0.0.2', 1)
    const [oldest, ...more] = await open('127.0.0.1', bounds.perAddress)
    if (oldest === undefined || other === undefined) throw new Error('not open')
    const [newest] = await open('127.0.0.1', 1)
    expect(await areEnded([oldest], newest)).to.equal(true)
    expect([other, newest, ...more].map((socket) => socket?.closed)).to.not.include(true)
  })

  it('of many addresses give way to the next', async () => {
    const sockets: Socket[] = []
    for (let host = 1; host <= 40; host += 1) sockets.push(...(await open(`127.0.1.${host}`, 2)))
    expect(await areEnded(sockets.slice(0, -bounds.total), sockets.at(-1))).to.equal(true)
    expect(sockets.slice(-bounds.total).some(({ closed }) => closed)).to.equal(false)
    expect(await askRaw(port, ['GET /healthz HTTP/1.1', 'Host: localhost'])).to.equal(200)
  })

  it('of a proxy give way to no one before all places are taken', async () => {
    const [oldest, ...more] = await open(proxy, bounds.total)
    if (oldest === undefined) throw new Error('not open')
    expect([oldest, ...more].some(({ closed }) => closed)).to.equal(false)
    const [newest] = await open(proxy, 1)
    expect(await areEnded([oldest], newest)).to.equal(true)
    expect(more.some(({ closed }) => closed)).to.equal(false)
  })

  it('are forgotten when they end', async () => {
    for (let time = 0; time < 30; time += 1) {
      expect(await askRaw(port, ['GET /healthz HTTP/1.1', 'Host: localhost'])).to.equal(200)
    }
    const sockets = await open('127.0.0.1', bounds.perAddress)
    expect(sockets.some(({ closed }) => closed)).to.equal(false)
  })
})
