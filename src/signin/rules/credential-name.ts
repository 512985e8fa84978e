import type { CredentialName } from '../attempt.ts'
import type { Context } from '../context.ts'

/** Ways to send a password, as rules name them. */
export const credentialNames: readonly CredentialName[] = ['pap', 'chap', 'ms-chap', 'eap']

/**
 * How the password was sent when the sign-in began, as rules name it: what answers a challenge is often
 * sent in another way. Undefined for what no one here could check.
 */
export function credentialName({
  attempt,
  resumed,
}: Pick<Context, 'attempt' | 'resumed'>): CredentialName | undefined {
  if (resumed?.credential !== undefined) return resumed.credential
  const { credential, eap } = attempt
  if (eap !== undefined) return 'eap'
  switch (credential.kind) {
    case 'pap':
    case 'chap':
    case 'ms-chap':
      return credential.kind
    case 'certificate':
    case 'resumed':
    case 'eap':
      return 'eap'
    case 'unsupported':
    case 'none':
      return undefined
  }
}
