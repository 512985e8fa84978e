import type { NameForm } from '../../signin/index.ts'

/** A User-Name holds at most 253 bytes (RFC 2865 5). */
const maxLength = 253

/** Why a tidy name can be no one's; undefined where it can. */
export function badForm(name: string): NameForm | undefined {
  if (name === '') return 'empty'
  if (name.length > maxLength) return 'too-long'
  return /\p{Cc}/u.test(name) ? 'control-characters' : undefined
}

/** Whether a folded name can be that of an account: 1 to 253 characters, none of them a control. */
export function isName(folded: string): boolean {
  return badForm(folded) === undefined
}
