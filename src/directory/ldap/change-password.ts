import type { Entry } from 'ldapts'
import type { User } from '../../accounts/index.ts'
import type { PasswordChange } from '../../signin/index.ts'
import type { Clock, Secret } from '../../support/index.ts'
import { DirectoryError } from '../errors.ts'
import type { LdapConnection } from './connections/connection.ts'
import { quoteServer } from './connections/quote-server.ts'
import { textValue } from './entries/entry.ts'
import { has } from './entries/filters.ts'
import { msToTicks, readInteger } from './entries/moments.ts'
import { readClock } from './lockout/policy.ts'
import type { LdapSettings } from './options.ts'

/** Windows errors at the front of what Active Directory says to a refused change (MS-ADTS 3.1.1.3.1.5). */
const windowsErrors = {
  '00000056': 'old-wrong',
  '0000052D': 'against-policy',
  '00000775': 'locked',
} as const

const policyAttributes = ['minPwdLength', 'pwdProperties', 'minPwdAge']

/** What a read-only controller says to a change (RFC 4511 A.1). */
const referral = 10

/** DOMAIN_PASSWORD_COMPLEX of pwdProperties (MS-SAMR 2.2.3.5). */
const complexBit = 1

/**
 * Whether the directory changes passwords: Active Directory refuses it without TLS, and we do not try.
 */
export function changesPasswords({ kind, passwordChange, servers }: LdapSettings): boolean {
  return (
    kind === 'ad' && passwordChange && servers.every(({ security }) => security !== 'plaintext')
  )
}

/**
 * Takes the old password away and adds the new one, in one modify. Everyone may do that to anyone
 * whose password they know, so it needs no right of the account that is bound, and works where the
 * person cannot bind any more. A wrong old password counts as one; a refused new one does not.
 * @throws {DirectoryError} `no-answer`: it may be changed or not; `read-only`, `server-down`: it is not
 */
export async function changePassword(
  connection: LdapConnection,
  settings: LdapSettings,
  clock: Clock,
  { user, dn, old, chosen }: { user: User; dn: string; old: Secret; chosen: Secret },
): Promise<PasswordChange> {
  const { code, text } = await connection.exchange(dn, 'unicodePwd', quoted(old), quoted(chosen))
  if (code === 0) return { kind: 'changed' }
  if (code === referral) throw new DirectoryError('read-only', 'it is a read-only controller')
  const windowsCode = /^([0-9a-f]{8}):/i.exec(text)?.[1]?.toUpperCase() ?? ''
  const kind = Object.entries(windowsErrors).find(([each]) => each === windowsCode)?.[1]
  if (kind === undefined) {
    return {
      kind: 'not-permitted',
      detail: `LDAP result ${code}: ${quoteServer(text, old, chosen)}`,
    }
  }
  if (kind !== 'against-policy') return { kind }
  try {
    const domain = await readEntry(connection, settings.domainDn, policyAttributes)
    const person = await readEntry(connection, dn, ['pwdLastSet'])
    // By the clock that wrote pwdLastSet down.
    const nowMs = (await readClock(connection)) ?? clock.nowMs()
    return explainRefusal(domain, person, user, chosen.reveal(), nowMs)
  } catch (error) {
    if (error instanceof DirectoryError) return { kind: 'refused' }
    throw error
  }
}

async function readEntry(
  connection: LdapConnection,
  base: string,
  attributes: readonly string[],
): Promise<Entry | undefined> {
  const query = { base, scope: 'base', filter: has('objectClass'), attributes, limit: 1 } as const
  return (await connection.search(query))[0]
}

/** The form that unicodePwd needs (MS-ADTS 3.1.1.3.1.5.1). */
function quoted(password: Secret): Buffer {
  return Buffer.from(`"${password.reveal()}"`, 'utf16le')
}

/**
 * Active Directory does not say which rule a password breaks, so we look for one that it breaks
 * visibly. Fine-grained policies and filters may ask for more, and no one but the directory knows what was used before.
 */
function explainRefusal(
  domain: Entry | undefined,
  person: Entry | undefined,
  user: User,
  chosen: string,
  nowMs: number,
): PasswordChange {
  const number = (entry: Entry | undefined, name: string) =>
    readInteger(entry && textValue(entry, name)) ?? 0n
  const lastSet = number(person, 'pwdLastSet')
  const age = msToTicks(nowMs) - lastSet
  if (lastSet > 0n && age < -number(domain, 'minPwdAge')) return { kind: 'too-soon' }
  const atLeast = Number(number(domain, 'minPwdLength'))
  if (chosen.length < atLeast) return { kind: 'too-short', atLeast }
  const wantsComplex = (Number(number(domain, 'pwdProperties')) & complexBit) !== 0
  return { kind: wantsComplex && isSimple(chosen, user) ? 'too-simple' : 'refused' }
}

/** Whether it has fewer than three kinds of characters, or a name of three letters or more in it (MS-SAMR 3.1.1.7.2). */
function isSimple(password: string, { name, displayName }: User): boolean {
  const kinds = [/\p{Lu}/u, /\p{Ll}/u, /[0-9]/, /[^\p{L}0-9]/u, /[\p{Lo}\p{Lt}\p{Lm}]/u]
  if (kinds.filter((kind) => kind.test(password)).length < 3) return true
  const lower = password.toLowerCase()
  const names = [name, ...displayName.split(/[\s,.\-_#]+/)].map((each) => each.toLowerCase())
  return names.some((each) => each.length >= 3 && lower.includes(each))
}
