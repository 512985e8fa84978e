import type { Entry } from 'ldapts'

/** Values of an attribute as text; attribute names have no case (RFC 4512 2.5). Bytes are left out. */
export function textValues(entry: Entry, attribute: string): readonly string[] {
  return rawValues(entry, attribute).filter((value) => typeof value === 'string')
}

/** The first value as text, or undefined when there is none or it is empty. */
export function textValue(entry: Entry, attribute: string): string | undefined {
  return textValues(entry, attribute).find((value) => value !== '')
}

/** Values as bytes; the search must have named the attribute as binary. */
export function bytesValues(entry: Entry, attribute: string): readonly Buffer[] {
  return rawValues(entry, attribute).filter((value) => Buffer.isBuffer(value))
}

/** The first value as bytes. */
export function bytesValue(entry: Entry, attribute: string): Buffer | undefined {
  return bytesValues(entry, attribute)[0]
}

function rawValues(entry: Entry, attribute: string): readonly (string | Buffer)[] {
  const wanted = attribute.toLowerCase()
  const name = Object.keys(entry).find((key) => key.toLowerCase() === wanted)
  return name === undefined ? [] : [entry[name] ?? []].flat()
}
