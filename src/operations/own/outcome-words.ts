import type { PortalTextKey, Reason, RejectReason } from '../../signin/index.ts'

/** What people read of a refused sign-in: enough to tell their own mistake from a stranger, and nothing else. */
const words: Readonly<Partial<Record<Reason, PortalTextKey>>> = {
  accepted: 'recent-accepted',
  'password-wrong': 'recent-password',
  'password-empty': 'recent-password',
  'password-garbled': 'recent-password',
  'password-too-long': 'recent-password',
  'lockout-shield': 'recent-locked',
  'account-locked-in-directory': 'recent-locked',
  blocked: 'recent-locked',
  locked: 'recent-locked',
  slowed: 'recent-locked',
  'code-missing': 'recent-code',
  'digits-missing': 'recent-code',
  'code-wrong': 'recent-code',
  'code-reused': 'recent-code',
  'code-unsure': 'recent-code',
  'code-expired': 'recent-code',
  'method-not-allowed': 'recent-code',
  'state-invalid': 'recent-code',
  'prompt-refused': 'recent-not-approved',
  'prompt-fraud': 'recent-reported',
  'prompt-timeout': 'recent-not-answered',
  'prompt-no-answer': 'recent-not-answered',
  'prompt-busy': 'recent-not-answered',
  'another-sign-in-open': 'recent-another',
  denied: 'recent-not-allowed',
  'rule-group-missing': 'recent-not-allowed',
  'account-restricted': 'recent-not-allowed',
  'not-enrolled': 'recent-not-enrolled',
  'set-up-begins': 'recent-set-up',
  'secret-seen': 'recent-not-enrolled',
  'no-method-for-flow': 'recent-not-enrolled',
  'prompt-not-allowed': 'recent-not-enrolled',
  'password-expired': 'recent-expired',
  'password-not-changed': 'recent-expired',
  'account-disabled': 'recent-expired',
  'account-expired': 'recent-expired',
}

/** `unanswered`: a code was asked for, and no one typed one. */
export function wordsFor(reason: Reason | 'unanswered'): PortalTextKey {
  if (reason === 'unanswered') return 'recent-code'
  return words[reason] ?? 'recent-failed'
}

/** Refusals before the password was proven: the one who tried knows only a name. */
const beforePassword: ReadonlySet<string> = new Set<RejectReason>([
  'user-unknown',
  'user-ambiguous',
  'domain-unknown',
  'name-invalid',
  'password-empty',
  'password-wrong',
  'password-too-long',
  'password-garbled',
  'account-locked-in-directory',
  'lockout-shield',
  'credential-not-checkable',
  'credential-not-for-flow',
  'credential-missing',
  'directory-down',
  'directory-refuses-us',
  'directory-busy',
  'denied',
  'blocked',
  'locked',
  'slowed',
])

/** Whether a sign-in with this outcome had the right password, as far as the audit tells. */
export function hadPassword(outcome: string, reason: string): boolean {
  return outcome === 'accept' || outcome === 'challenge' || !beforePassword.has(reason)
}
