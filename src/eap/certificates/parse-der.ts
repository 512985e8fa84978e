import { AsnConvert } from '@peculiar/asn1-schema'
import { isDer } from './der.ts'

/** A response with a chain of certificates has some 500 values; each costs the library up to 0.1 ms. */
const maxValues = 2_000

/**
 * Reads a value of one of the library's types. Undefined where it is malformed, too large, or followed by
 * something. asn1js, which the library decodes with, reads BER: indefinite lengths and strings in pieces,
 * which DER forbids (X.690 10.1, 10.2), and it ignores what follows.
 */
export function parseDer<Type>(bytes: Uint8Array, type: new () => Type): Type | undefined {
  if (!isDer(bytes)) return undefined
  try {
    return AsnConvert.parse(bytes, type, { berOptions: { maxNodes: maxValues } })
  } catch {
    return undefined
  }
}
