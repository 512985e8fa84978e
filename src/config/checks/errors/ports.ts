import { parseAddress } from '../../../support/index.ts'
import type { Finding } from '../../finding.ts'
import type { Endpoint } from '../../schema/fields.ts'
import type { ParsedConfig } from '../../schema/schema.ts'

/** One socket cannot be for sign-ins and for accounting: each needs a port of its own. */
export function checkPorts({ listen, accounting }: ParsedConfig): readonly Finding[] {
  const endpoints = accounting?.listen ?? []
  return endpoints.flatMap((endpoint, index) =>
    listen.some((other) => isSameSocket(endpoint, other))
      ? [
          {
            path: ['accounting', 'listen', index],
            message: 'is in listen too, where sign-ins arrive; use another port, such as 1813',
          },
        ]
      : [],
  )
}

/** Port 0 is another one each time. */
export function isSameSocket(one: Endpoint, other: Endpoint): boolean {
  if (one.port !== other.port || one.port === 0) return false
  const [left, right] = [addressOf(one), addressOf(other)]
  if (left.includes(':') !== right.includes(':')) return false
  return left === right || isWildcard(left) || isWildcard(right)
}

/** A TCP socket of `::` takes IPv4 as well, so it leaves no room for one of IPv4 at the same port. */
export function isSameTcpSocket(one: Endpoint, other: Endpoint): boolean {
  if (isSameSocket(one, other)) return true
  const takesBoth = [one, other].some((each) => addressOf(each) === '::')
  return takesBoth && one.port === other.port && one.port !== 0
}

function addressOf({ address }: Endpoint): string {
  return parseAddress(address)?.text ?? address
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}
