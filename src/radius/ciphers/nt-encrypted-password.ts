import { RadiusError } from '../errors.ts'

/** Length of the block that MS-CHAP-NT-Enc-PW carries (RFC 2548 2.1.5, RFC 2433 9). */
export const ntEncryptedPasswordLength = 516

/** Code(1) = 6, Ident(1), Sequence(2), then a piece of at most 243 bytes: 247 fit after a vendor's two header bytes. */
const code = 6
const headerLength = 4
const maxPiece = 243

/**
 * Puts MS-CHAP-NT-Enc-PW (311/6) together: `values` are those of all its attributes in a packet, each without the
 * vendor's header. Sequence numbers start at 1 and give the order. Gives 516 bytes; undefined where a piece is missing,
 * doubled, of another ident, or the whole has another length.
 */
export function joinNtEncryptedPassword(
  values: readonly Uint8Array[],
): { readonly ident: number; readonly block: Uint8Array } | undefined {
  const pieces = values.map(readPiece)
  const [first] = pieces
  if (first === undefined) return undefined
  const ordered = pieces
    .filter((piece) => piece !== undefined)
    .sort((left, right) => left.sequence - right.sequence)
  const fits = ordered.every(
    ({ ident, sequence }, at) => ident === first.ident && sequence === at + 1,
  )
  const block = Buffer.concat(ordered.map(({ piece }) => piece))
  if (!fits || ordered.length !== values.length || block.length !== ntEncryptedPasswordLength) {
    return undefined
  }
  return { ident: first.ident, block }
}

/** Splits a block of 516 bytes over as many values as it takes. Throws RadiusError `value-invalid` for another length. */
export function splitNtEncryptedPassword(ident: number, block: Uint8Array): Uint8Array[] {
  if (block.length !== ntEncryptedPasswordLength) {
    throw new RadiusError(
      'value-invalid',
      `a block of ${block.length} bytes, not ${ntEncryptedPasswordLength}`,
    )
  }
  const values: Uint8Array[] = []
  for (let at = 0; at < block.length; at += maxPiece) {
    const sequence = values.length + 1
    values.push(
      Buffer.concat([Uint8Array.of(code, ident, 0, sequence), block.subarray(at, at + maxPiece)]),
    )
  }
  return values
}

function readPiece(value: Uint8Array) {
  const [type, ident, high, low] = value
  if (type !== code || ident === undefined || high === undefined || low === undefined)
    return undefined
  return { ident, sequence: high * 256 + low, piece: value.subarray(headerLength) }
}
