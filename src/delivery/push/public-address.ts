import {
  type Address,
  isInPrefix,
  type Prefix,
  parseAddress,
  parsePrefix,
} from '../../support/index.ts'

/** Networks of IPv4 that no host on the internet has (IANA special-purpose registry). */
const notPublic: readonly Prefix[] = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16'],
  ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
].map(prefixOf)

/** Where hosts on the internet have their IPv6 addresses, except those that hold one of IPv4 or are for examples. */
const publicSix = prefixOf('2000::/3')
const notPublicSix: readonly Prefix[] = [
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
].map(prefixOf)
/** Networks with IPv6 alone reach IPv4 through it (RFC 6052): what counts is the address inside. */
const translated = prefixOf('64:ff9b::/96')

/** Whether it is the address of a host on the internet: neither of this machine nor of a network inside. */
export function isPublicAddress(text: string): boolean {
  const address = parseAddress(text)
  if (address === undefined) return false
  const { bytes } = address
  if (bytes.length === 4) return !isIn(address, notPublic)
  if (isInPrefix(bytes, translated)) return isPublicAddress(bytes.subarray(12).join('.'))
  return isInPrefix(bytes, publicSix) && !isIn(address, notPublicSix)
}

/** Whether it is in one of these networks. */
export function isIn({ bytes }: Pick<Address, 'bytes'>, prefixes: readonly Prefix[]): boolean {
  return prefixes.some((prefix) => isInPrefix(bytes, prefix))
}

function prefixOf(text: string): Prefix {
  const prefix = parsePrefix(text)
  if (prefix === undefined) throw new Error(`no prefix: ${text}`)
  return prefix
}
