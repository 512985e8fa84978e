import type { SignInParts } from '../parts.ts'

/**
 * The code that was sent under this mark: six digits. It is made of the mark, not kept, so that the answer
 * of a gateway that sends nothing but a hash of it can be checked.
 */
export function sentCodeOf(
  { codeMarks }: Pick<SignInParts, 'codeMarks'>,
  userKey: string,
  mark: string,
): string {
  return codeMarks.digits('sent-code', userKey, mark)
}
