import type { X509Certificate } from 'node:crypto'
import type { Clock } from '../../support/index.ts'
import { isIssuedBy } from './chain.ts'
import type { OcspStatus } from './ocsp-response.ts'

/** Whether a certificate was revoked. `unknown`: no one could say. Never rejects. */
export type AskStatus = (certificate: X509Certificate) => Promise<OcspStatus['status']>

/** Posts a request to a responder and gives its answer. Rejects where there is none in time. */
export type PostOcsp = (url: string, request: Uint8Array) => Promise<Uint8Array>

export type OcspOptions = {
  /** Those who issue certificates: a responder is believed only about certificates of its own authority. */
  readonly authorities: readonly X509Certificate[]
  readonly post: PostOcsp
  readonly clock: Clock
}

/** An answer may be good for a week; someone who is locked out must not wait for so long. */
const maxRememberedMs = 600_000
const maxRemembered = 10_000

/**
 * Asks the responder that a certificate names (RFC 6960), and remembers what it says for ten minutes at most. Nothing
 * on the way to it is believed: answers are signed.
 */
export function createOcsp({ authorities, post, clock }: OcspOptions): AskStatus {
  const remembered = new Map<string, OcspStatus>()
  // The library takes long to load. It does so while the service starts, so that no device waits for it.
  const messages = loadMessages()
  // A library that cannot be loaded must not end the service: each question fails, and so the device is refused.
  messages.catch(() => undefined)

  function remember(fingerprint: string, { status, untilMs }: OcspStatus, nowMs: number): void {
    const [oldest] = remembered.keys()
    if (remembered.size >= maxRemembered && oldest !== undefined) remembered.delete(oldest)
    remembered.set(fingerprint, { status, untilMs: Math.min(untilMs, nowMs + maxRememberedMs) })
  }

  async function ask(certificate: X509Certificate): Promise<OcspStatus | undefined> {
    const url = responderOf(certificate)
    const issuer = authorities.find((authority) => isIssuedBy(certificate, authority))
    if (url === undefined || issuer === undefined) return undefined
    const { certificateId, encodeOcspRequest, readOcspResponse } = await messages
    const id = certificateId(certificate, issuer)
    if (id === undefined) return undefined
    const response = await post(url, encodeOcspRequest(id))
    return readOcspResponse(response, id, clock.nowMs())
  }

  return async (certificate) => {
    const { fingerprint256 } = certificate
    const nowMs = clock.nowMs()
    const known = remembered.get(fingerprint256)
    if (known !== undefined && known.untilMs > nowMs) return known.status
    remembered.delete(fingerprint256)
    const status = await ask(certificate).catch(() => undefined)
    if (status === undefined) return 'unknown'
    remember(fingerprint256, status, nowMs)
    return status.status
  }
}

async function loadMessages() {
  const [request, response] = await Promise.all([
    import('./ocsp-request.ts'),
    import('./ocsp-response.ts'),
  ])
  return { ...request, ...response }
}

/** From the authority information access (RFC 5280 4.2.2.1), in the words of Node. */
function responderOf({ infoAccess }: X509Certificate): string | undefined {
  return /^OCSP - URI:(https?:\S+)$/m.exec(infoAccess ?? '')?.[1]
}
