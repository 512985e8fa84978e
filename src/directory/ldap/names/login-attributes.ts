/**
 * What a typed name is compared with where `login_attributes` says nothing. Windows prefers a written
 * userPrincipalName to the one that follows from the sAMAccountName and the domain.
 */
export const defaultLoginAttributes = {
  ad: ['userPrincipalName', 'sAMAccountName'],
  openldap: ['uid'],
} as const

/** Always has the name of the account, whatever people sign in with. */
export function accountAttribute({
  kind,
}: {
  readonly kind: 'ad' | 'openldap'
}): 'sAMAccountName' | 'uid' {
  return kind === 'ad' ? 'sAMAccountName' : 'uid'
}

/** Hold addresses: only what is before the `@` names no one. `rfc822Mailbox` is `mail` (RFC 4524 2.16). */
const addressAttributes = ['userprincipalname', 'mail', 'rfc822mailbox']

export function holdsAddresses(attribute: string): boolean {
  return addressAttributes.includes(attribute.toLowerCase())
}

/** Active Directory allows no `@` in it. */
export function holdsNoAddress(attribute: string): boolean {
  return attribute.toLowerCase() === 'samaccountname'
}
