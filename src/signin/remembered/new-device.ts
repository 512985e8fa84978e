import type { RememberedPlace, User } from '../../accounts/index.ts'
import { formatMac } from '../../support/index.ts'
import { type Context, note, rememberBy } from '../context.ts'
import type { Notice, NoticeMethod } from '../ports/index.ts'
import { enrolledOf } from '../usable/choices.ts'

/** How long a provider may take; no one waits for it. */
const sendMs = 30_000

/**
 * Tells the person of this device, over the provider that the rule names. It does so where the rule wants it and the
 * device is new at every gateway. Gives how, once it is remembered. Waits for no provider.
 */
export async function noticeFor(
  context: Context,
  user: User,
  place: RememberedPlace,
): Promise<(() => void) | undefined> {
  const { attempt, parts } = context
  const method = rememberBy(context)?.tell
  const notices = method && parts.noticeMethods.get(method)
  if (notices === undefined || (await isKnown(context, place))) return undefined
  const found = (await enrolledOf(context, user)).find((each) => each.method === method)
  if (found === undefined || !('phone' in found || 'address' in found)) {
    note(context, 'new-device-not-told', { method: method ?? '' })
    return undefined
  }
  note(context, 'new-device-told', { method: found.method })
  const { texts } = parts
  const gateway = attempt.gateway.label
  const notice: Notice = {
    to: 'phone' in found ? found.phone : found.address,
    user: user.name,
    subject: texts.text('new-device-subject', user.language, { gateway }),
    text: texts.text('new-device', user.language, { device: nameOf(place.device), gateway }),
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
  notice: Notice,
): Promise<void> {
  const cancel = new AbortController()
  const timer = parts.wheel.at(parts.clock.nowMs() + sendMs, () => cancel.abort())
  const sent = await notices
    .tell(notice, cancel.signal)
    .catch((error: unknown) => ({ kind: 'failed' as const, detail: String(error) }))
  timer.cancel()
  if (sent.kind === 'sent') return
  parts.log.trouble({
    attemptId: attempt.id,
    what: 'new-device-not-told',
    detail: sent.detail,
    gateway: attempt.gateway.name,
    userName: notice.user,
  })
}

function nameOf({ kind, value }: RememberedPlace['device']): string {
  return kind === 'mac' ? formatMac(value) : value
}
