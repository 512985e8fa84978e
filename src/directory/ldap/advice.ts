import type { Credential } from '../../signin/index.ts'
import type { LdapSettings } from './options.ts'

type Uncheckable = Exclude<Credential, { kind: 'pap' | 'certificate' | 'resumed' }>

/** What a directory cannot check, and the setting that would help. */
export function adviceFor(
  credential: Uncheckable,
  { kind, name }: Pick<LdapSettings, 'kind' | 'name'>,
): string {
  const what = describe(credential)
  const winbind =
    credential.kind === 'ms-chap' && kind === 'ad'
      ? `give directory ${name} a winbind: section, or `
      : ''
  return `this gateway sends ${what}, which LDAP cannot check: ${winbind}switch the gateway to PAP`
}

function describe(credential: Uncheckable): string {
  switch (credential.kind) {
    case 'ms-chap':
      return `MS-CHAPv${credential.version}`
    case 'chap':
      return 'CHAP'
    case 'eap':
      return 'EAP'
    case 'unsupported':
      return credential.name
    case 'none':
      return 'no password'
  }
}
