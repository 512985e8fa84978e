import { randomBytes } from 'node:crypto'
import { challengeOf, ntHash, ntResponseOf } from '../../../mschap/index.ts'
import type { MsChapCredential, Verified } from '../../../signin/index.ts'
import type { Secret } from '../../../support/index.ts'
import { type CheckRow, failed, passed } from '../../check-row.ts'
import { describeError } from '../../errors.ts'
import { parseTypedName } from '../../names/typed-name.ts'
import type { Winbind } from '../../winbind/winbind.ts'
import type { LdapConnection } from '../connections/connection.ts'
import { textValue } from '../entries/entry.ts'
import { has } from '../entries/filters.ts'
import { nameSearches } from '../names/name-searches.ts'
import type { LdapSettings } from '../options.ts'

/** Searches as the directory does. */
export type Search = <T>(
  work: (connection: LdapConnection) => Promise<T>,
  signal: AbortSignal,
) => Promise<T>

/**
 * Signs our own account in by MS-CHAPv2: what it needs is what everyone needs. That shows whether winbind runs and lets
 * us ask, the machine is in the domain, and its controllers take MS-CHAPv2. The password cannot be wrong: the account
 * has just been used to search.
 */
export async function checkWinbind(
  settings: LdapSettings,
  search: Search,
  winbind: Winbind,
): Promise<CheckRow> {
  const what = `${settings.name} winbind`
  const { signal } = new AbortController()
  try {
    const loginName = await search((connection) => findLoginName(connection, settings), signal)
    if (loginName === undefined) {
      const remedy = 'Write bind_dn as a DN or as user@domain.'
      return failed(what, `the directory has no account ${settings.bindDn}`, remedy)
    }
    const credential = respond(loginName, settings.bindPassword)
    const verified = await winbind.verify(loginName, credential, signal)
    return judge(what, loginName, verified)
  } catch (error) {
    return failed(what, describeError(error), 'First let the directory be searched, see above.')
  }
}

async function findLoginName(
  connection: LdapConnection,
  settings: LdapSettings,
): Promise<string | undefined> {
  const { baseDn, bindDn } = settings
  const typed = bindDn.includes('=') ? undefined : parseTypedName(bindDn)
  const attributes = ['sAMAccountName']
  const queries =
    typed === undefined
      ? [{ base: bindDn, scope: 'base' as const, filter: has('objectClass') }]
      : (typed.kind === 'invalid' ? [] : nameSearches(settings, typed, true)).map(({ filter }) => ({
          base: baseDn,
          scope: 'sub' as const,
          filter,
        }))
  for (const query of queries) {
    const [entry] = await connection.search({ ...query, attributes, limit: 1 })
    const name = entry && textValue(entry, 'sAMAccountName')
    if (name !== undefined) return name
  }
  return undefined
}

function respond(userName: string, password: Secret): MsChapCredential {
  const open: MsChapCredential = {
    kind: 'ms-chap',
    version: 2,
    identifier: 0,
    challenge: randomBytes(16),
    peerChallenge: randomBytes(16),
    ntResponse: new Uint8Array(0),
    userName,
  }
  return { ...open, ntResponse: ntResponseOf(challengeOf(open, userName), ntHash(password)) }
}

const page = 'docs/how-to/join-the-domain.md'

function judge(what: string, loginName: string, verified: Verified): CheckRow {
  switch (verified.kind) {
    case 'right':
      return passed(what, `a domain controller takes MS-CHAPv2 of ${loginName}`)
    case 'down':
      if (verified.detail.includes('is not installed')) {
        return failed(
          what,
          verified.detail,
          `Install Samba's winbind, or correct winbind.program: ${page}.`,
        )
      }
      return verified.detail.includes('winbind')
        ? failed(
            what,
            verified.detail,
            `Start winbind, and let Holdfast into the group winbindd_priv: ${page}.`,
          )
        : failed(what, verified.detail, `wbinfo -t shows whether this machine is joined: ${page}.`)
    case 'wrong':
      if (verified.detail?.includes('does not exist')) {
        return failed(what, `${loginName}: ${verified.detail}`, 'Correct netbios_domain.')
      }
      return failed(
        what,
        `the password of ${loginName} is right by LDAP and wrong by MS-CHAPv2 (${verified.detail ?? ''})`,
        `Let the domain controllers take NTLM, and this account too: ${page}.`,
      )
    case 'not-checkable':
      return failed(what, verified.detail, `Let the domain controllers take NTLM: ${page}.`)
    default:
      return failed(
        what,
        `${loginName}: ${verified.kind}`,
        'Look at this account in the directory.',
      )
  }
}
