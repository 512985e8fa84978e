import { endOf, refuse } from './inner/refuse.ts'
import type { InnerSignIn, InnerStep, Tunnel } from './method.ts'

/**
 * What becomes of a tunnel in which nothing is proven, because the peer has resumed one in which it did. Resuming
 * replaces the password and nothing else: account, policy and second factor are judged again (RULES 27).
 */
export async function signInAgain(
  { earlier }: Pick<Tunnel, 'earlier'>,
  signIn: InnerSignIn,
): Promise<Exclude<InnerStep, { kind: 'request' }>> {
  // No one was let in by this session, so no one is now (RULES 1).
  if (earlier === undefined) return refuse('eap-malformed', 'an unknown session')
  const { userName, proof, provenAtMs } = earlier
  const credential = { kind: 'resumed', proof, provenAtMs } as const
  return endOf(await signIn({ userName, credential, challenges: false }))
}
