import { expect } from 'chai'
import { addressOf } from '../../../src/web/address-of.ts'
import type { HttpPlugin } from '../../../src/web/index.ts'
import { askRaw } from '../raw-http.ts'
import { ask } from './ask.ts'
import { startPortal } from './portal-lab.ts'

const publicUrl = 'https://mfa.example.com'
const host = 'mfa.example.com'

/** Tells whose request it is, as limits and the audit see it. */
const who: HttpPlugin = async (server) => {
  server.get('/who', async (request) => addressOf(request))
}

describe('addresses of people behind a proxy', () => {
  async function seen(trustedProxies: readonly string[], forwarded: string): Promise<string> {
    const portal = await startPortal(publicUrl, {}, { trustedProxies, plugins: [who] })
    try {
      return (await ask(portal.port, 'GET', '/who', { host, 'x-forwarded-for': forwarded })).body
    } finally {
      await portal.stop()
    }
  }

  for (const [what, proxies, forwarded, address] of [
    ['no proxy is trusted', [], '192.0.2.9', '127.0.0.1'],
    ['another machine is trusted', ['198.51.100.1'], '192.0.2.9', '127.0.0.1'],
    ['the proxy is trusted', ['127.0.0.1'], '192.0.2.9', '192.0.2.9'],
    ['its network is trusted', ['127.0.0.0/8'], '192.0.2.9', '192.0.2.9'],
    ['the browser brings a list of its own', ['127.0.0.1'], '203.0.113.1, 192.0.2.9', '192.0.2.9'],
    [
      'the browser names a trusted proxy',
      ['127.0.0.1', '10.0.0.0/8'],
      '10.0.0.1, 192.0.2.9',
      '192.0.2.9',
    ],
    ['two proxies are trusted', ['127.0.0.1', '10.0.0.2'], '192.0.2.9, 10.0.0.2', '192.0.2.9'],
    ['the proxy writes a port', ['127.0.0.1'], '192.0.2.9:4711', '192.0.2.9'],
    ['the proxy writes IPv6 with a port', ['127.0.0.1'], '[2001:db8::9]:4711', '2001:db8::9'],
    ['the proxy writes no address', ['127.0.0.1'], 'unknown', '127.0.0.1'],
    ['the proxy writes nothing', ['127.0.0.1'], '', '127.0.0.1'],
  ] as const) {
    it(`are right where ${what}`, async () => {
      expect(await seen(proxies, forwarded)).to.equal(address)
    })
  }

  it('have a share each of what the portal answers, whatever else they claim', async () => {
    const portal = await startPortal(
      publicUrl,
      {},
      {
        trustedProxies: ['127.0.0.1'],
        requestLimit: { max: 3, timeWindow: 3_600_000 },
      },
    )
    // The browser claims another address each time; the proxy adds the one that asks.
    const askFrom = async (address: string, claimed: string) => {
      const forwarded = { 'x-forwarded-for': `${claimed}, ${address}` }
      return (await ask(portal.port, 'GET', '/api/look', { host, ...forwarded })).status
    }
    const statuses: number[] = []
    for (const claimed of ['203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4'])
      statuses.push(await askFrom('2001:db8::1', claimed))
    const sameNetwork = await askFrom('2001:db8::ffff', '203.0.113.5')
    const another = await askFrom('192.0.2.10', '203.0.113.1')
    await portal.stop()
    expect(statuses).to.deep.equal([200, 200, 200, 429])
    expect(sameNetwork).to.equal(429)
    expect(another).to.equal(200)
  })

  it('do not decide who this server is', async () => {
    const portal = await startPortal(publicUrl, {}, { trustedProxies: ['127.0.0.1'] })
    const status = await askRaw(portal.port, [
      'GET /api/look HTTP/1.1',
      'Host: evil.example',
      `X-Forwarded-Host: ${host}`,
    ])
    await portal.stop()
    expect(status).to.equal(421)
  })
})
