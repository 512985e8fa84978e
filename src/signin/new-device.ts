import type { RememberedPlace, User } from '../accounts/index.ts'
import { formatMac } from '../support/index.ts'
import { enrolledOf } from './choices.ts'
import { type Context, note, rememberBy } from './context.ts'
import type { NewDeviceNotice, NoticeMethod } from './ports.ts'

/** How long a carrier may take; nobody waits for it. */
const sendMs = 30_000

/**
 * Whether the person is to be told of this device: the rule wants it, and nothing is known of the device,
 * at whichever gateway. To be asked before it is remembered.
 */
export async function isToBeTold(context: Context, place: RememberedPlace): Promise<boolean> {
  if (rememberBy(context)?.tell === undefined) return false
  const known = await context.parts.remembered.list(place.userKey, 0)
  return known.every(
    ({ device }) => device.kind !== place.device.kind || device.value !== place.device.value,
  )
}

/** Tells the person, over the carrier that the rule names. Waits for no carrier. */
export async function tellNewDevice(
  context: Context,
  user: User,
  place: RememberedPlace,
): Promise<void> {
  const { attempt, parts } = context
  const method = rememberBy(context)?.tell
  const notices = method && parts.notices.get(method)
  if (notices === undefined) return
  const found = (await enrolledOf(context, user)).find((each) => each.method === method)
  if (found === undefined || !('phone' in found || 'address' in found)) {
    return note(context, 'new-device-not-told', { method: method ?? '' })
  }
  note(context, 'new-device-told', { method: found.method })
  void send(context, notices, {
    user,
    authenticator: found,
    language: user.language,
    gateway: attempt.gateway.label,
    device: nameOf(place.device),
  })
}

async function send(
  { attempt, parts }: Context,
  notices: NoticeMethod,
  notice: NewDeviceNotice,
): Promise<void> {
  const cancel = new AbortController()
  const timer = parts.wheel.at(parts.clock.nowMs() + sendMs, () => cancel.abort())
  const sent = await notices
    .tellNewDevice(notice, cancel.signal)
    .catch((error: unknown) => ({ kind: 'failed' as const, detail: String(error) }))
  timer.cancel()
  if (sent.kind === 'sent') return
  parts.log.trouble({
    attemptId: attempt.id,
    what: 'new-device-not-told',
    detail: sent.detail,
    gateway: attempt.gateway.name,
    userName: notice.user.name,
  })
}

function nameOf({ kind, value }: RememberedPlace['device']): string {
  return kind === 'mac' ? formatMac(value) : value
}
