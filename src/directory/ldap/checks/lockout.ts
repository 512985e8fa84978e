import { counted } from '../../../support/index.ts'
import { type CheckRow, failed, passed, warned } from '../../check-row.ts'
import type { LdapConnection } from '../connections/connection.ts'
import { textValue } from '../entries/entry.ts'
import { has } from '../entries/filters.ts'
import { type DomainLockout, type LockoutPolicy, readDomainLockout } from '../lockout/policy.ts'
import { assumed } from '../lockout/wrong-passwords.ts'
import type { LdapSettings } from '../options.ts'

type What = (part: string) => string

/** Kerberos refuses beyond five minutes; the lockout shield allows for any difference. */
const clockWarningMs = 60_000

/** What the lockout shield can see, and whether the clocks agree. Active Directory only. */
export async function checkLockout(
  what: What,
  connection: LdapConnection,
  settings: LdapSettings,
  nowMs: () => number,
): Promise<readonly CheckRow[]> {
  const lockout = await readDomainLockout(connection, settings, nowMs)
  const rows = [checkClock(what('clock'), lockout.clockAheadMs)]
  if (settings.lockoutShield === 'off') {
    const remedy =
      'Anyone who can reach a gateway can lock people out of Windows; lockout_shield: auto prevents it.'
    return [...rows, warned(what('lockout shield'), 'off', remedy)]
  }
  rows.push(checkPolicy(what('lockout shield'), settings, lockout))
  if (settings.lockoutShield === 'auto') rows.push(checkFineGrained(what, lockout))
  rows.push(await checkEmulator(what('lockout counts'), connection, settings))
  return rows
}

function checkClock(what: string, aheadMs: number): CheckRow {
  const seconds = Math.round(Math.abs(aheadMs) / 1000)
  const detail = `differs from ours by ${seconds} s`
  return Math.abs(aheadMs) < clockWarningMs
    ? passed(what, detail)
    : warned(what, detail, 'Let both take their time from one source; timedatectl shows ours.')
}

function checkPolicy(
  what: string,
  { lockoutShield }: LdapSettings,
  { policy }: DomainLockout,
): CheckRow {
  if (typeof lockoutShield === 'object') return passed(what, `by hand: ${describe(lockoutShield)}`)
  if (policy === undefined) {
    const remedy =
      'Let the account read lockoutThreshold and lockOutObservationWindow of the domain, or set lockout_shield by hand.'
    return failed(what, `the policy is hidden; taken for it: ${describe(assumed.domain)}`, remedy)
  }
  if (policy.threshold === 0) return passed(what, 'the domain locks no accounts')
  return policy.threshold === 1
    ? warned(what, describe(policy), 'With a threshold of 1 any wrong password locks; raise it.')
    : passed(what, describe(policy))
}

function checkFineGrained(what: What, { fineGrained }: DomainLockout): CheckRow {
  const row = what('fine-grained policies')
  const remedy =
    'Let the account read the Password Settings Container, or set lockout_shield by hand to the strictest of them.'
  const instead = `for people with one, taken for it: ${describe(assumed.fineGrained)}`
  if (fineGrained === undefined) return warned(row, `hidden; ${instead}`, remedy)
  if (fineGrained.size === 0) return passed(row, 'none')
  const hidden = [...fineGrained.values()].filter((policy) => policy === undefined).length
  return hidden === 0
    ? passed(row, `${fineGrained.size}, all readable`)
    : warned(row, `${hidden} of ${fineGrained.size} may not be read; ${instead}`, remedy)
}

/** Each controller has its own count; only that of the PDC emulator is for all. */
async function checkEmulator(
  what: string,
  connection: LdapConnection,
  { domainDn }: LdapSettings,
): Promise<CheckRow> {
  const [domain, root] = await Promise.all([
    readOne(connection, domainDn, 'fSMORoleOwner'),
    readOne(connection, '', 'dsServiceName'),
  ])
  if (domain === undefined || root === undefined) {
    return passed(what, 'whether this is the PDC emulator cannot be seen')
  }
  return domain.toLowerCase() === root.toLowerCase()
    ? passed(what, 'this is the PDC emulator, which counts for all controllers')
    : passed(what, 'of this controller alone; those of the PDC emulator are the sum of all')
}

async function readOne(
  connection: LdapConnection,
  base: string,
  attribute: string,
): Promise<string | undefined> {
  const [entry] = await connection.search({
    base,
    scope: 'base',
    filter: has('objectClass'),
    attributes: [attribute],
    limit: 1,
  })
  return entry && textValue(entry, attribute)
}

function describe({ threshold, windowMs }: Pick<LockoutPolicy, 'threshold' | 'windowMs'>): string {
  return `${counted(threshold, 'wrong password locks', 'wrong passwords lock')}, counted for ${Math.round(windowMs / 60_000)} min`
}
