import type { DeviceEvidence } from '../../signin/index.ts'
import { readWrittenAddress } from '../../support/index.ts'

/**
 * Reads Calling-Station-Id (RFC 2865 5.31) into one form, so that the same device compares equal however its gateway
 * writes it: a MAC address in any notation, with or without `:SSID`; an address in any that `readWrittenAddress` knows,
 * whose port is dropped because it differs on each try; a phone number; otherwise the trimmed text, which identifies no
 * device. NUL bytes at the end are dropped. Gives `undefined` where nothing is said: empty text, unspecified or
 * broadcast addresses.
 */
export function normaliseDevice(text: string): DeviceEvidence | undefined {
  const trimmed = text.replace(/\0+$/, '').trim()
  if (trimmed === '') return undefined
  // Most are a MAC address in pairs and nothing else, and no address is ever written like that.
  if (macInPairs.test(trimmed)) return meaningful('mac', digitsOf(trimmed))
  const address = readWrittenAddress(trimmed)
  if (address !== undefined) return meaningful('address', address.text)
  const mac = readMac(trimmed)
  if (mac !== undefined) return meaningful('mac', mac)
  const phone = readPhone(trimmed)
  if (phone !== undefined) return { kind: 'phone', value: phone }
  // It is shown in logs and tables, as it came.
  return { kind: 'text', value: trimmed.replace(/\p{Cc}/gu, '\uFFFD') }
}

/** The text of an address in 4 or 16 bytes; of any other length, which is not an address, in hex. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  const hex = Buffer.from(bytes).toString('hex')
  if (bytes.length === 16) return hex.replace(/.{4}(?=.)/g, '$&:')
  return hex === '' ? '' : `0x${hex}`
}

/** Values that many devices share. */
const nobody = new Set(['0.0.0.0', '255.255.255.255', '::', '000000000000', 'ffffffffffff'])

function meaningful(kind: 'address' | 'mac', value: string): DeviceEvidence | undefined {
  return nobody.has(value) ? undefined : { kind, value }
}

const macInPairs = /^[\da-f]{2}(?::[\da-f]{2}){5}$|^[\da-f]{2}(?:-[\da-f]{2}){5}$/i

const macNotations = [
  /^([\da-f]{2}(?::[\da-f]{2}){5})(?::.*)?$/i,
  /^([\da-f]{2}(?:-[\da-f]{2}){5})(?::.*)?$/i,
  /^([\da-f]{4}\.[\da-f]{4}\.[\da-f]{4})(?::.*)?$/i,
  /^([\da-f]{4}-[\da-f]{4}-[\da-f]{4})(?::.*)?$/i,
  /^([\da-f]{6}[-:][\da-f]{6})(?::.*)?$/i,
  // Twelve digits without a letter are more likely a phone number.
  /^((?=.{0,11}[a-f])[\da-f]{12})(?::.*)?$/i,
  /^([\da-f]{12}):.*$/i,
]

function readMac(text: string): string | undefined {
  for (const notation of macNotations) {
    const mac = notation.exec(text)?.[1]
    if (mac !== undefined) return digitsOf(mac)
  }
  return undefined
}

function digitsOf(mac: string): string {
  return mac.replace(/[^\da-f]/gi, '').toLowerCase()
}

/** At least 6 digits with the punctuation people put between them; `00` in front means `+`. */
function readPhone(text: string): string | undefined {
  if (!/^(?:tel:)?\+?[\d ().\-/]+$/i.test(text)) return undefined
  // A broken IPv4 address is not a phone number.
  if (/^\d+(?:\.\d+){3}$/.test(text)) return undefined
  const digits = text.replace(/\D/g, '')
  if (digits.length < 6 || digits.length > 20) return undefined
  if (text.includes('+')) return `+${digits}`
  return digits.startsWith('00') ? `+${digits.slice(2)}` : digits
}
