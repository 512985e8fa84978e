import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { createHttpGateway, createTwilioDelivery } from '../../src/delivery/index.ts'
import { checkProviders } from '../../src/operations/index.ts'
import { Secret, systemClock } from '../../src/support/index.ts'
import { certificate, privateKey } from '../operations/certificate.ts'
import { type HttpProxy, startHttpProxy } from '../support/http-proxy.ts'
import { startServer } from './bare-server.ts'

const { signal } = new AbortController()
const text = { to: '+31612345678', user: 'alice', text: 'Code: 1', code: '1' }

describe('the proxy of the file', () => {
  const proxies: HttpProxy[] = []
  afterEach(async () => {
    await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()))
  })
  async function start(options: Parameters<typeof startHttpProxy>[0] = {}): Promise<HttpProxy> {
    const proxy = await startHttpProxy(options)
    proxies.push(proxy)
    return proxy
  }
  const gatewayAt = (url: string, proxy: string) =>
    createHttpGateway({
      ...{ url, proxy, method: 'POST', timeoutMs: 5_000 },
      headers: { 'content-type': 'application/json' },
      body: '{"to":"{to}"}',
      success: 'queued',
    })

  it('carries texts of an SMS gateway, and the answer back', async () => {
    const bodies: string[] = []
    const server = await startServer(async (request, response) => {
      let body = ''
      request.setEncoding('utf8')
      for await (const chunk of request) body += String(chunk)
      bodies.push(`${request.method} ${request.headers['content-type']} ${body}`)
      response.end('queued')
    })
    const proxy = await start()
    const sent = await gatewayAt(`${server.url}/send`, proxy.url).sendText(text, signal)
    expect(sent).to.deep.equal({ kind: 'sent' })
    expect(bodies).to.deep.equal(['POST application/json {"to":"+31612345678"}'])
    expect(proxy.asked).to.deep.equal([`${server.url}/send`])
    await server.stop()
  })

  it('that is not there is the fault of the way, on two tries', async () => {
    const proxy = await start()
    await proxy.stop()
    const sent = await gatewayAt('https://sms.example/send', proxy.url).sendText(text, signal)
    expect(sent).to.include({ kind: 'failed', outage: true })
  })

  it('is what Twilio is reached by', async () => {
    const proxy = await start({ refuses: true })
    const twilio = await createTwilioDelivery(
      {
        ...{ accountSid: `AC${'1'.repeat(32)}`, authToken: new Secret('0'.repeat(32)) },
        ...{ callsFrom: [], textsFrom: [{ number: '+15550100' }], callsPerSecond: 1 },
        ...{ machineDetection: false, ended: { text: '', language: 'en' }, proxy: proxy.url },
      },
      systemClock,
    )
    expect(await twilio.texts.sendText(text, signal)).to.include({ kind: 'failed' })
    expect(new Set(proxy.asked)).to.deep.equal(new Set(['api.twilio.com:443']))
  })

  it('is on the way when providers are checked', async () => {
    const server = createTlsServer({ cert: certificate.pem, key: privateKey })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const proxy = await start()
    const refusing = await start({ refuses: true })
    const provider = { name: 'sms', host: 'localhost', port, tls: true, ca: certificate.pem }
    const stateOf = async (through: string) =>
      (await checkProviders([{ ...provider, proxy: through }], signal))[0]
    expect(await stateOf(proxy.url)).to.include({ state: 'ok' })
    expect(proxy.asked).to.deep.equal([`localhost:${port}`])
    expect((await stateOf(refusing.url))?.detail).to.include('the proxy answers HTTP 403')
    await refusing.stop()
    expect((await stateOf(refusing.url))?.detail).to.include('the proxy cannot be reached')
    server.closeAllConnections()
    server.close()
  })
})
