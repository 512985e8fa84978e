import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import type { AuthenticatorStore, PasskeyAuthenticator, PersonStore } from '../../accounts/index.ts'
import type { Clock } from '../../support/index.ts'
import type { Passkeys } from './passkeys.ts'
import { signatureResponse } from './responses.ts'

/** Asks browsers for signatures of passkeys, and says whose a right one is. */
export type PasskeyJudge = {
  /** `challenge`: 32 bytes. `allowed`: which passkeys may sign; undefined: any that the browser offers. */
  ask(
    challenge: Uint8Array,
    allowed?: readonly PasskeyAuthenticator[],
  ): Promise<PublicKeyCredentialRequestOptionsJSON>
  /** The passkey that has signed `challenge`, whose use is noted; undefined where nothing of ours has. */
  judge(response: unknown, challenge: Uint8Array): Promise<PasskeyAuthenticator | undefined>
}

export function createPasskeyJudge(parts: {
  readonly passkeys: Pick<Passkeys, 'requestOptions' | 'verifySignature'>
  readonly authenticators: Pick<AuthenticatorStore, 'findPasskey' | 'usePasskey'>
  readonly people: Pick<PersonStore, 'load'>
  readonly clock: Pick<Clock, 'nowMs'>
}): PasskeyJudge {
  const { authenticators, clock, passkeys, people } = parts
  return {
    ask: (challenge, allowed) => passkeys.requestOptions(challenge, allowed),

    async judge(response, challenge) {
      const parsed = signatureResponse.safeParse(response)
      if (!parsed.success) return undefined
      const passkey = await authenticators.findPasskey(parsed.data.id)
      if (passkey === undefined) return undefined
      const { userHandle } = await people.load(passkey.userKey)
      const expected = { challenge, passkey, userHandle }
      const use = await passkeys.verifySignature(parsed.data, expected, clock.nowMs())
      if (use === undefined) return undefined
      // Of two signatures with one count, as a copy would make, the second is refused here.
      return (await authenticators.usePasskey(passkey.id, use)) ? passkey : undefined
    },
  }
}
