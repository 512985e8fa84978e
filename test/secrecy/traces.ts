/** Forms in which a secret could turn up, each long enough not to be there by chance. */
export function tracesOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const half = Math.ceil(secret.length / 2)
  const forms = [
    secret,
    secret.slice(0, half),
    secret.slice(-half),
    bytes.toString('hex'),
    // Without the last group, which depends on what follows.
    bytes.toString('base64').slice(0, -4),
    bytes.toString('base64url').slice(0, -4),
    base32(bytes),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    [...secret].reverse().join(''),
  ]
  return [...new Set(forms.map((form) => form.toLowerCase()))].filter((form) => form.length >= 6)
}

/** The first form of the secret that is in `output`, whatever the case; undefined: none does. */
export function findTrace(output: string, secret: string): string | undefined {
  const shown = output.toLowerCase()
  return tracesOf(secret).find((form) => shown.includes(form))
}

function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  return (bits.match(/.{5}/g) ?? []).map((five) => digits[Number.parseInt(five, 2)]).join('')
}
