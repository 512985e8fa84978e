import type { User } from '../accounts/index.ts'
import type { CertificateCredential, Verified } from '../signin/index.ts'
import { bytesValue, textValue } from './entry.ts'
import { has } from './filters.ts'
import type { LdapConnection } from './ldap-connection.ts'
import type { LdapSettings } from './ldap-options.ts'
import { formatSid } from './sid.ts'

/** Bits of userAccountControl (MS-ADTS 2.2.16). */
const disabledBit = 0x2
const lockedBit = 0x10
/** Of accountExpires, beside 0. */
const never = 0x7fff_ffff_ffff_ffffn
/** 100 ns since 1601 (MS-DTYP 2.3.3), and what 1970 is then, in milliseconds. */
const ticksPerMs = 10_000n
const epochMs = 11_644_473_600_000n

const attributes = {
  ad: ['objectSid', 'userAccountControl', 'msDS-User-Account-Control-Computed', 'accountExpires'],
  openldap: ['pwdAccountLockedTime'],
} as const

/** In pwdAccountLockedTime: for ever, by an administrator (draft-behera-ldap-password-policy 5.3.3). */
const lockedForEver = '000001010000Z'

/**
 * Whether an account may be used by who holds its certificate, which no bind can tell: the account is
 * the one that the certificate was made for, and neither disabled, expired nor locked.
 */
export async function checkStanding(
  connection: LdapConnection,
  settings: LdapSettings,
  { user, credential, nowMs }: { user: User; credential: CertificateCredential; nowMs: number },
): Promise<Verified> {
  if (user.dn === undefined) return { kind: 'wrong', detail: 'the user has no DN' }
  const [entry] = await connection.search({
    base: user.dn,
    scope: 'base',
    filter: has('objectClass'),
    attributes: [...attributes[settings.kind]],
    binary: ['objectSid'],
    limit: 1,
  })
  if (entry === undefined) return { kind: 'wrong', detail: 'the account is gone' }
  if (settings.kind === 'openldap') {
    if (credential.sid !== undefined) return { kind: 'wrong', detail: 'no account here has a SID' }
    const isLocked = textValue(entry, 'pwdAccountLockedTime') === lockedForEver
    return { kind: isLocked ? 'disabled' : 'right' }
  }
  const sid = bytesValue(entry, 'objectSid')
  if (credential.sid !== undefined && (sid && formatSid(sid)) !== credential.sid) {
    return { kind: 'wrong', detail: 'the SID is of another account' }
  }
  return readStanding(
    {
      control: textValue(entry, 'userAccountControl'),
      computed: textValue(entry, 'msDS-User-Account-Control-Computed'),
      expires: textValue(entry, 'accountExpires'),
    },
    nowMs,
  )
}

type Standing = Readonly<Record<'control' | 'computed' | 'expires', string | undefined>>

/** What cannot be read is unknown, not well (RULES 29). */
function readStanding({ control, computed, expires }: Standing, nowMs: number): Verified {
  const bits = toNumber(control)
  const computedBits = toNumber(computed)
  if (bits === undefined || computedBits === undefined) {
    return {
      kind: 'not-checkable',
      detail: 'bind_dn may not read userAccountControl and msDS-User-Account-Control-Computed',
    }
  }
  if ((bits & disabledBit) !== 0) return { kind: 'disabled' }
  if (isOver(expires, nowMs)) return { kind: 'expired' }
  return { kind: (computedBits & lockedBit) === 0 ? 'right' : 'locked' }
}

function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined
}

/** accountExpires is absent where it was never set. */
function isOver(expires: string | undefined, nowMs: number): boolean {
  const ticks = expires !== undefined && /^\d+$/.test(expires) ? BigInt(expires) : 0n
  if (ticks === 0n || ticks >= never) return false
  return ticks / ticksPerMs - epochMs <= BigInt(nowMs)
}
