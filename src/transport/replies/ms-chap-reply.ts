import { randomBytes } from 'node:crypto'
import { type MsChapErrorCode, msChapError, msChapFailureText } from '../../mschap/index.ts'
import {
  type Attribute,
  type AttributeCipher,
  encodeVendorAttribute,
  integerAttribute,
  microsoft,
  microsoftType,
} from '../../radius/index.ts'
import type {
  Credential,
  MsChapCredential,
  MsChapSuccess,
  RejectReason,
} from '../../signin/index.ts'
import { cutToBytes } from '../../support/index.ts'

/** MS-MPPE-Encryption-Policy: encryption is allowed, not required (RFC 2548 2.4.4). */
const allowed = 1
/** MS-MPPE-Encryption-Types: keys of 40 and of 128 bits (RFC 2548 2.4.5). */
const keyTypes = 2 | 4

/** What proves the server, and the keys: an Accept that answers an MS-CHAP response (RFC 2548 2.3.3, 2.4). */
export function msChapSuccess(
  credential: Credential,
  success: MsChapSuccess | undefined,
  cipher: AttributeCipher,
): Attribute[] {
  if (credential.kind !== 'ms-chap' || success === undefined) return []
  if (success.version === 1) {
    // 8 bytes for LAN Manager's key, which no one has, 16 of ours, 8 of padding.
    const keys = Buffer.concat([new Uint8Array(8), success.ntKey, new Uint8Array(8)])
    return [...vendor(microsoftType.ChapMppeKeys, cipher.encrypt(keys, 'password')), ...mppe]
  }
  const { authenticatorResponse, receiveKey, sendKey } = success
  const proof = vendor(
    microsoftType.Chap2Success,
    withIdentifier(credential, authenticatorResponse),
  )
  if (receiveKey === undefined || sendKey === undefined) return proof
  return [...proof, ...sessionKeys({ receive: receiveKey, send: sendKey }, cipher), ...mppe]
}

/** MS-MPPE-Send-Key and -Recv-Key (RFC 2548 2.4.2, 2.4.3): 16 bytes each of MS-CHAP, 32 of EAP. */
export function sessionKeys(
  { receive, send }: { readonly receive: Uint8Array; readonly send: Uint8Array },
  cipher: AttributeCipher,
): Attribute[] {
  return [
    ...vendor(microsoftType.MppeSendKey, cipher.encrypt(send, 'salted')),
    ...vendor(microsoftType.MppeReceiveKey, cipher.encrypt(receive, 'salted')),
  ]
}

/**
 * What a peer of MS-CHAP is told of a Reject: nothing but "no", unless the password was right and the
 * person is told as much (RULES 9). A code that is absent here is "no".
 */
const codes: { readonly [Reason in RejectReason]?: MsChapErrorCode } = {
  'account-disabled': msChapError.accountDisabled,
  'account-expired': msChapError.accountDisabled,
  'account-restricted': msChapError.restrictedHours,
  'password-expired': msChapError.passwordExpired,
  'password-not-changed': msChapError.changingPassword,
  'not-enrolled': msChapError.noDialIn,
  'secret-seen': msChapError.noDialIn,
  'no-method-for-flow': msChapError.noDialIn,
}

/** A value of 247 bytes, less Ident and everything in the text but the message. */
const maxMessageBytes = 180

/** MS-CHAP-Error of a Reject (RFC 2548 2.1.4). It has to hold a fresh challenge, though R=0 lets no one answer it. */
export function msChapFailure(
  credential: Credential,
  { reason, message }: { readonly reason: RejectReason; readonly message: string },
): Attribute[] {
  if (credential.kind !== 'ms-chap') return []
  const { version } = credential
  const text = msChapFailureText({
    version,
    code: codes[reason] ?? msChapError.authenticationFailed,
    retry: false,
    challenge: randomBytes(version === 1 ? 8 : 16),
    message: cutToBytes(message, maxMessageBytes),
  })
  return vendor(microsoftType.ChapError, withIdentifier(credential, text))
}

const mppe: readonly Attribute[] = [
  ...vendorInteger(microsoftType.MppeEncryptionPolicy, allowed),
  ...vendorInteger(microsoftType.MppeEncryptionTypes, keyTypes),
]

function withIdentifier({ identifier }: MsChapCredential, text: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(identifier), Buffer.from(text)])
}

function vendorInteger(type: number, value: number): Attribute[] {
  return vendor(type, integerAttribute(type, value).value)
}

function vendor(type: number, value: Uint8Array): Attribute[] {
  return encodeVendorAttribute(microsoft, type, value)
}
