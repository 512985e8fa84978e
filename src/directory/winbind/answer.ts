import type { Verified } from '../../signin/index.ts'
import type { HelperAnswer } from './helper.ts'

/** What winbind said of a response. */
export type WinbindVerdict =
  /** `sessionKey`: MD4 over the NT hash, 16 bytes. */
  | { readonly kind: 'right'; readonly sessionKey: Uint8Array }
  | { readonly kind: 'locked' | 'disabled' | 'expired' | 'restricted' | 'must-change' }
  | Extract<Verified, { kind: 'wrong' | 'down' | 'not-checkable' }>

type Kind = Exclude<WinbindVerdict['kind'], 'right'>

/**
 * NT statuses (MS-ERREF 2.3.1) by name, number and text, since versions of Samba differ in which of them they write.
 * The trouble is that of this machine or of its domain. What is not here says nothing about the password and is not an
 * outage: someone might bring it about by the name they type.
 */
const statuses: readonly (readonly [kind: Kind, name: string, number: string, words: string])[] = [
  ['wrong', 'NT_STATUS_WRONG_PASSWORD', 'c000006a', 'provided as the current password is not'],
  ['wrong', 'NT_STATUS_LOGON_FAILURE', 'c000006d', 'the attempted logon is invalid'],
  ['wrong', 'NT_STATUS_NO_SUCH_USER', 'c0000064', 'the specified account does not exist'],
  ['locked', 'NT_STATUS_ACCOUNT_LOCKED_OUT', 'c0000234', 'has been automatically locked'],
  ['disabled', 'NT_STATUS_ACCOUNT_DISABLED', 'c0000072', 'account is currently disabled'],
  ['expired', 'NT_STATUS_ACCOUNT_EXPIRED', 'c0000193', 'the user account has expired'],
  ['must-change', 'NT_STATUS_PASSWORD_EXPIRED', 'c0000071', 'account password has expired'],
  ['must-change', 'NT_STATUS_PASSWORD_MUST_CHANGE', 'c0000224', 'password must be changed before'],
  ['restricted', 'NT_STATUS_ACCOUNT_RESTRICTION', 'c000006e', 'some user account restriction'],
  ['restricted', 'NT_STATUS_INVALID_LOGON_HOURS', 'c000006f', 'account has time restrictions'],
  ['restricted', 'NT_STATUS_INVALID_WORKSTATION', 'c0000070', 'from the source workstation'],
  ['restricted', 'NT_STATUS_LOGON_TYPE_NOT_GRANTED', 'c000015b', 'requested a type of logon'],
  ['down', 'NT_STATUS_NO_LOGON_SERVERS', 'c000005e', 'no logon servers'],
  ['down', 'NT_STATUS_DOMAIN_CONTROLLER_NOT_FOUND', 'c0000233', 'a domain controller for this'],
  ['down', 'NT_STATUS_CANT_ACCESS_DOMAIN_INFO', 'c00000da', 'configuration information could not'],
  ['down', 'NT_STATUS_NETLOGON_NOT_STARTED', 'c0000192', 'the netlogon service was not started'],
  ['down', 'NT_STATUS_RPC_SERVER_UNAVAILABLE', 'c0020017', 'the rpc server is unavailable'],
  ['down', 'NT_STATUS_CONNECTION_DISCONNECTED', 'c000020c', 'connection is now disconnected'],
  ['down', 'NT_STATUS_IO_TIMEOUT', 'c00000b5', '{device timeout}'],
  ['down', 'NT_STATUS_ACCESS_DENIED', 'c0000022', '{access denied}'],
  ['down', 'NT_STATUS_NO_TRUST_LSA_SECRET', 'c000018a', 'have a trust secret for the'],
  ['down', 'NT_STATUS_NO_TRUST_SAM_ACCOUNT', 'c000018b', 'have a computer account for this'],
  ['down', 'NT_STATUS_TRUSTED_DOMAIN_FAILURE', 'c000018c', 'the primary domain and the trusted'],
  [
    'down',
    'NT_STATUS_TRUSTED_RELATIONSHIP_FAILURE',
    'c000018d',
    'between this workstation and the',
  ],
  // Not a status: winbindd does not run, or keeps its privileged pipe from us.
  ['down', 'WBC_ERR_', 'reading winbind reply', 'winbind'],
]

/** Reads an answer of ntlm_auth's protocol ntlm-server-1. */
export function readWinbindAnswer(answer: HelperAnswer): WinbindVerdict {
  if (answer.get('authenticated') === 'Yes') {
    const key = answer.get('user-session-key') ?? ''
    if (/^[0-9A-F]{32}$/i.test(key)) return { kind: 'right', sessionKey: Buffer.from(key, 'hex') }
    return { kind: 'down', detail: 'ntlm_auth says yes and gives no session key' }
  }
  const { text, detail } = reasonOf(answer, 'authentication-error')
  const kind = kindOf(text.toLowerCase())
  switch (kind) {
    case undefined:
      return { kind: 'not-checkable', detail }
    case 'wrong':
    case 'down':
    case 'not-checkable':
      return { kind, detail }
    default:
      return { kind }
  }
}

/** Reads an answer of its protocol ntlm-change-password-1: undefined when the password was changed. */
export function readChangeAnswer(
  answer: HelperAnswer,
): Extract<Verified, { kind: 'wrong' | 'down' }> | undefined {
  if (answer.get('password-change') === 'Yes') return undefined
  const { text, detail } = reasonOf(answer, 'password-change-error')
  return { kind: kindOf(text.toLowerCase()) === 'down' ? 'down' : 'wrong', detail }
}

function reasonOf(answer: HelperAnswer, field: string) {
  const text = answer.get(field) ?? answer.get('error') ?? 'no reason given'
  return { text, detail: `ntlm_auth: ${text.slice(0, 200)}` }
}

function kindOf(said: string): Kind | undefined {
  return statuses.find(([, ...forms]) =>
    forms.some((form) => said.includes(form.toLowerCase())),
  )?.[0]
}
