import type { CustomTypesConfig } from 'pg'

type Parser = (text: string) => unknown

/** Types by their object ids, which never change (pg_type.dat). */
const parsers: Readonly<Record<number, Parser>> = {
  // Whole numbers of 8, 2 and 4 bytes, and what sum() gives: ours are times, counts and steps, far below 2^53.
  20: Number,
  21: Number,
  23: Number,
  1700: Number,
  // Bytes come as hexadecimal digits after `\x`.
  17: (text) => new Uint8Array(Buffer.from(text.slice(2), 'hex')),
  16: (text) => text === 't',
}

/** How values arrive. By default 8-byte numbers would be texts. */
export const valueTypes: CustomTypesConfig = {
  getTypeParser: (oid: number): Parser => parsers[oid] ?? ((text) => text),
}

/**
 * How values leave. PostgreSQL knows no text with a NUL, and names come from the network: it is replaced, as half of
 * a surrogate pair is.
 */
export function toValue(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '\ufffd')
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  }
  return value
}
