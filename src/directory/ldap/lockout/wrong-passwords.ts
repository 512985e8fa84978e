import type { Entry } from 'ldapts'
import { textValue } from '../entries/entry.ts'
import { fileTimeMs } from '../entries/moments.ts'
import type { DomainLockout, LockoutPolicy } from './policy.ts'

/** How one controller counts a person's wrong passwords. Times by its clock, 0 for never. */
export type WrongPasswords = {
  /** In a row; undefined where the account may not read it, or it was never set: not 0 (RULES 29). */
  readonly count: number | undefined
  readonly lastMs: number
  readonly lockedSinceMs: number
  /** DN of the fine-grained policy, in lower case. */
  readonly fineGrained: string | undefined
}

export const wrongPasswordAttributes: readonly string[] = [
  'badPwdCount',
  'badPasswordTime',
  'lockoutTime',
]
/** The directory works it out from all groups of a person: asked for only where there are such policies. */
export const fineGrainedAttribute = 'msDS-ResultantPSO'

export function readWrongPasswords(entry: Entry): WrongPasswords {
  const text = textValue(entry, 'badPwdCount') ?? ''
  const count = /^\d{1,9}$/.test(text) ? Number(text) : undefined
  const lastMs = fileTimeMs(textValue(entry, 'badPasswordTime')) ?? 0
  return {
    // A count without its moment tells nothing about the present.
    count: count === 0 || lastMs > 0 ? count : undefined,
    lastMs,
    lockedSinceMs: fileTimeMs(textValue(entry, 'lockoutTime')) ?? 0,
    fineGrained: textValue(entry, fineGrainedAttribute)?.toLowerCase(),
  }
}

/** The wrong passwords we have seen ourselves, since the last right one. */
export type OwnCount = {
  readonly count: number
  readonly lastMs: number
  /** The controller that they went to, where several processes may use different ones; '' for several of them. */
  readonly server?: string
}

export type Judgement =
  | { readonly kind: 'go' }
  /** The next wrong password could lock the account. `untilMs`: when the count begins again, by our clock. */
  | {
      readonly kind: 'stop'
      readonly wrong: number
      readonly threshold: number
      readonly untilMs: number
    }

const go: Judgement = { kind: 'go' }

/** The time in rootDSE is at most a second old, and so is what we derive from it. */
const clockSlackMs = 2_000

/**
 * What is taken for policies that the account may not read: as strict as they commonly are. No one knows how long a
 * lock lasts, so only the count decides.
 */
export const assumed = {
  domain: { threshold: 5, windowMs: 30 * 60_000, durationMs: 0 },
  fineGrained: { threshold: 3, windowMs: 30 * 60_000, durationMs: 0 },
} as const satisfies Record<string, LockoutPolicy>

/**
 * Whether one more wrong password is safe: the last that Active Directory would count is left to the person's own
 * computer. Where the count is hidden from us, our own is used. In this case, and where the policy is hidden, one more
 * try is kept back (RULES 29). `nowMs` by our clock, `own` as well.
 */
export function judgeWrongPasswords(
  { policy: ofDomain, fineGrained, clockAheadMs }: DomainLockout,
  seen: WrongPasswords | undefined,
  own: OwnCount,
  nowMs: number,
): Judgement {
  const special = seen?.fineGrained
  const known = special === undefined ? ofDomain : fineGrained?.get(special)
  const policy = known ?? (special === undefined ? assumed.domain : assumed.fineGrained)
  if (policy.threshold === 0) return go
  if (seen?.count === undefined) {
    return judgeCount(policy, own.count, own.lastMs, nowMs, policy.threshold - 2)
  }
  // It says so itself, and counts nothing meanwhile.
  if (isLocked(policy, seen.lockedSinceMs, nowMs + clockAheadMs)) return go
  const limit = policy.threshold - (known === undefined ? 2 : 1)
  return judgeCount(policy, seen.count, seen.lastMs - clockAheadMs, nowMs, limit)
}

function judgeCount(
  { threshold, windowMs }: LockoutPolicy,
  wrong: number,
  lastMs: number,
  nowMs: number,
  limit: number,
): Judgement {
  const untilMs = lastMs + windowMs + clockSlackMs
  // There must be one try, or no one could ever sign in.
  if (wrong < Math.max(1, limit) || nowMs >= untilMs) return go
  return { kind: 'stop', wrong, threshold, untilMs }
}

function isLocked(
  { durationMs }: LockoutPolicy,
  lockedSinceMs: number,
  controllerMs: number,
): boolean {
  if (lockedSinceMs === 0) return false
  return durationMs === undefined || controllerMs < lockedSinceMs + durationMs
}
