import type { Prefix } from '../../support/index.ts'

/** A push service that may be sent to. */
export type PushService = {
  /** `push.example.com`, or `*.push.example.com` for all hosts below it. */
  readonly host: string
  readonly port: number
  /** Addresses of it that count although they are not public. */
  readonly addresses: readonly Prefix[]
  /** PEM texts of the authorities to trust instead of the public ones. */
  readonly ca?: readonly string[]
}

/** Those of the browsers there are: Chrome, Brave and Opera; Firefox; Safari; Edge. */
const hostsOfBrowsers = [
  'fcm.googleapis.com',
  'updates.push.services.mozilla.com',
  '*.push.apple.com',
  '*.notify.windows.com',
] as const

export const browserServices: readonly PushService[] = hostsOfBrowsers.map((host) => ({
  ...{ host, port: 443, addresses: [] },
}))

const mostBytes = 1_000

/**
 * The service that an endpoint belongs to; undefined where nothing is sent to it. A browser chooses its endpoint, and so
 * may anyone who has a phone paired: it is sent to a host on the list, and never to one inside (PEOPLE R15).
 */
export function findService(
  endpoint: string,
  services: readonly PushService[],
): PushService | undefined {
  if (Buffer.byteLength(endpoint) > mostBytes) return undefined
  const url = URL.parse(endpoint)
  // One spelling, so that no other reader finds another host in it.
  if (url === null || url.href !== endpoint || url.protocol !== 'https:') return undefined
  if (url.username !== '' || url.password !== '' || url.hash !== '') return undefined
  const port = url.port === '' ? 443 : Number(url.port)
  return services.find((service) => service.port === port && isHostOf(service, url.hostname))
}

function isHostOf({ host }: PushService, hostname: string): boolean {
  return host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : hostname === host
}
