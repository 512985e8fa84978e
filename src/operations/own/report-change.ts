import type { PersonChange, PhoneNotice, ReportStop } from '../../accounts/index.ts'
import { type FraudStop, stopStranger, untilDone } from '../../signin/index.ts'
import type { AdminParts } from '../parts.ts'

/** What a report by a phone works with. `compose` fills it. */
export type ChangeReportParts = Pick<AdminParts, 'clock'> & {
  readonly store: Pick<
    AdminParts['store'],
    'accounts' | 'audit' | 'authenticators' | 'enrolmentCodes' | 'phoneNotices' | 'remembered'
  >
  /** As the file says; undefined: the change decides. */
  readonly onFraud: FraudStop | undefined
  /** Tells the person and the administrators. Returns at once and never throws. */
  onReport(userKey: string, change: ReportedChange): void
  /** Called when a report could not stop anything yet. */
  onStopFailed(error: unknown): void
}
export type ReportedChange = Extract<PersonChange, { readonly kind: 'change-reported' }>

/**
 * A person who made one of these could prove a second factor, or has one now: without prompts they can go on all the
 * same.
 */
const opensAWay: ReadonlySet<PersonChange['kind']> = new Set([
  'authenticator-added',
  'authenticator-removed',
  'phone-changed',
  'password-changed',
  'helpdesk-code-made',
  'unlocked',
  'bypass-given',
  'reset',
  'recovery-code-used',
])

/** What a phone shows as reported cannot be reported again; a report cannot be reported either. */
export function isReportable({ kind, reportedAtMs }: PhoneNotice): boolean {
  return reportedAtMs === undefined && kind !== 'reported' && kind !== 'change-reported'
}

/**
 * "This was not me", about a change, signed by one of the person's phones (PEOPLE R7, R13). Bypass, codes of the helpdesk,
 * remembered devices and sessions end, and the account is blocked where the change opens a way in, unless the file says
 * otherwise. `holdfast user unlock` ends it. Undefined where it is reported already, or is not there.
 */
export async function reportChange(
  parts: ChangeReportParts,
  phone: { readonly id: string; readonly userKey: string },
  noticeId: string,
): Promise<ReportStop | undefined> {
  const { clock, onFraud, onReport, onStopFailed, store } = parts
  const { userKey } = phone
  const shown = await store.phoneNotices.list(userKey, clock.nowMs())
  const known = shown.find(({ id }) => id === noticeId)
  if (known === undefined || !isReportable(known)) return undefined
  const isOpening = opensAWay.has(known.kind)
  const stopped =
    (await untilDone(
      clock,
      async () => {
        await store.accounts.endBypass(userKey)
        await store.enrolmentCodes.remove(userKey)
        const stop = onFraud ?? (isOpening ? 'account' : undefined)
        return stopStranger({ ...store, clock, onFraud: stop }, userKey)
      },
      onStopFailed,
    )) ?? 'not-yet'
  // A report is kept only once it has stopped something: if the process ends before, the phone can report again.
  const isDone = stopped !== 'not-yet'
  if (isDone && !(await store.phoneNotices.report(userKey, noticeId, clock.nowMs()))) {
    return undefined
  }
  const { atMs: madeAtMs, text } = known
  onReport(userKey, { kind: 'change-reported', text, madeAtMs, stopped })
  await store.audit.alert({
    ...{ atMs: clock.nowMs(), kind: 'own-change-reported', userKey },
    detail: {
      change: known.kind,
      madeAt: new Date(madeAtMs).toISOString(),
      by: phone.id,
      stopped,
    },
  })
  return stopped
}
