import { randomBytes } from 'node:crypto'
import { encryptPassword } from './ciphers/user-password.ts'
import { RadiusError } from './errors.ts'
import { attributeType, headerLength, maxPacketLength } from './numbers.ts'
import { type Attribute, attributesLength, writeAttribute, writeHeader } from './packet.ts'
import { reserveMessageAuthenticator, type SentRequest, signFirst } from './reply.ts'
import { writePacketHash, zeros16 } from './signatures/authenticators.ts'
import type { SharedSecret } from './signatures/shared-secret.ts'
import { isHashed } from './verify-request.ts'

export type RequestToSend = {
  readonly code: number
  /** 0..255, not in use towards the same server. */
  readonly identifier: number
  readonly attributes: readonly Attribute[]
  /** Becomes User-Password after the other attributes; 0..128 bytes, text as UTF-8. */
  readonly password?: string | Uint8Array
  /** Left out only to play an old gateway. Default true: it comes first. */
  readonly messageAuthenticator?: boolean
  /** 16 unpredictable bytes; default from the system. Not used where the field is a hash. */
  readonly authenticator?: Uint8Array
}

export type EncodedRequest = SentRequest & { readonly bytes: Buffer }

/**
 * Makes a request: for test tools, `try`, and upstream servers. Throws RadiusError
 * `request-too-large` above 4096 bytes and `value-invalid` for what cannot be written.
 */
export function encodeRequest(request: RequestToSend, secret: SharedSecret): EncodedRequest {
  const { identifier } = request
  if (!Number.isInteger(identifier) || identifier < 0 || identifier > 255) {
    throw new RadiusError('value-invalid', `identifier ${identifier}`, { identifier })
  }
  const hashed = isHashed(request.code)
  const seed = hashed ? zeros16 : (request.authenticator ?? randomBytes(16))
  if (seed.length !== 16) throw new RadiusError('value-invalid', 'authenticator is not 16 bytes')
  const signed = request.messageAuthenticator ?? true
  const attributes = [...request.attributes]
  if (request.password !== undefined) {
    const clear = Buffer.from(request.password)
    const value = encryptPassword(clear, secret, seed)
    attributes.push({ type: attributeType.UserPassword, value })
  }

  const length = headerLength + (signed ? 18 : 0) + attributesLength(attributes)
  if (length > maxPacketLength) {
    throw new RadiusError('request-too-large', `request of ${length} bytes`, { length })
  }
  const bytes = Buffer.alloc(length)
  writeHeader(bytes, request.code, identifier)
  bytes.set(seed, 4)
  let at = signed ? reserveMessageAuthenticator(bytes) : headerLength
  for (const attribute of attributes) at = writeAttribute(bytes, at, attribute)
  if (signed) signFirst(bytes, seed, secret)
  if (hashed) writePacketHash(bytes, zeros16, secret, bytes, 4)
  return {
    bytes,
    identifier,
    authenticator: bytes.subarray(4, headerLength),
    secret,
  }
}
