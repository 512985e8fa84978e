import type { Verified } from '../../../signin/index.ts'
import type { Secret } from '../../../support/index.ts'
import { quoteServer } from './quote-server.ts'

/** What a refused bind can say about a person. */
type Refusal = Extract<
  Verified['kind'],
  'wrong' | 'locked' | 'disabled' | 'expired' | 'restricted' | 'must-change'
>

/**
 * What Active Directory hides in the text of a refused bind: `data` and a Windows error in hex. All
 * but 525, 52e and 775 are told only when the password was right.
 */
const activeDirectoryCodes: Readonly<Record<string, Refusal>> = {
  /** No such user. */
  '525': 'wrong',
  /** Wrong name or password. */
  '52e': 'wrong',
  /** Outside the logon hours. */
  '530': 'restricted',
  /** Not from this workstation. */
  '531': 'restricted',
  /** Password expired. */
  '532': 'must-change',
  '533': 'disabled',
  /** In more groups than a token holds. */
  '568': 'restricted',
  /** Account expired. */
  '701': 'expired',
  /** Must change the password at the next logon. */
  '773': 'must-change',
  '775': 'locked',
}

/**
 * LDAP result codes (RFC 4511 appendix A) by which a server says that it, not the password, is the
 * trouble: operations and protocol errors, limits, encryption demanded, referral, busy, unavailable, other.
 */
const serverTrouble = new Set([1, 2, 3, 7, 8, 10, 11, 13, 51, 52, 80])

/** Errors of the password policy control (draft-behera-ldap-password-policy 6.2) and what they mean here. */
const policyErrors: Readonly<Record<number, Refusal>> = {
  0: 'must-change',
  1: 'locked',
  2: 'must-change',
}

/**
 * Turns the result of a bind as the person into what it says about the password. Whatever is not known
 * to mean something else counts as wrong, never as right and never as an outage.
 */
export function readBindResult(
  code: number,
  text: string,
  policyError: number | undefined,
  password: Secret,
): Verified {
  const detail = `LDAP result ${code}: ${quoteServer(text, password)}`
  const fromPolicy = policyError === undefined ? undefined : policyErrors[policyError]
  if (code === 0) return { kind: fromPolicy === 'must-change' ? 'must-change' : 'right' }
  if (serverTrouble.has(code)) return { kind: 'down', detail }
  if (code !== 49) return { kind: 'wrong', detail }
  const data = /\bdata ([0-9a-f]{1,8})\b/i.exec(text)?.[1]?.toLowerCase()
  const fromText = data === undefined ? undefined : activeDirectoryCodes[data]
  const kind = fromText ?? fromPolicy ?? 'wrong'
  return kind === 'wrong' ? { kind, detail } : { kind }
}
