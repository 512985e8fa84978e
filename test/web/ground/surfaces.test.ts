import { expect } from 'chai'
import {
  apiPlugin,
  consolePlugin,
  createHttpServer,
  type HttpPlugin,
  type HttpServer,
} from '../../../src/web/index.ts'
import { type Answer, ask } from '../people/ask.ts'

const limit = { max: 1_000, timeWindow: 1_000 }

type SurfaceUnderTest = {
  readonly name: 'console' | 'api'
  readonly host: string
  plugin(publicUrl: string, onError: (error: unknown) => void, bound?: typeof limit): HttpPlugin
  /** That this surface itself answered, in its own form. */
  expectOwn(answer: Answer): void
}

const surfaces: readonly SurfaceUnderTest[] = [
  {
    name: 'console',
    host: 'admin.example.com',
    plugin: (publicUrl, onError, bound = limit) => consolePlugin({ publicUrl, onError }, bound),
    expectOwn({ headers, body }) {
      expect(headers['content-type']).to.equal('text/html; charset=utf-8')
      expect(body).to.match(/^<!doctype html>/)
    },
  },
  {
    name: 'api',
    host: 'api.example.com',
    plugin: (publicUrl, onError, bound = limit) => apiPlugin({ publicUrl, onError }, bound),
    expectOwn({ status, headers, body }) {
      expect(headers['content-type']).to.match(/^application\/problem\+json(;|$)/)
      expect(JSON.parse(body)).to.include({ type: 'about:blank', status })
      expect(JSON.parse(body)).to.include.keys('title', 'detail', 'reason')
    },
  },
]

for (const { name, host, plugin, expectOwn } of surfaces) {
  describe(`surface ${name}`, () => {
    const publicUrl = `https://${host}`
    const errors: unknown[] = []
    let server: HttpServer
    let port = 0

    before(async () => {
      const broken: HttpPlugin = async (instance) => {
        await plugin(publicUrl, (error) => errors.push(error))(instance)
        instance.get('/broken', async () => {
          throw new Error('secret detail')
        })
        instance.post('/changed', async () => 'changed')
      }
      server = await createHttpServer({
        listen: { host: '127.0.0.1', port: 0 },
        ...{ publicUrl, plugins: [broken] },
      })
      port = (await server.start()).port
    })
    after(() => server.stop())

    const json = { host, 'content-type': 'application/json' }
    const ours = { ...json, origin: publicUrl }
    const change = (headers: Record<string, string>, body = '{}') =>
      ask(port, 'POST', '/changed', headers, body)

    it('takes changes of pages of its own address', async () => {
      for (const headers of [ours, { ...ours, 'sec-fetch-site': 'same-origin' }]) {
        expect(await change(headers)).to.include({ status: 200, body: 'changed' })
      }
    })

    for (const [what, headers] of [
      ['another port of its host', { ...ours, origin: `${publicUrl}:8443` }],
      ['its host without TLS', { ...ours, origin: `http://${host}` }],
      ['people’s pages', { ...ours, origin: 'https://mfa.example.com' }],
      ['a page without an origin', { ...ours, origin: 'null' }],
      ['the same site, as the browser says', { ...ours, 'sec-fetch-site': 'same-site' }],
      ['another site, as the browser says', { ...ours, 'sec-fetch-site': 'cross-site' }],
      ['a browser that names no origin', { ...json, 'sec-fetch-site': 'same-site' }],
      ['a form', { ...ours, 'content-type': 'application/x-www-form-urlencoded' }],
      ['a form of plain text', { host, 'content-type': 'text/plain' }],
    ] as const) {
      it(`refuses changes of ${what} (PEOPLE R19)`, async () => {
        const answer = await change(headers)
        expect(answer.status).to.equal(403)
        expectOwn(answer)
      })
    }

    it('answers to its own name alone', async () => {
      for (const other of ['mfa.example.com', 'evil.example', `${host}.evil.example`]) {
        const answer = await ask(port, 'GET', '/', { host: other })
        expect(answer.status).to.equal(421)
        expectOwn(answer)
      }
    })

    it('has the headers of every surface', async () => {
      const { headers } = await ask(port, 'GET', '/', { host })
      expect(headers['strict-transport-security']).to.equal('max-age=31536000; includeSubDomains')
      expect(headers['x-content-type-options']).to.equal('nosniff')
      expect(headers['cache-control']).to.equal('no-store')
      const policy = String(headers['content-security-policy'])
      expect(policy).to.include("default-src 'none'").and.include("frame-ancestors 'none'")
      expect(policy).not.to.match(/unsafe|data:|\*|https?:/)
    })

    it('allows nothing to other origins by a header', async () => {
      const { headers } = await ask(port, 'OPTIONS', '/', {
        ...{ host, origin: publicUrl, 'access-control-request-method': 'POST' },
      })
      expect(
        Object.keys(headers).filter((each) => each.startsWith('access-control-')),
      ).to.deep.equal([])
    })

    it('looks at no cookie and sets none', async () => {
      const token = 'x'.repeat(43)
      const cookie = ['__Host-holdfast', '__Host-holdfast-step', '__Host-holdfast-console']
        .map((each) => `${each}=${token}`)
        .join('; ')
      const [plain, withCookies] = [
        await ask(port, 'GET', '/', { host }),
        await ask(port, 'GET', '/', { host, cookie }),
      ]
      expect(withCookies).to.include({ status: plain.status, body: plain.body })
      expect(withCookies.headers).not.to.have.property('set-cookie')
    })

    for (const [what, body] of [
      ['half JSON', '{"name":'],
      ['a prototype', '{"__proto__":{"name":"alice"}}'],
      ['too much', `{"name":"${'x'.repeat(20_000)}"}`],
    ] as const) {
      it(`refuses ${what}`, async () => {
        const answer = await change(ours, body)
        expect(answer.status).to.be.within(400, 499)
        expectOwn(answer)
      })
    }

    it('keeps mistakes of ours inside, and tells the log', async () => {
      const answer = await ask(port, 'GET', '/broken', { host })
      expect(answer.status).to.equal(500)
      expect(answer.body).not.to.include('secret detail')
      expectOwn(answer)
      expect(String(errors)).to.include('secret detail')
    })

    it('bounds what one network may ask', async () => {
      const bounded = await createHttpServer({
        listen: { host: '127.0.0.1', port: 0 },
        ...{
          publicUrl,
          plugins: [plugin(publicUrl, () => undefined, { max: 2, timeWindow: 60_000 })],
        },
      })
      const other = (await bounded.start()).port
      const answers = []
      for (let index = 0; index < 3; index += 1) {
        answers.push(await ask(other, 'GET', '/', { host }))
      }
      await bounded.stop()
      const [, , last] = answers
      expect(last).to.have.property('status', 429)
      if (last !== undefined) expectOwn(last)
      expect(last?.headers).to.have.property('retry-after')
    })

    it('has nothing at other addresses, whatever the method', async () => {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        const hasBody = ['POST', 'PUT', 'PATCH'].includes(method)
        const answer = await ask(port, method, '/api/v1/users', ours, hasBody ? '{}' : '')
        expect(answer.status, method).to.equal(404)
        expectOwn(answer)
      }
    })
  })
}

