import type { IncomingMessage, RequestListener } from 'node:http'
import { expect } from 'chai'
import {
  createHttpGateway,
  HttpGatewayError,
  type HttpGatewayOptions,
} from '../../src/delivery/index.ts'
import { Secret } from '../../src/support/index.ts'
import { startServer } from './bare-server.ts'

type Seen = { method?: string; url?: string; headers: IncomingMessage['headers']; body: string }

const { signal } = new AbortController()
const text = { to: '+31612345678', user: 'alice', text: 'Code: "1" & <2> é', code: '1' }
const base: HttpGatewayOptions = {
  url: 'http://127.0.0.1/',
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: 'Bearer {secret}' },
  body: '{"to":"{to}","text":"{text}"}',
  secret: new Secret('top secret'),
  timeoutMs: 1_000,
}

/** A gateway that answers as told, in order; afterwards 200. */
async function startGateway(...answers: RequestListener[]) {
  const seen: Seen[] = []
  const server = await startServer(async (request, response) => {
    let body = ''
    request.setEncoding('utf8')
    for await (const chunk of request) body += String(chunk)
    seen.push({
      ...(request.method === undefined ? {} : { method: request.method }),
      ...(request.url === undefined ? {} : { url: request.url }),
      headers: request.headers,
      body,
    })
    const answer = answers.shift()
    if (answer === undefined) response.end('OK')
    else answer(request, response)
  })
  const send = (options: Partial<HttpGatewayOptions> = {}, message = text) =>
    createHttpGateway({ ...base, url: server.url, ...options }).sendText(message, signal)
  return { ...server, seen, send }
}

const status =
  (code: number, body = ''): RequestListener =>
  (_request, response) =>
    response.writeHead(code).end(body)

