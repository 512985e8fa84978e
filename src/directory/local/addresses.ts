import type { User } from '../../accounts/index.ts'
import type { Resolved } from '../../signin/index.ts'
import { foldName } from '../../support/index.ts'
import { DirectoryError } from '../errors.ts'

/**
 * Finds a person of the configuration by an address in place of the name. A upn is a name like any other. A mail
 * address is accepted only where a certificate has it: people share mailboxes, and typing one must not make anyone
 * another person. `address`: folded.
 */
export type AddressBook = {
  find(address: string, isCertified: boolean): Resolved
  /** What is after the `@` of a upn, of a mail address as well where a certificate has the name. */
  domains(isCertified: boolean): readonly string[]
}

/** @throws {DirectoryError} `options-invalid`: two people have one upn */
export function createAddressBook(
  people: Iterable<{ readonly user: User; readonly secret: { readonly upn?: string } }>,
): AddressBook {
  const byUpn = new Map<string, User>()
  const byMail = new Map<string, readonly User[]>()
  for (const { user, secret } of people) {
    if (secret.upn !== undefined) addUpn(foldName(secret.upn), user)
    const mail = foldName(user.email ?? '')
    if (mail !== '') byMail.set(mail, [...(byMail.get(mail) ?? []), user])
  }

  function addUpn(upn: string, user: User): void {
    const other = byUpn.get(upn)
    if (other !== undefined) {
      const people = `"${other.name}" and "${user.name}"`
      throw new DirectoryError('options-invalid', `local users ${people}: both have the upn ${upn}`)
    }
    byUpn.set(upn, user)
  }

  const typed = domainsOf(byUpn.keys())
  const certified = domainsOf([...byUpn.keys(), ...byMail.keys()])
  return {
    find(address, isCertified) {
      const named = byUpn.get(address)
      if (named !== undefined) return { kind: 'user', user: named }
      const [only, another] = isCertified ? (byMail.get(address) ?? []) : []
      if (another !== undefined) return { kind: 'ambiguous' }
      return only === undefined ? { kind: 'unknown' } : { kind: 'user', user: only }
    },
    domains: (isCertified) => (isCertified ? certified : typed),
  }
}

function domainsOf(addresses: Iterable<string>): readonly string[] {
  const domains = Array.from(addresses, (address) => address.slice(address.lastIndexOf('@') + 1))
  return [...new Set(domains)]
}
