import { expect } from 'chai'
import { askRaw, closed, openRaw } from '../web/raw-http.ts'
import { demoPhone } from './demo-phone.ts'
import { openGateway, type TestGateway } from './gateway.ts'
import { type Service, startService } from './service.ts'
import { lastingConfig } from './service-config.ts'

describe('HTTP of a service', function () {
  // What Node would wait for by itself takes longer.
  this.timeout(600_000)
  let service: Service
  let gateway: TestGateway

  before(async () => {
    service = await startService((place) => JSON.stringify(lastingConfig(place)))
    gateway = await openGateway(service)
  })
  after(async () => {
    gateway?.close()
    await service?.stop()
  })

  const ask = (line: string, ...headers: string[]) =>
    askRaw(service.httpPort, [`${line} HTTP/1.1`, ...headers])

  it('shows a page that rebinds its name nothing, and lets it press no key', async () => {
    const phone = demoPhone(service.httpPort)
    const before = await phone.calls()
    const held = gateway.signIn(
      { user: 'carol', password: 'singer', nas: 'hold', device: '192.0.2.31' },
      10_000,
    )
    const call = await phone.next('call', 'carol', before)
    const rebound = [
      `Host: evil.example:${service.httpPort}`,
      `Origin: http://evil.example:${service.httpPort}`,
    ]
    const foreign = [`Host: localhost:${service.httpPort}`, 'Origin: http://evil.example']
    for (const headers of [rebound, foreign]) {
      for (const path of ['/demo/', '/demo/messages', '/healthz', '/readyz']) {
        expect(await ask(`GET ${path}`, ...headers), path).to.be.oneOf([403, 421])
      }
      const pressed = await askRaw(
        service.httpPort,
        [
          `POST /demo/messages/${call.id}/answer HTTP/1.1`,
          'Content-Type: application/json',
          'Content-Length: 12',
          ...headers,
        ],
        '{"keys":"#"}',
      )
      expect(pressed).to.be.oneOf([403, 421])
    }
    expect((await phone.list()).find(({ id }) => id === call.id)?.state).to.equal('ringing')
    await phone.press(call.id, '#')
    expect((await held)?.kind).to.equal('accept')
    await service.printed(/"event":"http-misdirected"/)
  })

  it('ends headers and bodies that never come to an end', async () => {
    const port = service.httpPort
    const slow = await Promise.all(
      [
        '',
        'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: ',
        'POST /demo/messages/x/answer HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{',
      ].map(async (first) => {
        const socket = await openRaw(port)
        socket.resume()
        const clock = setInterval(
          () => socket.writable && socket.write(first === '' ? '' : ' '),
          200,
        )
        socket.once('close', () => clearInterval(clock))
        if (first !== '') socket.write(first)
        return socket
      }),
    )
    await Promise.all(slow.map(closed))
    expect(await ask('GET /healthz', 'Host: localhost')).to.equal(200)
  })

  it('answers while a stranger opens all the connections there may be', async () => {
    const hosts = Array.from({ length: 8 }, (_, index) => `127.0.9.${index + 1}`)
    const sockets = (
      await Promise.all(
        hosts.flatMap((from) => Array.from({ length: 100 }, () => openRaw(service.httpPort, from))),
      )
    ).map((socket) => socket.resume())
    expect(await ask('GET /readyz', 'Host: 127.0.0.1')).to.equal(200)
    for (const socket of sockets) socket.destroy()
  })
})
