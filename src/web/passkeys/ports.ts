import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import type { PasskeyAuthenticator } from '../../accounts/index.ts'

/** For `navigator.credentials.get`. */
export type RequestOptions = PublicKeyCredentialRequestOptionsJSON

/** Asks browsers for signatures of passkeys, and says whose a right one is. Implemented by `methods/`. */
export type SignatureJudge = {
  /** `challenge`: 32 bytes. `allowed`: which passkeys may sign; undefined: any that the browser offers. */
  ask(challenge: Uint8Array, allowed?: readonly PasskeyAuthenticator[]): Promise<RequestOptions>
  /** The passkey that has signed `challenge`; undefined where nothing of ours has. */
  judge(response: unknown, challenge: Uint8Array): Promise<PasskeyAuthenticator | undefined>
}
