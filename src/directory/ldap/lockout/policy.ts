import type { Entry } from 'ldapts'
import { DirectoryError } from '../../errors.ts'
import type { LdapConnection } from '../connections/connection.ts'
import { textValue } from '../entries/entry.ts'
import { has } from '../entries/filters.ts'
import { parseGeneralizedTime, readInteger, spanMs } from '../entries/moments.ts'
import type { LdapSettings } from '../options.ts'

/** When Active Directory locks an account. Times in milliseconds. */
export type LockoutPolicy = {
  /** Wrong passwords that lock; 0: no one is ever locked out. */
  readonly threshold: number
  /** How long after the last wrong password the count begins again. */
  readonly windowMs: number
  /** How long a lock lasts; undefined: until someone ends it. */
  readonly durationMs: number | undefined
}

/** What a domain says about locking people out. */
export type DomainLockout = {
  /** Undefined where the account may not read it. */
  readonly policy: LockoutPolicy | undefined
  /**
   * Fine-grained policies by their DN in lower case, undefined those that the account may not read; all
   * undefined where it may not even see whether there are any.
   */
  readonly fineGrained: ReadonlyMap<string, LockoutPolicy | undefined> | undefined
  /** How far the controller's clock is ahead of ours; to a second. */
  readonly clockAheadMs: number
}

const domainAttributes = ['lockoutThreshold', 'lockOutObservationWindow', 'lockoutDuration']
const fineGrainedAttributes = [
  'msDS-LockoutThreshold',
  'msDS-LockoutObservationWindow',
  'msDS-LockoutDuration',
]

/** noSuchObject (RFC 4511 A.1): also what is hidden from us. */
const noSuchObject = 32

/**
 * Reads the lockout policies of a domain.
 * @throws {DirectoryError} `search-refused`, `no-answer`, `server-down`
 */
export async function readDomainLockout(
  connection: LdapConnection,
  settings: LdapSettings,
  nowMs: () => number,
): Promise<DomainLockout> {
  const [domain] = await connection.search({
    base: settings.domainDn,
    scope: 'base',
    filter: has('objectClass'),
    attributes: domainAttributes,
    limit: 1,
  })
  const fineGrained = await readFineGrained(connection, settings.domainDn)
  const controllerMs = await readClock(connection)
  return {
    policy: domain && toPolicy(domain, domainAttributes),
    fineGrained,
    clockAheadMs: controllerMs === undefined ? 0 : controllerMs - nowMs(),
  }
}

/** Ordinary accounts may not read them, and may not see that there are any (RULES 29). */
async function readFineGrained(
  connection: LdapConnection,
  domainDn: string,
): Promise<DomainLockout['fineGrained']> {
  const base = `CN=Password Settings Container,CN=System,${domainDn}`
  try {
    const entries = await connection.search({
      base,
      scope: 'sub',
      filter: has('objectClass'),
      attributes: fineGrainedAttributes,
    })
    if (entries.length === 0) return undefined
    const policies = entries
      .map((entry) => [entry.dn.toLowerCase(), toPolicy(entry, fineGrainedAttributes)] as const)
      .filter(([dn]) => dn !== base.toLowerCase())
    return new Map(policies)
  } catch (error) {
    if (error instanceof DirectoryError && error.details.resultCode === noSuchObject)
      return undefined
    throw error
  }
}

/** The controller's clock, milliseconds since 1970; undefined where rootDSE does not say. */
export async function readClock(connection: LdapConnection): Promise<number | undefined> {
  const [root] = await connection.search({
    base: '',
    scope: 'base',
    filter: has('objectClass'),
    attributes: ['currentTime'],
    limit: 1,
  })
  return root && parseGeneralizedTime(textValue(root, 'currentTime'))
}

function toPolicy(entry: Entry, names: readonly string[]): LockoutPolicy | undefined {
  const [threshold, windowMs, durationMs] = names.map((name) => textValue(entry, name))
  const wrong = threshold === undefined ? Number.NaN : Number(threshold)
  const window = intervalMs(windowMs)
  if (!Number.isInteger(wrong) || wrong < 0 || window === undefined) return undefined
  return { threshold: wrong, windowMs: window, durationMs: intervalMs(durationMs) }
}

const neverEnds = -(2n ** 63n)

/** A span of time as Active Directory writes it: 100 ns, negative (MS-ADTS 3.1.1.3.1.5.2). */
function intervalMs(text: string | undefined): number | undefined {
  const ticks = readInteger(text)
  if (ticks === undefined || ticks > 0n || ticks === neverEnds) return undefined
  return spanMs(ticks)
}
