import { isIP } from 'node:net'
import type { IdleSetting, UnsafeSetting } from '../../finding.ts'
import type { Config } from '../../resolved/resolve.ts'
import { isLoopback } from '../../schema/prefix.ts'
import { type SurfaceConfig, surfacesOf } from '../../schema/surfaces.ts'

/** What weakens the web surfaces, or will not work for all people. */
export function unsafeWeb({ web }: Config): readonly UnsafeSetting[] {
  const surfaces = surfacesOf(web)
  const isPlain = web?.certificate === undefined
  return [
    ...surfaces.flatMap((surface) => unsafeSurface(surface, isPlain)),
    ...surfaces.flatMap((surface, index) => sharesHost(surface, surfaces.slice(0, index))),
    ...(web?.people !== undefined && web.helpdesk === undefined
      ? [
          {
            setting: 'web.helpdesk',
            danger: 'is missing: people who are stuck, or under attack, do not learn whom to call',
          },
        ]
      : []),
  ]
}

function unsafeSurface(
  { name, listen, publicUrl, trustedProxies }: SurfaceConfig,
  isPlain: boolean,
): readonly UnsafeSetting[] {
  const at = (setting: string) => `web.${name}.${setting}`
  const { hostname } = new URL(publicUrl)
  const found: (UnsafeSetting | false)[] = [
    isPlain &&
      trustedProxies.length === 0 && {
        setting: at('trusted_proxies'),
        danger:
          'is empty, and without web.certificate a proxy must be in front: all people count as its one address. Name the addresses of the proxy',
      },
    isPlain &&
      !isLoopback(listen.address) && {
        setting: at('listen'),
        danger:
          'passwords cross the network between proxy and Holdfast unencrypted; listen on 127.0.0.1 with the proxy on this machine, or set web.certificate',
      },
    name === 'people' &&
      isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 && {
        setting: at('public_url'),
        danger: 'is an address, and passkeys need a host name; use one that stays',
      },
    name === 'people' &&
      !hostname.includes('.') &&
      isIP(hostname) === 0 &&
      !hostname.startsWith('[') && {
        setting: at('public_url'),
        danger:
          'has a name without a domain, which people outside cannot reach and public authorities do not certify; use a name such as mfa.example.com',
      },
  ]
  return found.filter((each) => each !== false)
}

/** Browsers send cookies to every port of a host, and let pages of one port set them for another. */
function sharesHost(
  { name, publicUrl }: SurfaceConfig,
  others: readonly SurfaceConfig[],
): readonly UnsafeSetting[] {
  const { hostname } = new URL(publicUrl)
  const other = others.find((each) => new URL(each.publicUrl).hostname === hostname)
  if (other === undefined) return []
  const danger = `has the host of web.${other.name}, and browsers send its cookies to both; give each surface a host name of its own where you can`
  return [{ setting: `web.${name}.public_url`, danger }]
}

/** Settings of the web that open no port. */
export function findIdleWeb({ web }: Config): readonly IdleSetting[] {
  if (web === undefined || surfacesOf(web).length > 0) return []
  return [
    {
      setting: 'web',
      why: 'opens no port: it has no surface such as people',
      remedy: 'Add people with listen and public_url (docs/how-to/portal.md), or take web out.',
    },
  ]
}
