/** Nearly every name, and nothing to do but to trim it. */
const printableAscii = /^[ -~]*$/
/** Halfwidth and Fullwidth Forms; each stands for an ordinary character. */
const otherWidths = /[\uff01-\uffee]/g
/** Zero-width spaces, soft hyphens, marks of direction: invisible, and ignored by LDAP (RFC 4518 2.2). */
const invisible = /\p{Default_Ignorable_Code_Point}/gu
/** Every space of Unicode but the one of ASCII. */
const otherSpaces = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g

/**
 * A name of a person, a group or a domain in the one form that everything is compared in, its case
 * kept: ordinary width, nothing invisible, ASCII spaces, none around it, Unicode form NFC (RFC 8265 3.3).
 */
export function tidyName(name: string): string {
  if (printableAscii.test(name)) return name.trim()
  return name
    .replace(otherWidths, (character) => character.normalize('NFKC'))
    .replace(invisible, '')
    .replace(otherSpaces, ' ')
    .trim()
    .normalize('NFC')
}

/**
 * The same in lower case: two names are equal where this is (RFC 8265 3.3, UsernameCaseMapped). Text of
 * the configuration, typed text and text of a directory all pass here before they are compared. Folding
 * twice changes nothing.
 */
export function foldName(name: string): string {
  // Lower case can leave a letter and its mark apart that NFC has as one: ǰ has no capital.
  return tidyName(name).toLowerCase().normalize('NFC')
}

/** A password in the form that is hashed and compared: ASCII spaces, Unicode form NFC (RFC 8265 4.2, OpaqueString). */
export function preparePassword(password: string): string {
  return password.replace(otherSpaces, ' ').normalize('NFC')
}
