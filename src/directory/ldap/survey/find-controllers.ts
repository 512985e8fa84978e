import type { Resolver } from 'node:dns/promises'

/**
 * Domain controllers of a domain, by the SRV records that Active Directory keeps (`_ldap._tcp.dc._msdcs`), in the
 * order in which they want to be asked. Empty where DNS knows none or does not answer.
 */
export async function findControllers(
  domain: string,
  resolver: Pick<Resolver, 'resolveSrv'>,
): Promise<readonly string[]> {
  try {
    const records = await resolver.resolveSrv(`_ldap._tcp.dc._msdcs.${domain}`)
    return records
      .toSorted((one, other) => one.priority - other.priority || other.weight - one.weight)
      .map(({ name }) => name.replace(/\.$/, '').toLowerCase())
  } catch {
    // A name that is not a domain, as most are that are typed here.
    return []
  }
}
