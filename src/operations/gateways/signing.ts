import { counted, dayMs } from '../../support/index.ts'
import { formatDay, formatMoment } from '../moments.ts'

/** Requests of one kind: how many, the first and the last, milliseconds since 1970. */
export type Seen = { readonly count: number; readonly firstMs: number; readonly lastMs: number }

/**
 * What the requests of a gateway were like: without EAP (people and devices by MAC address) with Message-Authenticator,
 * without, or with one that does not fit our secret; and those with EAP. An attacker who can forge its address can add
 * to `unsigned` and `misfit`.
 */
export type SigningCounts = {
  readonly signed?: Seen
  readonly unsigned?: Seen
  readonly misfit?: Seen
  /** With EAP: RFC 3579 has always asked for it, so that these say nothing about CVE-2024-3596. */
  readonly eap?: Seen
}

/** Whether a gateway sends Message-Authenticator, and what is asked of it (CVE-2024-3596). */
export type SigningStatus = {
  readonly mode: 'required' | 'learn' | 'optional'
  /** `learn`: whether it has sent one, and so must. */
  readonly learnt: boolean
  /** The last day of `learn` or `optional`, and when that is over. */
  readonly until?: { readonly day: string; readonly endsMs: number }
  readonly counts: SigningCounts
  /** How it comes to send Message-Authenticator: words to forward to the one who runs it. */
  readonly howTo: string
}

export type SigningVerdict = {
  readonly state: 'ok' | 'warning' | 'failed'
  readonly detail: string
  readonly remedy: string
}

/** What has not happened for so long is left out. */
const recentMs = 7 * dayMs
/** An exception that ends sooner than this, with the gateway not ready, is an alarm. */
const lastDays = 7

/** The condition for `learn`, which comes with that setting. */
const exception = 'Until then, if it has single addresses to itself: message_authenticator: learn.'

/** Whether requests without Message-Authenticator are dropped at this moment. */
export function isRequired({ mode, learnt, until }: SigningStatus, nowMs: number): boolean {
  return mode === 'required' || learnt || (until !== undefined && nowMs >= until.endsMs)
}

/** Days that are left before it is required; undefined where no day is set, 0 on the last one. */
export function daysLeft({ until }: SigningStatus, nowMs: number): number | undefined {
  return until === undefined ? undefined : Math.floor((until.endsMs - nowMs) / dayMs)
}

/** What an administrator should know and do, as a row of `check` says it. */
export function judgeSigning(status: SigningStatus, nowMs: number): SigningVerdict {
  const { eap, signed, unsigned, misfit } = status.counts
  const lastMs = Math.max(signed?.lastMs ?? 0, unsigned?.lastMs ?? 0, eap?.lastMs ?? 0)
  if (misfit !== undefined && misfit.lastMs > lastMs) {
    const worksToo = nowMs - lastMs < recentMs
    return {
      state: worksToo ? 'warning' : 'failed',
      detail: `its Message-Authenticator does not fit: the shared secrets differ (${seen(misfit)})`,
      remedy:
        'Set the same secret on both sides. If its sign-ins work, something else sends from its address.',
    }
  }
  return isRequired(status, nowMs) ? judgeRequired(status, nowMs) : judgeExcepted(status, nowMs)
}

function judgeRequired({ counts, howTo, mode }: SigningStatus, nowMs: number): SigningVerdict {
  const { signed, unsigned } = counts
  if (unsigned !== undefined && unsigned.lastMs > (signed?.lastMs ?? 0)) {
    return {
      state: 'failed',
      detail: `sends no Message-Authenticator, and so gets no answer (${seen(unsigned)})`,
      remedy: mode === 'required' ? `${howTo} ${exception}` : howTo,
    }
  }
  if (unsigned !== undefined && nowMs - unsigned.lastMs < recentMs) {
    return {
      state: 'warning',
      detail: `some requests come without Message-Authenticator, and get no answer (${seen(unsigned)})`,
      remedy: `Is there a second machine at this address? ${howTo}`,
    }
  }
  const detail =
    signed === undefined
      ? `Message-Authenticator is required; ${nothingPlain(counts)}`
      : `every request carries Message-Authenticator (${seen(signed)})`
  return { state: 'ok', detail, remedy: '' }
}

function judgeExcepted(status: SigningStatus, nowMs: number): SigningVerdict {
  const { counts, howTo, mode, until } = status
  const { signed, unsigned } = counts
  const isUnsigned = unsigned !== undefined && nowMs - unsigned.lastMs < recentMs
  if (signed !== undefined && !isUnsigned) {
    return {
      state: 'warning',
      detail: `every request carries Message-Authenticator by now (${seen(signed)})`,
      remedy: 'Nothing is left to patch: set message_authenticator: required.',
    }
  }
  const left = daysLeft(status, nowMs)
  const end =
    until === undefined
      ? ''
      : `; after ${until.day} it gets no answer, ${left === 0 ? 'that is today' : `days left: ${left}`}`
  const what =
    unsigned === undefined
      ? `message_authenticator is ${mode}, and ${nothingPlain(counts)}`
      : `${signed === undefined ? 'sends' : 'often sends'} no Message-Authenticator, so that its answers can be forged (${seen(unsigned)})`
  const isAlarm = unsigned !== undefined && left !== undefined && left < lastDays
  return { state: isAlarm ? 'failed' : 'warning', detail: `${what}${end}`, remedy: howTo }
}

/** Where no request has shown what the gateway does without EAP. */
function nothingPlain({ eap }: SigningCounts): string {
  return eap === undefined
    ? 'no request came yet'
    : `only requests with EAP came, which always carry it (${seen(eap)})`
}

function seen({ count, firstMs, lastMs }: Seen): string {
  return `${counted(count, 'request')} since ${formatDay(firstMs)}, the last ${formatMoment(lastMs)}`
}
