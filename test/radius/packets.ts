import {
  type Attribute,
  createSharedSecret,
  decodePacket,
  encodeRequest,
  type RequestToSend,
  type SharedSecret,
  type VerifiedRequest,
  verifyRequest,
} from '../../src/radius/index.ts'

export const secret: SharedSecret = createSharedSecret('xyzzy5461')
export const lenient = { requireMessageAuthenticator: false, limitProxyState: false }

/** A verified request as a gateway would have sent it. */
export function verifiedRequest(
  request: Partial<RequestToSend> = {},
  shared: SharedSecret = secret,
): VerifiedRequest {
  const { bytes } = encodeRequest({ code: 1, identifier: 7, attributes: [], ...request }, shared)
  const verification = verifyRequest(decodePacket(bytes), shared, lenient)
  if (!verification.ok) throw new Error(verification.reason)
  return verification.request
}

export function attribute(type: number, value: string | Uint8Array): Attribute {
  return { type, value: Buffer.from(value) }
}

/** What a function throws, if it is ours. */
export function codeOf(run: () => unknown): string | undefined {
  try {
    run()
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code)
    throw error
  }
  return undefined
}