describe('console, so far', () => {
  it('has one page, which names the commands', async () => {
    const [surface] = surfaces
    const publicUrl = 'https://admin.example.com'
    const server = await createHttpServer({
      listen: { host: '127.0.0.1', port: 0 },
      ...{ publicUrl, plugins: surface ? [surface.plugin(publicUrl, () => undefined)] : [] },
    })
    const { port } = await server.start()
    const page = await ask(port, 'GET', '/', { host: 'admin.example.com' })
    const style = await ask(port, 'GET', '/problem.css', { host: 'admin.example.com' })
    await server.stop()
    expect(page.status).to.equal(200)
    expect(page.body).to.include('The console is not here yet').and.include('holdfast --help')
    expect(style.headers['content-type']).to.include('text/css')
  })

  it('refuses a change that names no page', async () => {
    // A program asks the API.
    const publicUrl = 'https://admin.example.com'
    const server = await createHttpServer({
      listen: { host: '127.0.0.1', port: 0 },
      ...{ publicUrl, plugins: [consolePlugin({ publicUrl, onError: () => undefined })] },
    })
    const { port } = await server.start()
    const headers = { host: 'admin.example.com', 'content-type': 'application/json' }
    const { status } = await ask(port, 'POST', '/', headers, '{}')
    await server.stop()
    expect(status).to.equal(403)
  })
})

describe('API, so far', () => {
  it('says that it has nothing, and what to use', async () => {
    const publicUrl = 'https://api.example.com'
    const server = await createHttpServer({
      listen: { host: '127.0.0.1', port: 0 },
      ...{ publicUrl, plugins: [apiPlugin({ publicUrl, onError: () => undefined })] },
    })
    const { port } = await server.start()
    const headers = { host: 'api.example.com', 'content-type': 'application/json' }
    const asked = await ask(port, 'GET', '/', { host: 'api.example.com' })
    // A program names no origin.
    const posted = await ask(port, 'POST', '/v1/users', headers, '{}')
    await server.stop()
    for (const { status, body } of [asked, posted]) {
      expect(status).to.equal(404)
      expect(JSON.parse(body)).to.deep.equal({
        ...{ type: 'about:blank', title: 'Not Found', status: 404, reason: 'nothing-here-yet' },
        detail:
          'This version of Holdfast has no API. Run the holdfast command on the server instead, with --json where a program reads its answer.',
      })
    }
  })
})
