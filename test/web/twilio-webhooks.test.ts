import { expect } from 'chai'
import { createHttpServer, type HttpServer, twilioWebhookPlugin } from '../../src/web/index.ts'

const form = 'application/x-www-form-urlencoded'

describe('the listener for webhooks', () => {
  const servers: HttpServer[] = []
  const asked: string[] = []
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())))

  /** What is signed `yes` is signed. Five requests an hour may come without. */
  async function start(publicPath: string) {
    asked.length = 0
    const limit = { max: 5, timeWindow: 3_600_000 }
    const plugin = twilioWebhookPlugin(
      async ({ path, signature }) => {
        asked.push(path)
        return { status: signature === 'yes' ? 200 : 403, body: '<Response/>' }
      },
      [publicPath],
      limit,
    )
    const server = await createHttpServer({
      listen: { host: '127.0.0.1', port: 0 },
      plugins: [plugin],
    })
    servers.push(server)
    const { port } = await server.start()
    return async (
      path: string,
      signature: string | undefined,
      body = 'a=b',
      more: RequestInit & { headers?: Record<string, string> } = {},
    ) => {
      const signed = signature === undefined ? {} : { 'x-twilio-signature': signature }
      const headers = { 'content-type': form, ...signed, ...more.headers }
      const sent = { method: 'POST', body, ...more, headers }
      return (await fetch(`http://127.0.0.1:${port}${path}`, sent)).status
    }
  }

  it('counts only what is not signed: a stranger uses up no share of Twilio’s', async () => {
    const post = await start('')
    const unsigned = [undefined, 'no', '', 'no', undefined]
    for (const signature of unsigned) expect(await post('/twilio/x', signature)).to.equal(403)
    expect(await post('/twilio/x', 'no')).to.equal(429)
    for (let time = 0; time < 20; time += 1) expect(await post('/twilio/x', 'yes')).to.equal(200)
    expect(await post('/twilio/x', undefined)).to.equal(429)
  })

  it('counts what is not a form as well, and forms with a field twice', async () => {
    const post = await start('')
    const json = { headers: { 'content-type': 'application/json' } }
    for (let time = 0; time < 3; time += 1)
      expect(await post('/twilio/x', 'yes', 'a=1&a=2')).to.equal(400)
    for (let time = 0; time < 2; time += 1)
      expect(await post('/twilio/x', 'yes', 'null', json)).to.equal(400)
    expect(await post('/twilio/x', 'no')).to.equal(429)
    expect(asked).to.deep.equal(['/twilio/x'])
  })

  for (const [publicPath, path, below] of [
    ['', '/twilio/call/t/0', '/twilio/call/t/0'],
    ['/', '/twilio/call/t/0', '/twilio/call/t/0'],
    ['/holdfast', '/holdfast/twilio/call/t/0', '/twilio/call/t/0'],
    ['/holdfast/', '/holdfast/twilio/call/t/0', '/twilio/call/t/0'],
    ['/holdfast', '/twilio/call/t/0', '/twilio/call/t/0'],
    ['/a/b', '/a/b/twilio/call/t/0?q=1', '/twilio/call/t/0?q=1'],
    ['/twilio', '/twilio/twilio/call/t/0', '/twilio/call/t/0'],
    ['/twilio', '/twilio/call/t/0', '/twilio/call/t/0'],
    ['/a:b', '/a:b/twilio/call/t/0', '/twilio/call/t/0'],
    ['/a*b', '/a*b/twilio/call/t/0', '/twilio/call/t/0'],
    ['/caf%C3%A9', '/caf%C3%A9/twilio/call/t/0', '/twilio/call/t/0'],
  ] as const) {
    it(`finds ${below} at ${path}, public_url ending in ${publicPath}`, async () => {
      const post = await start(publicPath)
      expect(await post(path, 'yes')).to.equal(200)
      expect(asked).to.deep.equal([below])
    })
  }

  it('has nothing elsewhere, and nothing to GET', async () => {
    const post = await start('/holdfast')
    for (const path of [
      '/',
      '/twilio',
      '/other/twilio/x',
      '/holdfast',
      '/holdfast/x',
      '/healthz',
    ]) {
      expect(await post(path, 'yes'), path).to.equal(404)
    }
    const got = { method: 'GET', body: null }
    expect(await post('/twilio/x', 'yes', '', got)).to.equal(404)
    expect(asked).to.deep.equal([])
  })
})
