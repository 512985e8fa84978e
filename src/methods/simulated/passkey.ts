import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { SignatureResponse } from '../passkeys/responses.ts'

/** A passkey that is played. */
export type SimulatedPasskey = {
  /** Base64url. */
  readonly credentialId: string
  /** As COSE_Key. */
  readonly publicKey: Uint8Array
  /** Signs as a browser at this address does (WebAuthn level 3, 7.2). */
  sign(
    challenge: Uint8Array,
    at: { readonly host: string; readonly origin: string },
  ): SignatureResponse
}

/** The user is there and verified; the key is synced, and is so now (6.1). */
const flags = 0x01 | 0x04 | 0x08 | 0x10

export function createSimulatedPasskey(): SimulatedPasskey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const credentialId = text(randomBytes(32))
  return {
    credentialId,
    publicKey: coseKey(publicKey),
    sign(challenge, { host, origin }) {
      const said = { type: 'webauthn.get', challenge: text(challenge), origin, crossOrigin: false }
      const client = Buffer.from(JSON.stringify(said))
      const party = createHash('sha256').update(host).digest()
      const data = Buffer.concat([party, Buffer.of(flags), Buffer.alloc(4)])
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()])
      return {
        ...{
          id: credentialId,
          rawId: credentialId,
          type: 'public-key',
          clientExtensionResults: {},
        },
        response: {
          clientDataJSON: text(client),
          authenticatorData: text(data),
          signature: text(sign('sha256', signed, privateKey)),
        },
      }
    },
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}

/** ES256 on P-256 (RFC 9052 7): { 1: 2, 3: -7, -1: 1, -2: x, -3: y }. */
function coseKey(key: KeyObject): Uint8Array {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return new Uint8Array([
    ...[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20],
    ...Buffer.from(x, 'base64url'),
    ...[0x22, 0x58, 0x20],
    ...Buffer.from(y, 'base64url'),
  ])
}
