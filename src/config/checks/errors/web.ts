import { extname } from 'node:path'
import { confirmName, portalName } from '../../../signin/index.ts'
import type { Finding } from '../../finding.ts'
import type { ParsedConfig } from '../../schema/schema.ts'
import { isSameSocket } from './ports.ts'

/** Files that browsers show as a picture. */
const logoTypes = ['.svg', '.png', '.webp']

/** What the settings of the web surfaces exclude, and what they need of each other. */
export function checkWeb(config: ParsedConfig): readonly Finding[] {
  const { web } = config
  if (web === undefined) return []
  const { logo } = web.company
  const isPicture = logo === undefined || logoTypes.includes(extname(logo).toLowerCase())
  return [
    ...checkPublicUrls(config),
    ...checkListeners(config),
    ...checkProxies(config),
    ...checkReservedNames(config),
    ...(isPicture
      ? []
      : [
          {
            path: ['web', 'company', 'logo'],
            message: `must be a file that ends in ${logoTypes.join(', ')}`,
          },
        ]),
  ]
}

type Surface = { readonly name: 'people' } & NonNullable<NonNullable<ParsedConfig['web']>['people']>

function surfacesOf({ web }: ParsedConfig): readonly Surface[] {
  return web?.people === undefined ? [] : [{ name: 'people', ...web.people }]
}

function checkReservedNames({ gateways, web }: ParsedConfig): readonly Finding[] {
  if (web?.people === undefined) return []
  return Object.keys(gateways)
    .filter((name) => name === portalName || name === confirmName)
    .map((name) => ({
      path: ['gateways', name],
      message: `${name} is the name of the portal in the audit: give the gateway another one`,
    }))
}

/**
 * Cookies are sent to every port of a host, and a browser lets pages of one origin do everything there: so each
 * surface has an origin of its own.
 */
function checkPublicUrls(config: ParsedConfig): readonly Finding[] {
  const seen = new Map<string, string>()
  return surfacesOf(config).flatMap(({ name, publicUrl }): readonly Finding[] => {
    const path = ['web', name, 'public_url']
    const other = seen.get(publicUrl)
    seen.set(publicUrl, name)
    if (other !== undefined) {
      const message = `is the address of web.${other}: give each surface a host name of its own, or at least a port`
      return [{ path, message }]
    }
    const { protocol, hostname } = new URL(publicUrl)
    if (protocol === 'https:') return []
    if (config.web?.certificate !== undefined) {
      return [{ path, message: 'must begin with https: web.certificate is set' }]
    }
    if (config.insecureDemo && hostname === 'localhost') return []
    const message = config.insecureDemo
      ? 'must begin with https, or with http://localhost'
      : 'must begin with https: passwords cross the network'
    return [{ path, message }]
  })
}

/** Health tells what is wrong inside, and providers sign for another address: neither shares the port of a surface. */
function checkListeners(config: ParsedConfig): readonly Finding[] {
  const { http, insecureDemo, webhooks } = config
  return surfacesOf(config).flatMap(({ name, listen }): readonly Finding[] => {
    const path = ['web', name, 'listen']
    // The demo has one port for its phone, health and the portal.
    if (!insecureDemo && http !== undefined && isSameSocket(http.listen, listen)) {
      return [
        { path, message: 'is http.listen too, and health is not for people; use another port' },
      ]
    }
    if (webhooks !== undefined && isSameSocket(webhooks.listen, listen)) {
      const message =
        'is webhooks.listen too; use another port, or leave webhooks out: the portal then answers providers'
      return [{ path, message }]
    }
    return []
  })
}

/** Whoever believes all believes an attacker, who then has as many addresses as he likes. */
function checkProxies(config: ParsedConfig): readonly Finding[] {
  return surfacesOf(config).flatMap(({ name, trustedProxies }) =>
    trustedProxies.flatMap((proxy, index) =>
      proxy.endsWith('/0')
        ? [
            {
              path: ['web', name, 'trusted_proxies', index],
              message: 'would believe every sender; name the addresses of your proxies',
            },
          ]
        : [],
    ),
  )
}
