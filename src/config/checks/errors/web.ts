import { extname } from 'node:path'
import { confirmName, portalName } from '../../../signin/index.ts'
import type { Finding } from '../../finding.ts'
import type { ParsedConfig } from '../../schema/schema.ts'
import { surfacesOf } from '../../schema/surfaces.ts'
import { isSameTcpSocket } from './ports.ts'

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
function checkPublicUrls({ insecureDemo, web, webhooks }: ParsedConfig): readonly Finding[] {
  const seen = new Map<string, string>()
  return surfacesOf(web).flatMap(({ name, publicUrl }): readonly Finding[] => {
    const path = ['web', name, 'public_url']
    const other = seen.get(publicUrl)
    seen.set(publicUrl, name)
    if (other !== undefined) {
      const message = `is the address of web.${other}: give each surface a host name of its own, or at least a port`
      return [{ path, message }]
    }
    if (name !== 'people' && webhooks?.publicUrl.some((url) => new URL(url).origin === publicUrl)) {
      const message = 'is the address of webhooks: the internet reaches that one, so use another'
      return [{ path, message }]
    }
    const { protocol, hostname } = new URL(publicUrl)
    if (protocol === 'https:') return []
    if (web?.certificate !== undefined) {
      return [{ path, message: 'must begin with https: web.certificate is set' }]
    }
    if (insecureDemo && hostname === 'localhost') return []
    const message = insecureDemo
      ? 'must begin with https, or with http://localhost'
      : 'must begin with https: passwords cross the network'
    return [{ path, message }]
  })
}

/**
 * Each surface has a port of its own: what is for administrators must not be where people are. Health tells what is wrong
 * inside, and providers sign for another address, so neither shares a port with a surface.
 */
function checkListeners({ http, insecureDemo, web, webhooks }: ParsedConfig): readonly Finding[] {
  const surfaces = surfacesOf(web)
  return surfaces.flatMap(({ name, listen }, index): readonly Finding[] => {
    const path = ['web', name, 'listen']
    const other = surfaces.slice(0, index).find((each) => isSameTcpSocket(each.listen, listen))
    if (other !== undefined) {
      const message = `is web.${other.name}.listen too; use another port: each surface has one of its own`
      return [{ path, message }]
    }
    // The demo has one port for its phone, health and the portal.
    const mayShare = insecureDemo && name === 'people'
    if (!mayShare && http !== undefined && isSameTcpSocket(http.listen, listen)) {
      const message = `is http.listen too, and health is not for ${readers[name]}; use another port`
      return [{ path, message }]
    }
    if (webhooks !== undefined && isSameTcpSocket(webhooks.listen, listen)) {
      const message =
        name === 'people'
          ? 'is webhooks.listen too; use another port, or leave webhooks out: the portal then answers providers'
          : 'is webhooks.listen too, which the internet reaches; use another port'
      return [{ path, message }]
    }
    return []
  })
}

/** Whom a surface is for. */
const readers = { people: 'people', console: 'the console', api: 'the API' } as const

/** A proxy list that covers everyone covers an attacker, who then has as many addresses as he likes. */
function checkProxies({ web }: ParsedConfig): readonly Finding[] {
  return surfacesOf(web).flatMap(({ name, trustedProxies }) =>
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
