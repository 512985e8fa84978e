import type { Guard } from '../guard.ts'

const origin = 'src/web/people/origin.ts'
const portal = ['test/web/people/portal.test.ts']
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
    noticedBy: ['test/config/web.test.ts'],
  },
  {
    name: 'Web: passwords cross the network with TLS only',
    file: 'src/config/checks/errors/web.ts',
    source: "if (config.insecureDemo && hostname === 'localhost') return []",
    without: 'return []',
    noticedBy: ['test/config/web.test.ts'],
  },
  {
    name: 'Web: health is not for people',
    file: 'src/config/checks/errors/web.ts',
    source: '!insecureDemo && http !== undefined && isSameSocket(http.listen, listen)',
    without: "http?.listen.address === ''",
    noticedBy: ['test/config/web.test.ts'],
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
    source: '(config.webhooks === undefined ? [await webhookPlugin(publicUrl, parts)] : [])',
    without: '[await webhookPlugin(publicUrl, parts)]',
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
]
