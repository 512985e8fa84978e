import { HoldfastError } from '../errors/errors.ts'

/** What the bytes of a text file come to. */
export type TextBytes =
  /** `hasMark`: a byte order mark came before it, and is left out. */
  | { readonly kind: 'text'; readonly text: string; readonly hasMark: boolean }
  /** `why`: a sentence without its subject, and what to do. */
  | { readonly kind: 'unusable'; readonly why: string }

/** What to do about a file that an editor of Windows has saved in its own way. */
export const saveAgain = 'save it again as UTF-8 without a byte order mark'

/** The text of a file, which has to be UTF-8. */
export function decodeTextBytes(bytes: Uint8Array): TextBytes {
  const utf16 = utf16Order(bytes)
  if (utf16 !== undefined) {
    return { kind: 'unusable', why: `is saved as UTF-16 (${utf16}): ${saveAgain}` }
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const hasMark = text.startsWith('\ufeff')
    return { kind: 'text', text: hasMark ? text.slice(1) : text, hasMark }
  } catch {
    return { kind: 'unusable', why: `contains bytes that are not UTF-8 text: ${saveAgain}` }
  }
}

/** A text file is not UTF-8. `message` names it, and says what to do. */
export class NotUtf8Error extends HoldfastError<'not-utf-8'> {}

/**
 * The text of a file, without a byte order mark, that may have bytes that are not UTF-8, in a comment for example;
 * those become U+FFFD.
 * @throws {NotUtf8Error} for UTF-16
 */
export function decodeMostlyUtf8(file: string, bytes: Uint8Array): string {
  const utf16 = utf16Order(bytes)
  if (utf16 !== undefined) {
    throw new NotUtf8Error('not-utf-8', `${file} is saved as UTF-16 (${utf16}): ${saveAgain}`)
  }
  return new TextDecoder().decode(bytes)
}

/** By its mark, or since every second byte of ASCII text is zero then. */
function utf16Order(bytes: Uint8Array): 'little-endian' | 'big-endian' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'little-endian'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'big-endian'
  if (bytes.length < 4 || bytes.length % 2 !== 0) return undefined
  const isZero = (offset: number) =>
    bytes.every((byte, at) => (at % 2 === offset ? byte === 0 : byte !== 0))
  if (isZero(1)) return 'little-endian'
  return isZero(0) ? 'big-endian' : undefined
}
