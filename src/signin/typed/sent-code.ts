import type { SignInParts } from '../parts.ts'

/**
 * The code that was sent under this nonce: six digits. It is made of the nonce, not kept, so that the answer
 * of a gateway that sends nothing but a hash of it can be checked.
 */
export function sentCodeOf(
  { codeHasher }: Pick<SignInParts, 'codeHasher'>,
  userKey: string,
  nonce: string,
): string {
  return codeHasher.digits('sent-code', userKey, nonce)
}
