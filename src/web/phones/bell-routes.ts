import { ECDH } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { PushSubscription } from '../../accounts/index.ts'
import { type PhoneBell, phoneBellRequest } from '../people/contract.ts'
import type { PortalServer } from '../people/parts.ts'
import type { PhoneParts } from './ports.ts'

/** Lengths of a browser's key and of its secret (RFC 8291). */
const keyBytes = 65
const authBytes = 16

/** Where a phone gets its notifications: by the signature of its key, and by nothing else (PEOPLE R14). */
export function addBell(server: PortalServer, parts: PhoneParts): void {
  const { bells, clock, phones, subscribe } = parts
  server.post(
    '/api/phone/bell',
    { config: { access: 'open' }, schema: { body: phoneBellRequest } },
    async (request): Promise<PhoneBell> => {
      const { atMs, phone: id, signature } = request.body
      const subscription = readSubscription(request.body.subscription)
      const phone = await phones.bell({
        ...{ phone: id, atMs, subscription },
        signature: bytesOf(signature),
      })
      if (phone === 'clock') return { step: 'clock', nowMs: clock.nowMs() }
      if (phone === undefined) return { step: 'unknown' }
      const known = bells()
      const common = {
        step: 'known',
        ...(known === undefined ? {} : { key: Buffer.from(known.key).toString('base64url') }),
        ...(phone.unsubscribedMs === undefined ? {} : { lost: true as const }),
      } as const
      if (subscription === undefined) {
        if (phone.subscription !== undefined) await subscribe(id, undefined)
        return { ...common, state: 'none' }
      }
      if (known?.mayReach(subscription.endpoint) !== true || !isWhole(subscription)) {
        return { ...common, state: 'refused' }
      }
      if (isDeepStrictEqual(subscription, phone.subscription)) return { ...common, state: 'kept' }
      const kept = await subscribe(id, subscription)
      return kept === 'gone' ? { step: 'unknown' } : { ...common, state: kept }
    },
  )
}

function readSubscription(
  said: { readonly endpoint: string; readonly p256dh: string; readonly auth: string } | undefined,
): PushSubscription | undefined {
  if (said === undefined) return undefined
  const { auth, endpoint, p256dh } = said
  return { endpoint, p256dh: bytesOf(p256dh), auth: bytesOf(auth) }
}

function isWhole({ auth, p256dh }: PushSubscription): boolean {
  return p256dh.length === keyBytes && auth.length === authBytes && isPoint(p256dh)
}

/** Nothing can be sealed for a key that is not a point of the curve, and it would look as if the push service failed. */
function isPoint(key: Uint8Array): boolean {
  try {
    ECDH.convertKey(key, 'prime256v1')
    return key[0] === 4
  } catch {
    return false
  }
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64url'))
}
