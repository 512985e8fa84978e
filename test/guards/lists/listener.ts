import type { Guard } from '../guard.ts'

const origin = 'src/web/ground/origin.ts'
const portal = ['test/web/people/portal.slow.test.ts']
const surfaces = ['test/web/ground/surfaces.test.ts']
const service = ['test/compose/surfaces.slow.test.ts']
const config = 'src/config/checks/errors/web.ts'
const proxies = ['test/web/people/proxies.slow.test.ts']
const certificates = ['test/web/certificate-watch.test.ts']

/** Guards of the portal's listener. */
export const listenerGuards: readonly Guard[] = [
  {
    name: 'PEOPLE R19: Origin is that of public_url',
    file: origin,
    source: 'origin === publicUrl',
    without: 'origin !== undefined',
    noticedBy: portal,
  },
  {
    name: 'PEOPLE R19: Sec-Fetch-Site is same-origin',
    file: origin,
    source: "site === 'same-origin'",
    without: 'site.length > 0',
    noticedBy: portal,
  },
  {
    name: 'PEOPLE R19: a change comes as JSON',
    file: origin,
    source: '/^application\\/json\\s*(?:;|$)/i.test(type)',
    without: 'type.length >= 0',
    noticedBy: portal,
  },
  {
    name: 'PEOPLE R19: every method that changes something is guarded',
    file: origin,
    source: "['GET', 'HEAD', 'OPTIONS']",
    without: "['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE']",
    noticedBy: portal,
  },
  {
    name: 'Portal: what broke inside stays inside',
    file: 'src/web/people/problems.ts',
    source:
      "return new PortalError('internal', 'Something broke on our side. Try again in a few minutes.')",
    without: "return new PortalError('internal', error.message)",
    noticedBy: portal,
  },
  {
    name: 'Portal: HSTS for a year, behind a proxy as well (ASVS 3.4.1)',
    file: 'src/web/http-server.ts',
    source: 'isEncrypted && { maxAge: yearSeconds, includeSubDomains: true }',
    without: 'false',
    noticedBy: portal,
  },
  {
    name: 'Proxies: X-Forwarded-For is believed from trusted_proxies only',
    file: 'src/web/http-server.ts',
    source: 'trustedProxies.length > 0 && [...trustedProxies]',
    without: 'true',
    noticedBy: proxies,
  },
  {
    name: 'Proxies: limits count by the address of the person',
    file: 'src/web/http-server.ts',
    source: 'networkOf(addressOf(request))',
    without: "request.headers['x-forwarded-for']?.toString() ?? ''",
    noticedBy: proxies,
  },
  {
    name: 'Proxies: nobody can be told to believe every sender',
    file: 'src/config/checks/errors/web.ts',
    source: "proxy.endsWith('/0')",
    without: "proxy === ''",
    noticedBy: ['test/config/web.slow.test.ts'],
  },
  {
    name: 'Web: passwords cross the network with TLS only',
    file: 'src/config/checks/errors/web.ts',
    source: "if (insecureDemo && hostname === 'localhost') return []",
    without: 'return []',
    noticedBy: ['test/config/web.slow.test.ts'],
  },
  {
    name: 'Web: health is not for people',
    file: 'src/config/checks/errors/web.ts',
    source: '!mayShare && http !== undefined && isSameTcpSocket(http.listen, listen)',
    without: "http?.listen.address === ''",
    noticedBy: ['test/config/web.slow.test.ts'],
  },
  {
    name: 'Web: a renewed certificate needs its own key',
    file: 'src/web/certificate-watch.ts',
    source: '!certificate.checkPrivateKey(createPrivateKey(pair.key))',
    without: 'pair.key.length === 0',
    noticedBy: certificates,
  },
  {
    name: 'Proxies: people behind one do not throw each other out',
    file: 'src/web/connections.ts',
    source: 'isProxy(address) ? [] : ',
    without: '',
    noticedBy: ['test/web/slow-requests.slow.test.ts'],
  },
  {
    name: 'Web: what providers tell needs no port of its own, and has one where the file says so',
    file: 'src/compose/service/http.ts',
    source: '(config.webhooks === undefined ? [await webhookPlugin([publicUrl], parts)] : [])',
    without: '[await webhookPlugin([publicUrl], parts)]',
    noticedBy: ['test/compose/surfaces.slow.test.ts'],
  },
  {
    name: 'Web: health is not on the listener of people',
    file: 'src/compose/service/http.ts',
    source: '(isDemo ? { readiness: readinessOf(parts) } : {})',
    without: '{ readiness: readinessOf(parts) }',
    noticedBy: ['test/compose/surfaces.slow.test.ts'],
  },
  {
    name: 'Portal: an address is of the API however it is spelled',
    file: 'src/web/people/problems.ts',
    source:
      "export function isApi({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): boolean {\n  return routeOptions.url?.startsWith('/api/') === true",
    without:
      "export function isApi({ url }: Pick<FastifyRequest, 'url'>): boolean {\n  return url.startsWith('/api/')",
    noticedBy: portal,
  },
  {
    name: 'PEOPLE R19: only a request without Origin is a program’s',
    file: origin,
    source: "askers === 'programs' && origin === undefined",
    without: "askers === 'programs'",
    noticedBy: surfaces,
  },
  {
    name: 'PEOPLE R19: a program is let through at the API alone',
    file: origin,
    source: "askers === 'programs' && origin === undefined",
    without: 'origin === undefined',
    noticedBy: surfaces,
  },
  {
    name: 'PEOPLE R19: console and API take changes by the same rule',
    file: 'src/web/ground/ground.ts',
    source: 'if (!mayChange(request, publicUrl, askers)) throw refusal()',
    without: '',
    noticedBy: surfaces,
  },
  {
    name: 'PEOPLE R18: cookies of two surfaces have two names',
    file: 'src/web/sessions/cookies.ts',
    source: "console: 'holdfast-console'",
    without: "console: 'holdfast'",
    noticedBy: ['test/web/sessions/cookies.test.ts'],
  },
  {
    name: 'Web: no two surfaces have one origin',
    file: config,
    source: 'if (other !== undefined) {\n      const message = `is the address of web.',
    without: "if (other === '') {\n      const message = `is the address of web.",
    noticedBy: ['test/config/web.slow.test.ts'],
  },
  {
    name: 'Web: the dot that ends a name makes no other origin',
    file: 'src/config/schema/web.ts',
    source: "origin.replace(/(?<=[^/.])\\.(?=$|:\\d+$)/, '')",
    without: 'origin',
    noticedBy: ['test/config/web.slow.test.ts'],
  },
  {
    name: 'PEOPLE R25: console and API have a port of their own',
    file: config,
    source: 'surfaces.slice(0, index).find((each) => isSameTcpSocket(each.listen, listen))',
    without: 'surfaces.slice(0, index).find(() => false)',
    noticedBy: ['test/config/web.slow.test.ts'],
  },
  {
    name: 'PEOPLE R25: a wildcard of IPv6 takes the ports of IPv4 as well',
    file: 'src/config/checks/errors/ports.ts',
    source: 'return takesBoth && ',
    without: 'return !takesBoth && ',
    noticedBy: ['test/config/web.slow.test.ts'],
  },
  {
    name: 'PEOPLE R25: what stands beside the portal is at no other surface',
    file: 'src/compose/service/surfaces.ts',
    source: 'isPeople ? besidePortal : nothingBeside',
    without: 'besidePortal',
    noticedBy: service,
  },
  {
    name: 'PEOPLE R25: a surface that the file does not name opens no port',
    file: 'src/config/schema/surfaces.ts',
    source: 'return settings === undefined ? [] : [{ name, ...settings }]',
    without:
      "return [{ name, ...(settings ?? { listen: { address: '127.0.0.1', port: 0 }, publicUrl: 'https://' + name, trustedProxies: [] }) }]",
    noticedBy: service,
  },
]
