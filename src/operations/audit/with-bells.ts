import type { KeptReceipt, RungBell } from '../../accounts/index.ts'
import type { AuditEntry, Store } from '../../store/index.ts'

/** A notification is tried for as long as its prompt waits, which may be longer than the packet that began it. */
const laterMs = 60_000

type WhatPhonesGot = {
  readonly bells: Pick<Store['bells'], 'list'>
  readonly receipts: Pick<Store['receipts'], 'list'>
}

/**
 * Adds to the steps of a sign-in what push services have said of its notifications, and what the phones have said that
 * they show: both are added, and change nothing in it.
 */
export async function withBells(
  { bells, receipts }: WhatPhonesGot,
  entry: AuditEntry,
): Promise<AuditEntry> {
  const { endedAtMs, startedAtMs, timeline, userKey } = entry
  const asked = timeline.find(({ what, detail }) => what === 'prompt' && detail?.method === 'push')
  if (asked === undefined || userKey === undefined) return entry
  const untilMs = endedAtMs + laterMs
  const rung = await bells.list(userKey, startedAtMs, untilMs)
  const said = await receipts.list(userKey, startedAtMs)
  const steps =
    rung.length === 0 ? [{ atMs: asked.atMs, what: 'no-notification' }] : rung.map(stepOf)
  const shown = said.flatMap(stepsOf).filter(({ atMs }) => atMs < untilMs)
  const all = [...timeline, ...steps, ...shown].sort((one, other) => one.atMs - other.atMs)
  return { ...entry, timeline: all }
}

function stepOf({ answer, atMs, phoneId, service }: RungBell) {
  return { atMs, what: 'notification', detail: { service, answer, phone: phoneId } }
}

/** What the phone has signed: the answer itself is among the steps already. */
function stepsOf({ openedAtMs, phoneId: phone, shownAtMs }: KeptReceipt) {
  const step = (what: string, atMs: number | undefined) =>
    atMs === undefined ? [] : [{ atMs, what, detail: { phone } }]
  return [...step('phone-showed', shownAtMs), ...step('phone-opened', openedAtMs)]
}