describe('SMS gateway over HTTP', () => {
  const bodies: [string, string, string, string][] = [
    [
      'JSON',
      'application/json; charset=utf-8',
      '{"to":"{to}","text":"{text}"}',
      '{"to":"+31612345678","text":"Code: \\"1\\" & <2> é"}',
    ],
    [
      'a form',
      'application/x-www-form-urlencoded',
      'to={to_digits}&text={text}&key={secret}',
      'to=31612345678&text=Code%3A%20%221%22%20%26%20%3C2%3E%20%C3%A9&key=top%20secret',
    ],
    [
      'XML',
      'text/xml',
      '<sms to="{to}">{text}</sms>',
      '<sms to="+31612345678">Code: &quot;1&quot; &amp; &lt;2&gt; é</sms>',
    ],
    ['plain text', 'text/plain', '{to} {text} {other}', '+31612345678 Code: "1" & <2> é {other}'],
  ]
  for (const [name, contentType, body, expected] of bodies) {
    it(`escapes for ${name}`, async () => {
      const gateway = await startGateway()
      const headers = { 'Content-Type': contentType }
      expect(await gateway.send({ headers, body })).to.deep.equal({ kind: 'sent' })
      expect(gateway.seen[0]).to.include({ method: 'POST', body: expected })
      expect(gateway.seen[0]?.headers['content-type']).to.equal(contentType)
      await gateway.stop()
    })
  }

  it('fills the address of a GET, and headers with the secret', async () => {
    const gateway = await startGateway()
    const { body: _, ...withoutBody } = base
    const sending = createHttpGateway({
      ...withoutBody,
      method: 'GET',
      url: `${gateway.url}/send?to={to}&text={text}`,
      headers: { authorization: 'Bearer {secret}' },
    }).sendText(text, signal)
    expect(await sending).to.deep.equal({ kind: 'sent' })
    expect(gateway.seen[0]?.url).to.equal(
      '/send?to=%2B31612345678&text=Code%3A%20%221%22%20%26%20%3C2%3E%20%C3%A9',
    )
    expect(gateway.seen[0]?.headers.authorization).to.equal('Bearer top secret')
    await gateway.stop()
  })

  it('puts nothing in twice: a text with places stays a text', async () => {
    const gateway = await startGateway()
    await gateway.send({}, { ...text, text: '{secret} {to} $& $1' })
    expect(gateway.seen[0]?.body).to.equal('{"to":"+31612345678","text":"{secret} {to} $& $1"}')
    await gateway.stop()
  })

  const rows: [string, RequestListener[], Partial<HttpGatewayOptions>, object, number][] = [
    ['an error once', [status(500)], {}, { kind: 'sent' }, 2],
    ['errors twice', [status(500), status(503)], {}, { kind: 'failed', outage: true }, 2],
    ['no answer twice', [() => {}, () => {}], {}, { kind: 'failed', outage: true }, 2],
    [
      'a broken connection, then a limit',
      [(request) => request.socket.destroy(), status(429)],
      {},
      { kind: 'failed', outage: false },
      2,
    ],
    ['a refusal', [status(401)], {}, { kind: 'failed', outage: false }, 1],
    ['a limit', [status(429)], {}, { kind: 'failed', outage: false }, 1],
    [
      'another address, which would learn the secret',
      [(_request, response) => response.writeHead(302, { location: '/other' }).end()],
      {},
      { kind: 'failed', outage: false },
      1,
    ],
    [
      'the answer that means success',
      [status(200, 'id: 7')],
      { success: '^id' },
      { kind: 'sent' },
      1,
    ],
    [
      'an answer that means failure',
      [status(200, 'ERROR 12')],
      { success: '^id' },
      { kind: 'failed', outage: false },
      1,
    ],
    [
      'an answer without end',
      [
        (_request, response) => {
          const timer = setInterval(() => response.write('x'.repeat(16_384)), 1)
          response.on('close', () => clearInterval(timer))
        },
      ],
      { success: '^x' },
      { kind: 'sent' },
      1,
    ],
  ]
  for (const [name, answers, options, result, requests] of rows) {
    it(`${name}: ${JSON.stringify(result)}`, async () => {
      const gateway = await startGateway(...answers)
      expect(await gateway.send(options)).to.deep.include(result)
      expect(gateway.seen).to.have.length(requests)
      await gateway.stop()
    })
  }

  it('tells neither code nor secret to the log', async () => {
    const gateway = await startGateway(status(400, 'top secret 1'))
    const result = await gateway.send({ url: `${gateway.url}/{secret}/{text}` })
    expect(result).to.deep.equal({
      kind: 'failed',
      detail: 'SMS gateway answered HTTP 400',
      outage: false,
    })
    await gateway.stop()
  })

  it('no server listens: an outage', async () => {
    const gateway = await startGateway()
    await gateway.stop()
    expect(await gateway.send()).to.deep.equal({
      kind: 'failed',
      detail: 'SMS gateway: connection failed (ECONNREFUSED)',
      outage: true,
    })
  })

  it('is given up with the request that asked for it', async () => {
    const cancel = new AbortController()
    const gateway = await startGateway(() => cancel.abort())
    const delivery = createHttpGateway({ ...base, url: gateway.url, timeoutMs: 5000 })
    const result = await delivery.sendText(text, cancel.signal)
    expect(result).to.deep.include({ kind: 'failed', outage: false })
    await gateway.stop()
  })

  it('refuses a number that is not one', async () => {
    const gateway = await startGateway()
    for (const to of ['', '0612345678', '+31612345678,+31612345679', '+316\r\n']) {
      expect(await gateway.send({}, { ...text, to })).to.deep.include({ kind: 'failed' })
    }
    expect(gateway.seen).to.deep.equal([])
    await gateway.stop()
  })

  const wrong: [HttpGatewayError['code'], Partial<HttpGatewayOptions>][] = [
    ['http-gateway-url-invalid', { url: 'gateway.example' }],
    ['http-gateway-url-invalid', { url: 'file:///etc/passwd' }],
    ['http-gateway-body-invalid', { body: '{"to":{to}, text}' }],
    ['http-gateway-content-type-unknown', { headers: {} }],
    ['http-gateway-success-invalid', { success: '(' }],
    ['http-gateway-header-invalid', { secret: new Secret('top\nsecret') }],
  ]
  for (const [code, options] of wrong) {
    it(`refuses at load: ${code} ${Object.keys(options)}`, () => {
      expect(() => createHttpGateway({ ...base, ...options }))
        .to.throw(HttpGatewayError)
        .that.satisfies(
          (error: HttpGatewayError) => error.code === code && !`${error.stack}`.includes('top\n'),
        )
    })
  }
})
