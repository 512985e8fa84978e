/** One value of DER, of up to 16 MB. */
export function wrap(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Uint8Array.of(tag, ...lengthOctets(content.length)), content])
}

function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length]
  const digits = length.toString(16)
  const octets = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  return [0x80 + octets.length, ...octets]
}
