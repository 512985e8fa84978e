import type { Entry } from 'ldapts'
import type { User } from '../../accounts/index.ts'
import type { CertificateCredential, ResumedCredential, Verified } from '../../signin/index.ts'
import type { LdapConnection } from './connections/connection.ts'
import { bytesValue, textValue } from './entries/entry.ts'
import { has } from './entries/filters.ts'
import { parseGeneralizedTime, readInteger, ticksToMs } from './entries/moments.ts'
import { formatSid } from './entries/sid.ts'
import type { LdapSettings } from './options.ts'

/** Bits of userAccountControl (MS-ADTS 2.2.16). */
const disabledBit = 0x2
const lockedBit = 0x10
/** Of accountExpires, beside 0. */
const never = 0x7fff_ffff_ffff_ffffn

const attributes = {
  ad: [
    ...['objectSid', 'userAccountControl', 'msDS-User-Account-Control-Computed'],
    ...['accountExpires', 'pwdLastSet'],
  ],
  openldap: ['pwdAccountLockedTime', 'pwdChangedTime'],
} as const

/** In pwdAccountLockedTime: forever, by an administrator (draft-behera-ldap-password-policy 5.3.3). */
const lockedForEver = '000001010000Z'

/** What no bind can check: a certificate, or a session that stands for an earlier sign-in. */
type ProvenByKey = CertificateCredential | ResumedCredential

export type AccountStatusQuestion = {
  readonly user: User
  readonly credential: ProvenByKey
  /** By our clock. */
  readonly nowMs: number
  /** How far the directory's clock is ahead of it: the directory wrote its times down by that clock. */
  readonly aheadMs: number
}

/**
 * Whether an account may be used by the owner of its certificate or of a session of it: it is the one that this was
 * made for, with the same password, and neither disabled, expired nor locked.
 * @throws {DirectoryError}
 */
export async function checkAccountStatus(
  connection: LdapConnection,
  { kind }: Pick<LdapSettings, 'kind'>,
  { user, credential, nowMs, aheadMs }: AccountStatusQuestion,
): Promise<Verified> {
  if (user.dn === undefined) return { kind: 'wrong', detail: 'the user has no DN' }
  const [entry] = await connection.search({
    base: user.dn,
    scope: 'base',
    filter: has('objectClass'),
    attributes: [...attributes[kind]],
    binary: ['objectSid'],
    limit: 1,
  })
  if (entry === undefined) return { kind: 'wrong', detail: 'the account is gone' }
  const other =
    credential.kind === 'certificate'
      ? checkSid(entry, credential)
      : checkPasswordAge(passwordSetAtMs(kind, entry), credential.provenAtMs + aheadMs)
  if (other !== undefined) return other
  if (kind === 'ad') return readAccountStatus(entry, nowMs + aheadMs)
  const isLocked = textValue(entry, 'pwdAccountLockedTime') === lockedForEver
  return { kind: isLocked ? 'disabled' : 'right' }
}

/** OpenLDAP has no SIDs, so a certificate with one was made for another account there as well. */
function checkSid(entry: Entry, credential: CertificateCredential): Verified | undefined {
  if (credential.sid === undefined) return undefined
  const sid = bytesValue(entry, 'objectSid')
  if (sid !== undefined && formatSid(sid) === credential.sid) return undefined
  return { kind: 'wrong', detail: 'the SID is of another account' }
}

/** Both moments by the directory's clock. What cannot be read is unknown, not right (RULES 29). */
function checkPasswordAge(setAtMs: number | undefined, provenAtMs: number): Verified | undefined {
  if (setAtMs === undefined) {
    return { kind: 'wrong', detail: 'when the password was set cannot be read' }
  }
  if (setAtMs < provenAtMs) return undefined
  return { kind: 'wrong', detail: 'the password was set since' }
}

/** 0 in pwdLastSet means that it must be changed first. */
function passwordSetAtMs(kind: LdapSettings['kind'], entry: Entry): number | undefined {
  if (kind === 'ad') {
    const ticks = ticksOf(entry, 'pwdLastSet')
    return ticks === 0n ? undefined : ticksToMs(ticks)
  }
  return parseGeneralizedTime(textValue(entry, 'pwdChangedTime'))
}

/** What cannot be read is unknown, not right (RULES 29). */
function readAccountStatus(entry: Entry, nowMs: number): Verified {
  const bits = toNumber(textValue(entry, 'userAccountControl'))
  const computedBits = toNumber(textValue(entry, 'msDS-User-Account-Control-Computed'))
  if (bits === undefined || computedBits === undefined) {
    return {
      kind: 'not-checkable',
      detail: 'bind_dn may not read userAccountControl and msDS-User-Account-Control-Computed',
    }
  }
  if ((bits & disabledBit) !== 0) return { kind: 'disabled' }
  const expires = ticksOf(entry, 'accountExpires')
  if (expires !== 0n && expires < never && ticksToMs(expires) <= nowMs) return { kind: 'expired' }
  return { kind: (computedBits & lockedBit) === 0 ? 'right' : 'locked' }
}

function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined
}

/** 0 where it was never set. */
function ticksOf(entry: Entry, attribute: string): bigint {
  const ticks = readInteger(textValue(entry, attribute)) ?? 0n
  return ticks < 0n ? 0n : ticks
}
