import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'
import type { NewAuthenticator, PasskeyAuthenticator, PasskeyUse } from '../../accounts/index.ts'
import { constantTimeEqual } from '../../support/index.ts'
import type { RegistrationResponse, SignatureResponse } from './responses.ts'

/**
 * Whom passkeys are made for (WebAuthn's relying party). All of it comes from the file, and none of it from a request.
 */
export type RelyingParty = {
  /** Host name of the portal: a passkey works there and nowhere else. */
  readonly host: string
  /** As the browser's dialogue shows it. */
  readonly name: string
  /** Origin of the portal: `https://mfa.example.com`. */
  readonly origin: string
}

/** The person as a new passkey keeps them. */
export type PasskeyOwner = {
  readonly key: string
  readonly name: string
  readonly displayName: string
  /** 32 random bytes. */
  readonly userHandle: Uint8Array
  /** What they have already: a device makes no second one. */
  readonly existing: readonly PasskeyAuthenticator[]
}

export type NewPasskey = Extract<NewAuthenticator, { readonly method: 'passkey' }>

/** Options for browsers, and what browsers answer. A wrong answer is undefined: which of its checks failed is told to no one. */
export type Passkeys = {
  readonly host: string
  registrationOptions(owner: PasskeyOwner): Promise<PublicKeyCredentialCreationOptionsJSON>
  /** `challenge`: of the options, in base64url. */
  verifyRegistration(
    response: RegistrationResponse,
    challenge: string,
    userKey: string,
  ): Promise<NewPasskey | undefined>
  /** `challenge`: 32 bytes. `allowed`: which passkeys may sign; undefined: any that the browser offers. */
  requestOptions(
    challenge: Uint8Array,
    allowed?: readonly PasskeyAuthenticator[],
  ): Promise<PublicKeyCredentialRequestOptionsJSON>
  /** The signature must be over `challenge`, with the user verified. `userHandle`: of the person whose passkey it is. */
  verifySignature(
    response: SignatureResponse,
    expected: {
      readonly challenge: Uint8Array
      readonly passkey: PasskeyAuthenticator
      readonly userHandle: Uint8Array | undefined
    },
    nowMs: number,
  ): Promise<PasskeyUse | undefined>
}

/** EdDSA, ES256, RS256. Without this list Node 24 offers ML-DSA, which no device has. */
const algorithms = [-8, -7, -257]
/** As long as what is pending lasts. */
const timeoutMs = 600_000

export function createPasskeys({ host, name, origin }: RelyingParty): Passkeys {
  // Loaded only where someone uses one.
  const library = () => import('@simplewebauthn/server')

  return {
    host,

    async registrationOptions({ name: userName, displayName, userHandle, existing }) {
      const { generateRegistrationOptions } = await library()
      return generateRegistrationOptions({
        rpName: name,
        rpID: host,
        userName,
        userDisplayName: displayName,
        userID: new Uint8Array(userHandle),
        attestationType: 'none',
        excludeCredentials: existing.map(describe),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        supportedAlgorithmIDs: algorithms,
        timeout: timeoutMs,
      })
    },

    async verifyRegistration(response, challenge, userKey) {
      if (isCrossOrigin(response.response.clientDataJSON)) return undefined
      const { verifyRegistrationResponse } = await library()
      const verified = await verifyRegistrationResponse({
        response: { ...response, response: withoutUndefined(response.response) },
        expectedChallenge: challenge,
        expectedOrigin: origin,
        expectedRPID: host,
        requireUserVerification: true,
        supportedAlgorithmIDs: algorithms,
      } as Parameters<typeof verifyRegistrationResponse>[0]).catch(() => undefined)
      if (verified?.verified !== true) return undefined
      const { aaguid, credential, credentialBackedUp, credentialDeviceType } =
        verified.registrationInfo
      return {
        ...{ method: 'passkey', userKey, label: '', aaguid },
        credentialId: credential.id,
        publicKey: credential.publicKey,
        signCount: credential.counter,
        transports: credential.transports ?? [],
        isDeviceBound: credentialDeviceType === 'singleDevice',
        isBackedUp: credentialBackedUp,
      }
    },

    async requestOptions(challenge, allowed) {
      const { generateAuthenticationOptions } = await library()
      return generateAuthenticationOptions({
        rpID: host,
        challenge: new Uint8Array(challenge),
        userVerification: 'required',
        timeout: timeoutMs,
        ...(allowed === undefined ? {} : { allowCredentials: allowed.map(describe) }),
      })
    },

    async verifySignature(response, { challenge, passkey, userHandle }, nowMs) {
      const { clientDataJSON, userHandle: handle } = response.response
      if (isCrossOrigin(clientDataJSON) || response.id !== passkey.credentialId) return undefined
      if (handle !== undefined && !isHandleOf(handle, userHandle)) return undefined
      const { verifyAuthenticationResponse } = await library()
      const { credentialId: id, publicKey, signCount: counter } = passkey
      const verified = await verifyAuthenticationResponse({
        response,
        expectedChallenge: Buffer.from(challenge).toString('base64url'),
        expectedOrigin: origin,
        expectedRPID: host,
        credential: { id, publicKey: new Uint8Array(publicKey), counter },
        requireUserVerification: true,
      } as Parameters<typeof verifyAuthenticationResponse>[0]).catch(() => undefined)
      if (verified?.verified !== true) return undefined
      const { credentialBackedUp: isBackedUp, newCounter } = verified.authenticationInfo
      return { signCount: newCounter, isBackedUp, atMs: nowMs }
    },
  }
}

function describe({ credentialId: id, transports }: PasskeyAuthenticator) {
  return { id, ...(transports.length === 0 ? {} : { transports: transports as Transports }) }
}

type Transports = NonNullable<RegistrationResponse['response']['transports']>

function withoutUndefined({ transports, ...rest }: RegistrationResponse['response']) {
  return transports === undefined ? rest : { ...rest, transports }
}

/** A page of ours in a frame of another site. Browsers tell it at a registration too, and the library does not look. */
function isCrossOrigin(clientDataJSON: string): boolean {
  try {
    const data = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString())
    return data.crossOrigin === true || data.topOrigin !== undefined
  } catch {
    return true
  }
}

function isHandleOf(text: string, userHandle: Uint8Array | undefined): boolean {
  return userHandle !== undefined && constantTimeEqual(Buffer.from(text, 'base64url'), userHandle)
}
