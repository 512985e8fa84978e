import { isIP } from 'node:net'

/** A range of addresses; a single address has the full length. */
export type Prefix = { readonly family: 4 | 6; readonly address: string; readonly length: number }

/**
 * Parses an address or prefix. Gives a text for the administrator where it is not one, or has bits set after its length.
 * Also where it is IPv4 written as IPv6: sources are normalised to IPv4 (RULES 33).
 */
export function parsePrefix(text: string): Prefix | string {
  const [address = '', lengthText, ...rest] = text.split('/')
  const family = isIP(address)
  if (family !== 4 && family !== 6) return 'must be an address or a prefix such as 10.0.0.0/8'
  const full = family === 4 ? 32 : 128
  const length = lengthText === undefined ? full : Number(lengthText)
  if (rest.length > 0 || (lengthText !== undefined && !/^\d{1,3}$/.test(lengthText))) {
    return 'must be an address or a prefix such as 10.0.0.0/8'
  }
  if (length > full) return `has a prefix length over ${full}`
  if (address.includes('%')) return 'must not have a zone'
  const canonical = canonicalAddress(address, family)
  if (canonical.startsWith('::ffff:')) return 'is IPv4 written as IPv6; write the IPv4 address'
  if (addressBits(canonical, family).slice(length).includes('1')) {
    return `has bits set behind its prefix length ${length}`
  }
  return { family, address: canonical, length }
}

/** `10.0.0.0/8`, or just the address where the length is full. */
export function formatPrefix(prefix: Prefix): string {
  const full = prefix.family === 4 ? 32 : 128
  return prefix.length === full ? prefix.address : `${prefix.address}/${prefix.length}`
}

/** Whether only this machine can reach the address. */
export function isLoopback(address: string): boolean {
  const prefix = parsePrefix(address)
  if (typeof prefix === 'string') return false
  return prefix.family === 4
    ? prefix.length >= 8 && prefix.address.startsWith('127.')
    : prefix.length === 128 && prefix.address === '::1'
}

/** One spelling for each address: `2001:DB8:0::1` becomes `2001:db8::1`. */
function canonicalAddress(address: string, family: 4 | 6): string {
  return family === 4 ? address : new URL(`http://[${address}]/`).hostname.slice(1, -1)
}

/** The address as a string of 32 or 128 zeros and ones. */
function addressBits(address: string, family: 4 | 6): string {
  if (family === 4) {
    return address
      .split('.')
      .map((octet) => Number(octet).toString(2).padStart(8, '0'))
      .join('')
  }
  const [before = '', after] = address.split('::')
  const groups = (part: string) => part.split(':').filter((group) => group !== '')
  const left = groups(before)
  const right = groups(after ?? '')
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0')
  return [...left, ...(after === undefined ? [] : zeros), ...right]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('')
}
