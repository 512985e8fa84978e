import { isIPv4, isIPv6, SocketAddress } from 'node:net'

/** An IP address: 4 or 16 bytes, and the one text the system would print for it. */
export type Address = { readonly bytes: Uint8Array; readonly text: string }

/** A range of addresses: the first `length` bits are compared. */
export type Prefix = { readonly address: Address; readonly length: number }

const mappedStart = '::ffff:'

/**
 * Source address of a datagram as text that gateways are looked up by: without the zone of a
 * link-local address, and IPv4-mapped IPv6 (RFC 4291 2.5.5.2) as the IPv4 address it is.
 */
export function normaliseSource(address: string): string {
  if (!address.includes(':')) return address
  const zone = address.indexOf('%')
  const bare = zone === -1 ? address : address.slice(0, zone)
  const mapped = bare.startsWith(mappedStart) ? bare.slice(mappedStart.length) : ''
  return isIPv4(mapped) ? mapped : bare
}

/** Whether nothing outside this machine can reach the address: 127.0.0.0/8 or ::1. */
export function isLoopbackAddress(text: string): boolean {
  const address = parseAddress(text)
  return address !== undefined && (address.text === '::1' || /^127\./.test(address.text))
}

/**
 * What is taken as one sender where senders are limited: an IPv4 address, or the /64 of an IPv6 address, all of which
 * one customer has. What is not an address stands for itself.
 */
export function networkOf(source: string): string {
  const address = parseAddress(normaliseSource(source))
  if (address === undefined) return source
  const { bytes, text } = address
  return bytes.length === 4 ? text : Buffer.from(bytes.subarray(0, 8)).toString('hex')
}

/** Reads an IPv4 or IPv6 address (no zone); IPv4-mapped becomes IPv4. Gives `undefined` for anything else. */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { bytes: Uint8Array.from(text.split('.'), Number), text }
  if (!isIPv6(text) || text.includes('%')) return undefined
  const canonical = new SocketAddress({ address: text, family: 'ipv6' }).address
  const source = normaliseSource(canonical)
  return source === canonical
    ? { bytes: ipv6Bytes(canonical), text: canonical }
    : parseAddress(source)
}

/**
 * Reads `10.0.0.0/8`, `2001:db8::/32` or a single address. Gives `undefined` where the text is not a prefix, the length
 * does not fit, or bits after the prefix are set: `10.0.0.1/8` leaves open which was meant.
 */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf('/')
  const address = parseAddress(slash === -1 ? text : text.slice(0, slash))
  if (address === undefined) return undefined
  const bits = address.bytes.length * 8
  if (slash === -1) return { address, length: bits }
  const digits = text.slice(slash + 1)
  if (!/^\d{1,3}$/.test(digits)) return undefined
  // The length of an IPv4-mapped prefix counts from the 96 bits in front of the IPv4 address.
  const length = bits === 32 && text.includes(':') ? Number(digits) - 96 : Number(digits)
  if (length < 0 || length > bits) return undefined
  return hasBitsAfter(address.bytes, length) ? undefined : { address, length }
}

/** Whether the first `prefix.length` bits are equal; false between IPv4 and IPv6. */
export function isInPrefix(bytes: Uint8Array, prefix: Prefix): boolean {
  const wanted = prefix.address.bytes
  if (bytes.length !== wanted.length) return false
  const whole = prefix.length >> 3
  for (let index = 0; index < whole; index++) if (bytes[index] !== wanted[index]) return false
  const rest = prefix.length & 7
  if (rest === 0) return true
  const mask = 0xff << (8 - rest)
  return (((bytes[whole] ?? 0) ^ (wanted[whole] ?? 0)) & mask & 0xff) === 0
}

function hasBitsAfter(bytes: Uint8Array, length: number): boolean {
  return bytes.some((byte, index) => (byte & (0xff >> clamp(length - index * 8))) !== 0)
}

function clamp(bits: number): number {
  return Math.max(0, Math.min(8, bits))
}

/** Bytes of a valid IPv6 text, which may end in an IPv4 address. */
function ipv6Bytes(text: string): Uint8Array {
  const [before = '', after] = text.split('::')
  const first = groups(before)
  const last = groups(after ?? '')
  const bytes = new Uint8Array(16)
  bytes.set(first)
  bytes.set(last, 16 - last.length)
  return bytes
}

function groups(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number)
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}
