import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'
import type { AcceptedPasskeys } from '../../../people/contract.ts'

// Loaded when someone uses a passkey: the first paint waits for less.
const library = () => import('@simplewebauthn/browser')

/** Whether this browser has passkeys at all, at an address of ours. */
export function hasPasskeys(): boolean {
  return window.isSecureContext && typeof window.PublicKeyCredential === 'function'
}

/** Asks the device for a new passkey. Undefined where the person, or the device, has stopped it. */
export async function createPasskey(
  options: PublicKeyCredentialCreationOptionsJSON,
): Promise<object | undefined> {
  const { startRegistration } = await library()
  return unlessStopped(startRegistration({ optionsJSON: options }))
}

/** Asks the device for a signature. Undefined where the person, or the device, has stopped it. */
export async function signByPasskey(
  options: PublicKeyCredentialRequestOptionsJSON,
): Promise<object | undefined> {
  const { startAuthentication } = await library()
  return unlessStopped(startAuthentication({ optionsJSON: options }))
}

/** Whether the browser can offer passkeys in the field for the name. */
export async function canOfferInField(): Promise<boolean> {
  const { browserSupportsWebAuthnAutofill } = await library()
  return hasPasskeys() && (await browserSupportsWebAuthnAutofill())
}

/** Offers passkeys in the field for the name, until something else asks for one. */
export async function offerInField(
  options: PublicKeyCredentialRequestOptionsJSON,
): Promise<object | undefined> {
  const { startAuthentication } = await library()
  return unlessStopped(startAuthentication({ optionsJSON: options, useBrowserAutofill: true }))
}

/** Ends an offer in a field that is no longer there. */
export async function endOffer(): Promise<void> {
  const { WebAuthnAbortService } = await library()
  WebAuthnAbortService.cancelCeremony()
}

/** Tells the device which passkeys are still valid, so that it offers no removed one. Not every browser can. */
export async function tellAccepted(accepted: AcceptedPasskeys): Promise<void> {
  const { sendSignal } = await library()
  const { rpId: rpID, userHandle: userID, credentialIds } = accepted
  const allAcceptedCredentialIDs = [...credentialIds]
  await sendSignal({
    ...{ signalName: 'allAcceptedCredentials', rpID, userID, allAcceptedCredentialIDs },
  }).catch(() => undefined)
}

/** Browsers say little about the cause: cancelled, no such passkey and out of time look the same. */
async function unlessStopped<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
}
