import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, LookupFunction } from 'node:net'
import { expect } from 'chai'
import type { CheckRow } from '../../../src/operations/index.ts'
import { systemClock } from '../../../src/support/index.ts'
import {
  apiPlugin,
  type CertificatePair,
  checkReach,
  consolePlugin,
  createHttpServer,
  createReachProbe,
  type HttpServerOptions,
} from '../../../src/web/index.ts'
import { makeAuthority, type TestAuthority } from '../authority.ts'
import { type PortalLab, startPortal } from '../people/portal-lab.ts'

const signal = new AbortController().signal
const toLoopback: LookupFunction = (_name, _options, found) =>
  found(null, [{ address: '127.0.0.1', family: 4 }])

describe('asking the own public address', () => {
  let authority: TestAuthority
  let pair: CertificatePair
  const ends: (() => Promise<unknown> | unknown)[] = []

  before(async () => {
    authority = await makeAuthority()
    pair = await authority.issue('mfa.example.com')
  })
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  /** A portal at port `port`, and what its check says. */
  async function portalAt(
    publicUrl: string,
    options: Partial<HttpServerOptions> = {},
  ): Promise<{ portal: PortalLab; check: () => Promise<readonly CheckRow[]> }> {
    const probe = createReachProbe()
    const portal = await startPortal(publicUrl, {}, { ...options, watch: probe.watch })
    ends.push(() => portal.stop())
    const trustedProxies = options.trustedProxies ?? []
    const check = () =>
      checkReach({
        surface: 'people',
        ...{ probe, publicUrl, trustedProxies, signal, clock: systemClock },
        listen: `127.0.0.1:${portal.port}`,
        hasCertificate: options.tls !== undefined,
        authorities: [authority.ca],
        lookup: toLoopback,
      })
    return { portal, check }
  }

  async function listen(server: Server): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    ends.push(() => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    })
    return (server.address() as AddressInfo).port
  }

  /** A proxy that ends TLS in front of a portal. `change`: what it does to headers. */
  async function throughProxy(
    change: (headers: IncomingHttpHeaders) => IncomingHttpHeaders,
    {
      trustedProxies = ['127.0.0.1'],
      tls = pair,
      dropHsts = false,
    }: { trustedProxies?: readonly string[]; tls?: CertificatePair; dropHsts?: boolean } = {},
  ): Promise<readonly CheckRow[]> {
    let target = 0
    const proxy = createTlsServer(tls, (incoming, outgoing) => {
      const { method, url: path } = incoming
      const headers = change(incoming.headers)
      const passed = request(
        { port: target, host: '127.0.0.1', method, path, headers },
        (answer) => {
          const { 'strict-transport-security': hsts, ...others } = answer.headers
          outgoing.writeHead(answer.statusCode ?? 0, dropHsts ? others : answer.headers)
          answer.pipe(outgoing)
        },
      )
      passed.on('error', () => outgoing.writeHead(502).end())
      incoming.pipe(passed)
    })
    const port = await listen(proxy)
    const { portal, check } = await portalAt(`https://mfa.example.com:${port}`, {
      trustedProxies,
    })
    target = portal.port
    return check()
  }
  const states = (rows: readonly CheckRow[]) => rows.map(({ state }) => state)

  it('is ok behind a sound proxy', async () => {
    for (const change of [
      (headers: IncomingHttpHeaders) => ({ ...headers, 'x-forwarded-for': '127.0.0.9' }),
      (headers: IncomingHttpHeaders) => ({
        ...headers,
        'x-forwarded-for': `${headers['x-forwarded-for']}, 127.0.0.9`,
      }),
      // The machine that asks is the one with the proxy.
      (headers: IncomingHttpHeaders) => ({
        ...headers,
        'x-forwarded-for': `${headers['x-forwarded-for']}, 127.0.0.1`,
      }),
    ]) {
      const rows = await throughProxy(change)
      expect(rows).to.deep.equal([
        {
          ...{ area: 'web', what: 'people.public_url', state: 'ok', remedy: '' },
          detail: rows[0]?.detail,
        },
      ])
      expect(rows[0]?.detail).to.match(/^https:\/\/mfa\.example\.com:\d+ answers, through/)
    }
  })

  for (const [what, change, options, state, words] of [
    [
      'a proxy that is not named',
      (headers: IncomingHttpHeaders) => ({ ...headers, 'x-forwarded-for': '127.0.0.9' }),
      { trustedProxies: [] },
      'warning',
      /127\.0\.0\.1 is not in trusted_proxies/,
    ],
    [
      'another proxy that is named',
      (headers: IncomingHttpHeaders) => ({ ...headers, 'x-forwarded-for': '127.0.0.9' }),
      { trustedProxies: ['198.51.100.1'] },
      'warning',
      /127\.0\.0\.1 is not in trusted_proxies/,
    ],
    [
      'a proxy that drops X-Forwarded-For',
      ({ 'x-forwarded-for': _, ...headers }: IncomingHttpHeaders) => headers,
      {},
      'warning',
      /does not tell X-Forwarded-For/,
    ],
    [
      'a proxy that passes on what browsers claim',
      (headers: IncomingHttpHeaders) => headers,
      {},
      'failed',
      /anyone can pose as any address/,
    ],
    [
      'a proxy that asks for another host',
      (headers: IncomingHttpHeaders) => ({
        ...headers,
        host: 'backend.internal',
        'x-forwarded-for': '127.0.0.9',
      }),
      {},
      'failed',
      /asks for host backend\.internal instead of mfa\.example\.com/,
    ],
    [
      'a proxy that asks for our address',
      (headers: IncomingHttpHeaders) => ({
        ...headers,
        host: '127.0.0.1:8443',
        'x-forwarded-for': '127.0.0.9',
      }),
      {},
      'warning',
      /asks for host 127\.0\.0\.1:8443/,
    ],
    [
      'a proxy that takes HSTS away',
      (headers: IncomingHttpHeaders) => ({ ...headers, 'x-forwarded-for': '127.0.0.9' }),
      { dropHsts: true },
      'warning',
      /Strict-Transport-Security/,
    ],
  ] as const) {
    it(`names ${what}`, async () => {
      const rows = await throughProxy(change, { ...options })
      expect(rows[0]?.detail).to.match(words)
      expect(rows[0]).to.include({ state })
      expect(rows.every(({ remedy }) => remedy !== '')).to.equal(true)
    })
  }

  it('asks a portal with a certificate of its own', async () => {
    // The port must be known before the address: so it is taken, given back, and taken again.
    const free = await listen(createServer())
    await ends.pop()?.()
    const { check } = await portalAt(`https://mfa.example.com:${free}`, {
      ...{ tls: pair, listen: { host: '127.0.0.1', port: free } },
    })
    expect(states(await check())).to.deep.equal(['ok'])
  })

  for (const [surface, plugin] of [
    ['console', consolePlugin],
    ['api', apiPlugin],
  ] as const) {
    it(`asks ${surface} as well, and tells a stranger from it`, async () => {
      const free = await listen(createServer())
      await ends.pop()?.()
      const publicUrl = `https://mfa.example.com:${free}`
      const probe = createReachProbe()
      const server = await createHttpServer({
        ...{ listen: { host: '127.0.0.1', port: free }, publicUrl, tls: pair, watch: probe.watch },
        plugins: [plugin({ publicUrl, onError: () => undefined })],
      })
      await server.start()
      ends.push(() => server.stop())
      const asked = {
        ...{ surface, publicUrl, signal, clock: systemClock, trustedProxies: [] },
        ...{ listen: `127.0.0.1:${free}`, hasCertificate: true, authorities: [authority.ca] },
        lookup: toLoopback,
      }
      expect(await checkReach({ ...asked, probe })).to.deep.equal([
        {
          ...{ area: 'web', what: `${surface}.public_url`, state: 'ok', remedy: '' },
          detail: `${publicUrl} answers, directly`,
        },
      ])
      const [stranger] = await checkReach({ ...asked, probe: createReachProbe() })
      expect(stranger).to.include({ state: 'failed', what: `${surface}.public_url` })
      expect(stranger?.detail).to.include('another server answers there')
    })
  }

  it('asks the demo', async () => {
    const free = await listen(createServer())
    await ends.pop()?.()
    const { check } = await portalAt(`http://localhost:${free}`, {
      listen: { host: '127.0.0.1', port: free },
    })
    const rows = await check()
    expect(states(rows)).to.deep.equal(['ok'])
    expect(rows[0]?.detail).to.equal(`http://localhost:${free} answers, directly`)
  })

  it('names certificates that do not fit', async () => {
    const dayMs = 86_400_000
    const address = (headers: IncomingHttpHeaders) => ({
      ...headers,
      'x-forwarded-for': '127.0.0.9',
    })
    const other = await authority.issue('other.example.com')
    const expired = await authority.issue('mfa.example.com', 10, Date.now() - 20 * dayMs)
    const soon = await authority.issue('mfa.example.com', 90, Date.now() - 80 * dayMs)
    const foreign = await (await makeAuthority()).issue('mfa.example.com')
    for (const [tls, state, words] of [
      [other, 'failed', /for another name/],
      [expired, 'failed', /has expired/],
      [soon, 'warning', /the certificate ends \d{4}-/],
      [foreign, 'warning', /does not trust the certificate/],
    ] as const) {
      const rows = await throughProxy(address, { tls })
      expect(states(rows), String(words)).to.deep.equal([state])
      expect(rows[0]?.detail).to.match(words)
    }
  })

  for (const [what, answer, words] of [
    ['another server', { status: 200, headers: {} }, /another server answers there \(200\)/],
    [
      'a server that sends browsers on',
      { status: 301, headers: { location: 'https://www.example.com/' } },
      /sends browsers on to https:\/\/www\.example\.com\//,
    ],
    ['a proxy that does not reach us', { status: 502, headers: {} }, /does not reach Holdfast/],
  ] as const) {
    it(`names ${what}`, async () => {
      const server = createTlsServer(pair, (_incoming, outgoing) =>
        outgoing.writeHead(answer.status, answer.headers).end('{}'),
      )
      const port = await listen(server)
      const { check } = await portalAt(`https://mfa.example.com:${port}`)
      const rows = await check()
      expect(states(rows)).to.deep.equal(['failed'])
      expect(rows[0]?.detail).to.match(words)
    })
  }

  it('names a port without TLS, and one where nothing listens', async () => {
    const port = await listen(createServer((_incoming, outgoing) => outgoing.end()))
    const { check } = await portalAt(`https://mfa.example.com:${port}`)
    const [plain] = await check()
    expect(plain).to.include({ state: 'failed' })
    expect(plain?.detail).to.include('does not speak TLS')
    await ends.shift()?.()
    const [closed] = await check()
    expect(closed).to.include({ state: 'warning' })
    expect(closed?.detail).to.match(/does not answer this machine: .*ECONNREFUSED/)
  })

  it('has no error where another node answers, which proves that it is one', async () => {
    const key = new Uint8Array(32).fill(4)
    const free = await listen(createServer())
    await ends.pop()?.()
    const publicUrl = `https://mfa.example.com:${free}`
    const other = await createHttpServer({
      ...{ listen: { host: '127.0.0.1', port: free }, publicUrl, tls: pair },
      watch: createReachProbe(key).watch,
      plugins: [apiPlugin({ publicUrl, onError: () => undefined })],
    })
    await other.start()
    ends.push(() => other.stop())
    const checkWith = (own: Uint8Array | undefined) =>
      checkReach({
        ...{ surface: 'api', publicUrl, signal, clock: systemClock, trustedProxies: [] },
        ...{ listen: '127.0.0.1:1', hasCertificate: true, authorities: [authority.ca] },
        ...{ lookup: toLoopback, probe: createReachProbe(own) },
      })
    const [row] = await checkWith(key)
    expect(row).to.include({ state: 'ok' })
    expect(row?.detail).to.contain('from another node')
    for (const own of [undefined, new Uint8Array(32).fill(5)]) {
      expect(states(await checkWith(own))).to.deep.equal(['failed'])
    }
  })

  it('is answered to no one else', async () => {
    const probe = createReachProbe()
    const question = probe.begin('/api/look')
    const [, token] = question.path.split('=')
    for (const url of ['/api/look?probe=', '/api/look', `/api/look?probe=${token}x`, '']) {
      probe.watch({ url, headers: { host: 'evil' }, socket: {} } as never)
    }
    expect(question.arrival()).to.equal(undefined)
    question.end()
    probe.watch({ url: question.path, headers: { host: 'late' }, socket: {} } as never)
    expect(question.arrival()).to.equal(undefined)
  })
})
