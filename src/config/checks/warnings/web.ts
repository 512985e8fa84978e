import { isIP } from 'node:net'
import type { IdleSetting, UnsafeSetting } from '../../finding.ts'
import type { Config } from '../../resolved/resolve.ts'
import { isLoopback } from '../../schema/prefix.ts'

/** What weakens the web surfaces, or will not work for all people. */
export function unsafeWeb({ web }: Config): readonly UnsafeSetting[] {
  if (web?.people === undefined) return []
  const { listen, publicUrl, trustedProxies } = web.people
  const at = (setting: string) => `web.people.${setting}`
  const { hostname } = new URL(publicUrl)
  const isPlain = web.certificate === undefined
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
    isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 && {
      setting: at('public_url'),
      danger: 'is an address, and passkeys need a host name; use one that stays',
    },
    !hostname.includes('.') &&
      isIP(hostname) === 0 &&
      !hostname.startsWith('[') && {
        setting: at('public_url'),
        danger:
          'has a name without a domain, which people outside cannot reach and public authorities do not certify; use a name such as mfa.example.com',
      },
    web.helpdesk === undefined && {
      setting: 'web.helpdesk',
      danger: 'is missing: people who are stuck, or under attack, do not learn whom to call',
    },
  ]
  return found.filter((each) => each !== false)
}

/** Settings of the web that open no port. */
export function findIdleWeb({ web }: Config): readonly IdleSetting[] {
  if (web === undefined || web.people !== undefined) return []
  return [
    {
      setting: 'web',
      why: 'opens no port: it has no surface such as people',
      remedy: 'Add people with listen and public_url (docs/portal.md), or take web out.',
    },
  ]
}
