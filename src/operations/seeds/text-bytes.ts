/** Decodes base64 (RFC 4648 section 4), ignoring white space. Undefined when the text is not base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const packed = text.replace(/\s/g, '')
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return undefined
  return new Uint8Array(Buffer.from(packed, 'base64'))
}

/** Decodes hex digits in pairs, ignoring white space. Undefined when the text is not hex. */
export function decodeHex(text: string): Uint8Array | undefined {
  const packed = text.replace(/\s/g, '')
  if (packed.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(packed)) return undefined
  return new Uint8Array(Buffer.from(packed, 'hex'))
}
