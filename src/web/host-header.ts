import type { IncomingMessage } from 'node:http'
import { isLoopbackAddress, normaliseSource, parseAddress } from '../support/index.ts'

/** Why a request is refused before anything else looks at it. */
export type Misdirected = { readonly status: 400 | 403 | 421; readonly error: string }

/** Whether a request was meant for this listener; undefined: it was. */
export type CheckHost = (
  request: Pick<IncomingMessage, 'url' | 'headers' | 'rawHeaders' | 'socket'>,
) => Misdirected | undefined

/**
 * Checks Host and Origin. A web page that rebinds its own name to this machine's address is, for the browser, on the
 * same site as this server. It may read and press what it likes: only the names in its requests give it away. So a
 * listener answers to the address that the connection came to, to `localhost` on a loopback address, and to the hosts
 * of `publicUrls`. An address cannot be rebound, and a port is not a name. The X-Forwarded headers, which anyone can
 * write, are not looked at.
 */
export function createHostCheck(options: {
  /** As the internet sees this listener; a proxy in front may pass its host on. */
  readonly publicUrls?: readonly string[]
  /** Whether this listener itself speaks TLS. */
  readonly tls: boolean
}): CheckHost {
  const own = options.tls ? 'https:' : 'http:'
  const shown = (options.publicUrls ?? []).map((url) => new URL(url))

  function isOurs(hostname: string, { localAddress = '' }: IncomingMessage['socket']): boolean {
    if (shown.some((url) => hostname === nameOf(url))) return true
    const address = normaliseSource(localAddress)
    if (hostname === address) return true
    return isLoopbackAddress(address) && (hostname === 'localhost' || isLoopbackAddress(hostname))
  }

  return ({ url = '', headers, rawHeaders, socket }) => {
    const [host, another] = valuesOf(rawHeaders, 'host')
    const asked = host === undefined ? undefined : readAuthority(own, host)
    if (asked === undefined || another !== undefined) {
      return { status: 400, error: 'send one Host header with the address of this server' }
    }
    // The absolute form of a target takes precedence over Host (RFC 9112 3.2.2).
    const target = /^[/*]/.test(url) ? asked : URL.parse(url)
    for (const named of [asked, target]) {
      if (named === null || !isOurs(nameOf(named), socket)) {
        const name = named === null ? url : named.host
        return { status: 421, error: `this server is not ${name}: ask it by its address` }
      }
    }
    const { origin } = headers
    const ours = [asked, ...shown].map((url) => url.origin)
    if (origin === undefined || ours.includes(origin)) return undefined
    return { status: 403, error: `a page of another site (${origin}) may not ask this server` }
  }
}

/** A host with or without a port; undefined for anything else that a URL may hold. */
function readAuthority(protocol: string, text: string): URL | undefined {
  if (!/^(?:[^\s:/\\?#@[\]]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(text)) return undefined
  return URL.parse(`${protocol}//${text}`) ?? undefined
}

/** In lower case, an address in its one spelling, without the dot that may end a name. */
function nameOf({ hostname }: URL): string {
  const name = hostname.replace(/^\[(.*)\]$/, '$1').replace(/(?<=.)\.$/, '')
  return parseAddress(name)?.text ?? name
}

function valuesOf(rawHeaders: readonly string[], wanted: string): readonly string[] {
  return rawHeaders.filter((_, index) => {
    const name = index % 2 === 1 ? rawHeaders[index - 1] : undefined
    return name?.toLowerCase() === wanted
  })
}
