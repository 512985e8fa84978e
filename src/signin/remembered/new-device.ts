import type { RememberedPlace, User } from '../../accounts/index.ts'
import { formatMac } from '../../support/index.ts'
import { type Context, note, rememberBy } from '../context.ts'
import type { NewDeviceNotice, NoticeMethod } from '../ports/index.ts'
import { enrolledOf } from '../usable/choices.ts'

/** How long a provider may take; nobody waits for it. */
const sendMs = 30_000

/**
 * Tells the person of this device, over the provider that the rule names, where the rule wants it and nothing
 * is known of the device at whichever gateway: gives how, once it is remembered. Waits for no provider.
 */
export async function noticeFor(
  context: Context,
  user: User,
  place: RememberedPlace,
): Promise<(() => void) | undefined> {
  const { attempt, parts } = context
  const method = rememberBy(context)?.tell
  const notices = method && parts.notices.get(method)
  if (notices === undefined || (await isKnown(context, place))) return undefined
  const found = (await enrolledOf(context, user)).find((each) => each.method === method)
  if (found === undefined || !('phone' in found || 'address' in found)) {
    note(context, 'new-device-not-told', { method: method ?? '' })
    return undefined
  }
  note(context, 'new-device-told', { method: found.method })
  const notice = {
    user,
    authenticator: found,
    language: user.language,
    gateway: attempt.gateway.label,
    device: nameOf(place.device),
  }
  return () => void send(context, notices, notice)
}

async function isKnown({ parts }: Context, { device, userKey }: RememberedPlace): Promise<boolean> {
  const known = await parts.remembered.list(userKey, 0)
  return known.some(
    (each) => each.device.kind === device.kind && each.device.value === device.value,
  )
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
