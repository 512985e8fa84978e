import { expect } from 'chai'
import { createDemoPhone } from '../../src/delivery/index.ts'
import {
  createHttpServer,
  demoPhonePlugin,
  type HttpServer,
  type Misdirected,
} from '../../src/web/index.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { askRaw } from './raw-http.ts'

describe('Host and Origin', () => {
  let server: HttpServer
  let port = 0
  const misdirected: Misdirected[] = []
  const phone = createDemoPhone({ clock: createManualClock(), print: () => undefined })

  before(async () => {
    server = await createHttpServer({
      listen: { host: '127.0.0.1', port: 0 },
      plugins: [demoPhonePlugin(phone)],
      readiness: async () => [],
      publicUrl: 'https://mfa.corp.example:8443/holdfast',
      onMisdirected: (refused) => misdirected.push(refused),
    })
    port = (await server.start()).port
  })
  after(() => server.stop())

  const get = (host: string, ...more: string[]) =>
    askRaw(port, ['GET /demo/messages HTTP/1.1', `Host: ${host}`, ...more])

  for (const host of [
    '127.0.0.1:PORT',
    '127.0.0.1',
    '127.0.0.1.:PORT',
    '127.0.0.2:PORT',
    'localhost:PORT',
    'LocalHost:PORT',
    'localhost.:PORT',
    'localhost',
    '[::1]:PORT',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]:PORT',
    'mfa.corp.example',
    'MFA.corp.example:8443',
    'mfa.corp.example.:443',
  ]) {
    it(`answers for ${host}`, async () => {
      expect(await get(host.replace('PORT', String(port)))).to.equal(200)
    })
  }

  for (const host of [
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1.evil.example',
    'localhost.evil.example:PORT',
    'xlocalhost',
    'evil.mfa.corp.example',
    'mfa.corp.example.evil',
    '192.0.2.1:PORT',
    '0.0.0.0:PORT',
    '[::]:PORT',
    '[2001:db8::1]',
  ]) {
    for (const path of ['/demo/messages', '/demo/', '/demo', '/healthz', '/readyz', '/none']) {
      it(`has no ${path} for ${host}`, async () => {
        const named = host.replace('PORT', String(port))
        expect(await askRaw(port, [`GET ${path} HTTP/1.1`, `Host: ${named}`])).to.equal(421)
      })
    }
  }

  for (const host of [
    '',
    ':',
    'localhost:',
    'localhost:x',
    'localhost:123456',
    'evil.example@localhost',
    'localhost@evil.example',
    'localhost/evil',
    'localhost?evil',
    'localhost#evil',
    'localhost\\evil',
    'localhost evil.example',
    'localhost, evil.example',
    '[::1',
    '::1',
    '[::1]x',
    '[localhost]',
  ]) {
    it(`takes ${JSON.stringify(host)} for no host`, async () => {
      expect(await get(host)).to.be.oneOf([400, 421])
    })
  }

  it('takes no request without Host, or with two', async () => {
    expect(await askRaw(port, ['GET /healthz HTTP/1.1'])).to.equal(400)
    expect(await askRaw(port, ['GET /healthz HTTP/1.0'])).to.equal(400)
    expect(await get('localhost', 'Host: evil.example')).to.equal(400)
    expect(await get('evil.example', 'host: localhost')).to.equal(400)
  })

  it('does not look at what a proxy is said to have seen', async () => {
    const lies = ['X-Forwarded-Host: localhost', 'Forwarded: host=localhost', 'X-Host: localhost']
    expect(await get('evil.example', ...lies)).to.equal(421)
    const truth = ['X-Forwarded-Host: evil.example', 'X-Forwarded-For: 127.0.0.1']
    expect(await get('localhost', ...truth)).to.equal(200)
  })

  it('counts a target in absolute form, and Host beside it', async () => {
    const ask = (target: string, host: string) =>
      askRaw(port, [`GET ${target} HTTP/1.1`, `Host: ${host}`])
    expect(await ask('http://localhost/demo/messages', 'localhost')).to.equal(200)
    expect(await ask(`http://127.0.0.1:${port}/healthz`, 'localhost')).to.equal(200)
    for (const target of [
      'http://evil.example/demo/messages',
      'https://evil.example/healthz',
      'http://localhost@evil.example/healthz',
      'ftp://evil.example/healthz',
      'demo/messages',
    ]) {
      expect(await ask(target, 'localhost'), target).to.be.oneOf([400, 421])
    }
    expect(await ask('http://localhost/healthz', 'evil.example')).to.equal(421)
    expect(await askRaw(port, ['OPTIONS * HTTP/1.1', 'Host: evil.example'])).to.equal(421)
    expect(await askRaw(port, ['CONNECT localhost:80 HTTP/1.1', 'Host: localhost'])).to.equal(0)
  })

  const press = (...more: string[]) =>
    askRaw(
      port,
      [
        'POST /demo/messages/none/answer HTTP/1.1',
        'Content-Type: application/json',
        'Content-Length: 12',
        ...more,
      ],
      '{"keys":"#"}',
    )

  for (const [host, origin] of [
    ['localhost:PORT', 'http://localhost:PORT'],
    ['LOCALHOST:PORT', 'http://localhost:PORT'],
    ['127.0.0.1:PORT', 'http://127.0.0.1:PORT'],
    ['[::1]:PORT', 'http://[::1]:PORT'],
    ['localhost:80', 'http://localhost'],
    ['127.0.0.1:PORT', 'https://mfa.corp.example:8443'],
    ['mfa.corp.example:8443', 'https://mfa.corp.example:8443'],
  ] as const) {
    it(`lets a page of ${origin} press keys at ${host}`, async () => {
      const [at, from] = [host, origin].map((text) => text.replace('PORT', String(port)))
      expect(await press(`Host: ${at}`, `Origin: ${from}`)).to.equal(404)
    })
  }

  for (const origin of [
    'http://evil.example',
    'http://evil.example:PORT',
    'https://localhost:PORT',
    'http://localhost',
    'http://localhost:1',
    'http://127.0.0.1:PORT',
    'http://localhost:PORT.evil.example',
    'null',
    'file://',
    '',
    'http://localhost:PORT/',
    'http://localhost:PORT http://evil.example',
  ]) {
    it(`lets no page of ${JSON.stringify(origin)} press a key at localhost, or read`, async () => {
      const from = `Origin: ${origin.replace('PORT', String(port))}`
      expect(await press(`Host: localhost:${port}`, from)).to.equal(403)
      expect(await get(`localhost:${port}`, from)).to.equal(403)
    })
  }

  it('tells the operator which name was asked for', async () => {
    misdirected.length = 0
    await get('evil.example:81')
    await get('localhost', 'Origin: http://evil.example')
    expect(misdirected.map(({ error }) => error)).to.deep.equal([
      'this server is not evil.example:81: ask it by its address',
      'a page of another site (http://evil.example) may not ask this server',
    ])
  })
})
