import { expect } from 'chai'
import { createDemoPhone } from '../../src/delivery/index.ts'
import {
  createHttpServer,
  demoPhonePlugin,
  type HttpServer,
  type PartReadiness,
} from '../../src/web/index.ts'
import { createManualClock } from '../support/manual-clock.ts'

describe('HTTP server', () => {
  let server: HttpServer | undefined
  let readiness: () => Promise<readonly PartReadiness[]> = async () => []
  let base = ''
  const phone = createDemoPhone({ clock: createManualClock(), print: () => undefined })

  before(async () => {
    server = await createHttpServer({
      listen: { host: '127.0.0.1', port: 0 },
      plugins: [demoPhonePlugin(phone)],
      readiness: () => readiness(),
    })
    const { host, port } = await server.start()
    base = `http://${host}:${port}`
  })
  after(async () => {
    await server?.stop()
    await server?.stop()
  })

  const get = async (path: string) => {
    const response = await fetch(base + path)
    return { status: response.status, body: await response.json(), headers: response.headers }
  }
  const post = async (path: string, body: string, type = 'application/json') => {
    const response = await fetch(base + path, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    })
    return { status: response.status, body: await response.json() }
  }

  describe('health', () => {
    it('says that the process lives', async () => {
      expect(await get('/healthz')).to.deep.include({ status: 200, body: { status: 'ok' } })
    })

    it('is ready when every part is', async () => {
      readiness = async () => [{ part: 'store', ready: true }]
      expect(await get('/readyz')).to.deep.include({ status: 200, body: { status: 'ready' } })
    })

    it('names the parts that are not', async () => {
      readiness = async () => [
        { part: 'store', ready: true },
        { part: 'directory corp', ready: false, detail: 'connection refused' },
      ]
      expect(await get('/readyz')).to.deep.include({
        status: 503,
        body: {
          status: 'not ready',
          parts: [{ part: 'directory corp', detail: 'connection refused' }],
        },
      })
    })

    it('is not ready when that cannot be found out', async () => {
      readiness = async () => {
        throw new Error('broken')
      }
      expect(await get('/readyz')).to.have.property('status', 503)
      expect(await get('/healthz')).to.have.property('status', 200)
    })

    it('is told only where it was asked for', async () => {
      const bare = await createHttpServer({ listen: { host: '127.0.0.1', port: 0 }, plugins: [] })
      const { port } = await bare.start()
      const response = await fetch(`http://127.0.0.1:${port}/readyz`)
      expect(response.status).to.equal(404)
      await bare.stop()
    })
  })

  describe('demo phone', () => {
    it('serves its page with a strict policy', async () => {
      const response = await fetch(`${base}/demo`)
      expect(response.status).to.equal(200)
      expect(response.url).to.equal(`${base}/demo/`)
      expect(await response.text()).to.include('Demo phone')
      const policy = response.headers.get('content-security-policy')
      expect(policy).to.include("default-src 'none'").and.include("script-src 'self'")
      expect(policy).not.to.include('unsafe')
      expect(response.headers.get('strict-transport-security')).to.equal(null)
    })

    for (const path of ['/demo/../http-server.ts', '/demo/%2e%2e/%2e%2e/http-server.ts', '/none']) {
      it(`has nothing at ${path}`, async () => {
        expect(await get(path)).to.have.property('status', 404)
      })
    }

    it('lists messages and presses keys', async () => {
      const { signal } = new AbortController()
      await phone.sendText({ to: '+31', user: 'bob', text: 'Code 012345', code: '012345' }, signal)
      const listed = await get('/demo/messages')
      expect(listed.headers.get('cache-control')).to.equal('no-store')
      const [message] = listed.body as { id: string }[]
      expect(message).to.include({ kind: 'sms', user: 'bob', code: '012345', state: 'delivered' })
      expect(await post(`/demo/messages/${message?.id}/answer`, '{"keys":"#"}')).to.deep.equal({
        status: 409,
        body: { error: 'keys have no effect here any more: delivered' },
      })
    })

    it('answers an open call once', async () => {
      const { signal } = new AbortController()
      const call = phone.place(
        {
          id: 'p',
          to: '+31',
          user: 'alice',
          language: 'en',
          deadlineMs: Number.MAX_SAFE_INTEGER,
          ringSeconds: 60,
          onProviderId: () => undefined,
          dialogue: {
            start: {
              kind: 'ask',
              say: 'press #',
              keys: 'one',
              state: { expects: 'approval', repeats: 0, wrongPins: 0 },
            },
            answer: (_state, keys) => ({
              kind: 'end',
              say: 'bye',
              result: keys === '#' ? 'approved' : 'refused',
            }),
          },
        },
        signal,
      )
      const path = `/demo/messages/${phone.list()[0]?.id}/answer`
      expect(await post(path, '{"keys":"#"}')).to.have.nested.property('body.state', 'approved')
      expect(await post(path, '{"hangUp":true}')).to.have.property('status', 409)
      expect(await call).to.have.property('kind', 'approved')
    })

    for (const [body, status] of [
      ['{"keys":""}', 400],
      ['{"keys":"#x"}', 400],
      ['{"keys":7}', 400],
      ['{"keys":["#"]}', 400],
      [`{"keys":"${'1'.repeat(33)}"}`, 400],
      ['{"hangUp":"yes"}', 400],
      ['{}', 400],
      ['null', 400],
      ['[]', 400],
      ['{"keys":', 400],
      ['', 400],
      ['{"__proto__":{"keys":"#"}}', 400],
      ['{"keys":"#"}', 404],
      ['{"hangUp":true}', 404],
      [`{"keys":"#","more":"${'x'.repeat(20_000)}"}`, 413],
    ] as const) {
      it(`answers ${status} to ${body.slice(0, 40)}`, async () => {
        const answer = await post('/demo/messages/unknown/answer', body)
        expect(answer.status).to.equal(status)
        expect(answer.body).to.have.property('error').that.is.a('string')
      })
    }

    for (const [type, status] of [
      ['text/plain', 400],
      ['application/x-www-form-urlencoded', 415],
    ] as const) {
      it(`takes no ${type}, which any web page could send`, async () => {
        const answer = await post('/demo/messages/unknown/answer', '{"keys":"#"}', type)
        expect(answer.status).to.equal(status)
      })
    }

    it('slows down a person who presses without a pause', async () => {
      // A second of the limit may pass meanwhile on a busy machine, so it goes on until it happens.
      const press = async () => (await post('/demo/messages/unknown/answer', '{"keys":"#"}')).status
      let statuses: readonly number[] = []
      while (!statuses.includes(429))
        statuses = await Promise.all(Array.from({ length: 80 }, press))
      expect([...new Set(statuses)].toSorted()).to.deep.equal([404, 429])
    })
  })
})
