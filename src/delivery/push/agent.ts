import { type LookupAddress, lookup } from 'node:dns'
import { Agent } from 'node:https'
import type { LookupFunction } from 'node:net'
import { parseAddress } from '../../support/index.ts'
import { isIn, isPublicAddress } from './public-address.ts'
import type { PushService } from './services.ts'

/** Looks a name up; a test gives addresses of its own. */
export type Resolve = (
  host: string,
  options: { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/** More connections at once would be taken for an attack. */
const mostSockets = 32

/**
 * Connects to one push service. What its name leads to is looked at again at each connection: a name on the list may
 * lead inside by mistake, or by someone who answers for the name server (PEOPLE R15). With a proxy the proxy looks it up.
 */
export function createPushAgent(
  { addresses, ca }: PushService,
  proxy: string | undefined,
  resolve: Resolve = lookup,
): Agent {
  const common = { maxSockets: mostSockets, ...(ca === undefined ? {} : { ca: [...ca] }) }
  if (proxy !== undefined) return new Agent({ ...common, proxyEnv: { HTTPS_PROXY: proxy } })
  const mayConnect = (text: string) => {
    const address = parseAddress(text)
    return isPublicAddress(text) || (address !== undefined && isIn(address, addresses))
  }
  return new Agent({ ...common, lookup: lookupAllowed(resolve, mayConnect) })
}

function lookupAllowed(resolve: Resolve, mayConnect: (address: string) => boolean): LookupFunction {
  return (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '')
      const [first, ...others] = found.filter(({ address }) => mayConnect(address))
      if (first === undefined) return callback(refusal(host), '')
      if (options.all === true) callback(null, [first, ...others])
      else callback(null, first.address, first.family)
    })
  }
}

function refusal(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${host} leads to an address that is not public`), {
    code: 'EADDRPRIVATE',
  })
}
