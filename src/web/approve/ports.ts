import type { AuthenticatorStore, PasskeyAuthenticator } from '../../accounts/index.ts'
import type { PagePrompts } from '../../signin/index.ts'

/** Asks browsers for signatures of passkeys, and says whose a right one is. Implemented by `methods/`. */
export type SignatureJudge = {
  ask(challenge: Uint8Array, allowed?: readonly PasskeyAuthenticator[]): Promise<RequestOptions>
  judge(response: unknown, challenge: Uint8Array): Promise<PasskeyAuthenticator | undefined>
}

/** For `navigator.credentials.get`. */
export type RequestOptions = import('@simplewebauthn/server').PublicKeyCredentialRequestOptionsJSON

/** What the page works with on which sign-ins are approved. `compose` fills it; all of it is of the configuration in use. */
export type ApproveParts = {
  readonly prompts: () => PagePrompts
  /** Undefined where there are no passkeys. */
  readonly passkeys: () => SignatureJudge | undefined
  readonly authenticators: Pick<AuthenticatorStore, 'list'>
  /** The network, as people know it, else the address; undefined where the gateway tells none. */
  placeOf(address: string): string | undefined
}
