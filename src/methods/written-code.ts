import { randomBytes } from 'node:crypto'

/** Crockford's alphabet: nothing that a handwritten note makes ambiguous. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const groupLength = 4

/** A random code that people copy from paper, in groups of four: `7KQ2-M0XT-9FZB`. 20 bits a group. */
export function createWrittenCode(groups: number): string {
  const bytes = randomBytes(groups * groupLength)
  const characters = Array.from(bytes, (byte) => alphabet.charAt(byte & 31))
  return characters.join('').replace(/.{4}(?=.)/g, '$&-')
}

/** Forgives case, spaces, dashes and the letters people read for digits. Undefined: not of so many groups. */
export function parseWrittenCode(text: string, groups: number): string | undefined {
  const code = text.replace(/[\s-]/g, '').toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1')
  const fits = code.length === groups * groupLength
  return fits && [...code].every((character) => alphabet.includes(character)) ? code : undefined
}
