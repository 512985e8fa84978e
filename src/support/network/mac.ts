const notations = [
  /^[\da-f]{12}$/i,
  /^[\da-f]{2}(?::[\da-f]{2}){5}$/i,
  /^[\da-f]{2}(?:-[\da-f]{2}){5}$/i,
  /^[\da-f]{4}(?:\.[\da-f]{4}){2}$/i,
  /^[\da-f]{4}(?:-[\da-f]{4}){2}$/i,
  /^[\da-f]{6}[-:][\da-f]{6}$/i,
]

/**
 * Reads a MAC address in any notation of gateways: plain digits, in pairs with colons or dashes, in fours
 * with dots or dashes, in two halves. Gives 12 hex digits in lower case, or undefined for any other text.
 */
export function parseMac(text: string): string | undefined {
  if (!notations.some((notation) => notation.test(text))) return undefined
  return text.replace(/[^\da-f]/gi, '').toLowerCase()
}

/** `00:11:22:aa:bb:cc` of 12 hex digits. */
export function formatMac(digits: string): string {
  return digits.replace(/..(?=.)/g, '$&:')
}

/** Locally administered: the second bit of the first byte (IEEE 802 8.2). Of 12 hex digits. */
export function isRandomMac(digits: string): boolean {
  return (Number.parseInt(digits.slice(0, 2), 16) & 2) !== 0
}
