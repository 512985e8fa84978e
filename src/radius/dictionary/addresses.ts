import { isIPv4, isIPv6 } from 'node:net'

/** Addresses between text and bytes. Reading gives undefined for text that is not an address. */

export function formatIpv4(bytes: Uint8Array): string {
  return bytes.join('.')
}

export function parseIpv4(text: string): Uint8Array | undefined {
  return isIPv4(text) ? Uint8Array.from(text.split('.'), Number) : undefined
}

/** 16 bytes as RFC 5952 writes them: lower case, the longest run of zeros as `::`. */
export function formatIpv6(bytes: Uint8Array): string {
  const groups: number[] = []
  for (let i = 0; i < 16; i += 2) groups.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0))
  let start = 0
  let length = 1
  for (let from = 0; from < 8; from++) {
    let to = from
    while (to < 8 && groups[to] === 0) to++
    if (to - from > length) {
      start = from
      length = to - from
    }
  }
  const hex = groups.map((group) => group.toString(16))
  if (length < 2) return hex.join(':')
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`
}

/** Without zone. A dotted end (`::ffff:10.0.0.1`) is understood. */
export function parseIpv6(text: string): Uint8Array | undefined {
  if (!isIPv6(text) || text.includes('%')) return undefined
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  let plain = text
  if (dotted?.[1] !== undefined && dotted[2] !== undefined) {
    const [a = 0, b = 0, c = 0, d = 0] = dotted[2].split('.').map(Number)
    plain = `${dotted[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  }
  const [before = '', after] = plain.split('::')
  const front = before === '' ? [] : before.split(':')
  const back = after === undefined || after === '' ? [] : after.split(':')
  const zeros = new Array<string>(8 - front.length - back.length).fill('0')
  const bytes = Buffer.alloc(16)
  const groups = [...front, ...zeros, ...back]
  for (const [i, group] of groups.entries()) bytes.writeUInt16BE(Number.parseInt(group, 16), 2 * i)
  return bytes
}

/** `10.0.0.0/8` or `fd00::/8` as length and address; undefined if that is not a prefix. */
export function parsePrefix(
  text: string,
  bits: 32 | 128,
): { readonly length: number; readonly address: Uint8Array } | undefined {
  const [addressText = '', lengthText = String(bits), ...rest] = text.split('/')
  const address = bits === 32 ? parseIpv4(addressText) : parseIpv6(addressText)
  const length = Number(lengthText)
  if (address === undefined || rest.length > 0 || !/^\d+$/.test(lengthText) || length > bits) {
    return undefined
  }
  return { length, address: maskBits(address, length) }
}

/** The address with all bits after the first `length` cleared. */
export function maskBits(address: Uint8Array, length: number): Uint8Array {
  return address.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, length - 8 * i))))
}
