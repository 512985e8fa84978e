import { maxValueLength } from '../../radius/index.ts'
import type { NameForm } from '../../signin/index.ts'

/** Why no one can have a tidy name; undefined where someone can. */
export function badForm(name: string): NameForm | undefined {
  if (name === '') return 'empty'
  // User-Name holds no more (RFC 2865 5.1).
  if (name.length > maxValueLength) return 'too-long'
  return /\p{Cc}/u.test(name) ? 'control-characters' : undefined
}

/** Whether a folded name can be that of an account: 1 to 253 characters, none of them a control. */
export function isName(folded: string): boolean {
  return badForm(folded) === undefined
}
