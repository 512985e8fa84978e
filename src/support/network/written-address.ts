import { type Address, parseAddress } from './address.ts'

/** What may come before an address: `ip=`, `ip:source-ip=`, `client-ip: `. */
const label =
  /^(?:ip:)?(?:(?:source|src|client|remote|peer)[-_ ]?)?(?:ip(?:v[46])?|addr(?:ess)?)\s*[=:]\s*/i

/** Addresses with something after: a port, a zone, the length of a single address. */
const forms = [
  // [2001:db8::1], [2001:db8::1]:4500, [192.0.2.1]:4500
  /^\[([^\]]+)\](?::\d{1,5})?$/,
  // 192.0.2.1:4500
  /^([\d.]+):\d{1,5}$/,
  // 192.0.2.1[4500] and 2001:db8::1[4500], as strongSwan writes them
  /^([\da-f.:]+)\[\d{1,5}\]$/i,
  // 192.0.2.1/32
  /^([\d.]+)\/32$/,
  /^([\da-f.:]+)\/128$/i,
]

/**
 * Reads the IP address of a person as gateways write it: with NUL bytes at its end, with a label such as `ip=`, in
 * brackets; with a port, a zone or the length of a single address; with leading zeros, which are decimal, as no gateway
 * means octal. IPv4 mapped into IPv6 becomes IPv4. Undefined for anything else, so a caller who must fail closed can.
 */
export function readWrittenAddress(text: string): Address | undefined {
  const bare = text.replace(/\0+$/, '').trim().replace(label, '')
  const inner = forms.map((form) => form.exec(bare)?.[1]).find((found) => found !== undefined)
  const [address = ''] = (inner ?? bare).split('%')
  return parseAddress(address.replace(/\d+(?:\.\d+){3}$/, withoutLeadingZeros))
}

function withoutLeadingZeros(octets: string): string {
  return octets.replace(/\b0+(?=\d)/g, '')
}
