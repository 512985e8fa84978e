import {
  AndFilter,
  EqualityFilter,
  ExtensibleFilter,
  type Filter,
  NotFilter,
  OrFilter,
  PresenceFilter,
} from 'ldapts'
import { DirectoryError } from '../../errors.ts'
import { FilterError, parseUserFilter } from '../filter/index.ts'
import { toLdapFilter } from './write-filter.ts'

/**
 * LDAP filters are built from values, never from text: on the wire each value is a string of its own,
 * so nothing a person types can change what is asked. Searches take only a `Filter`.
 */
export type { Filter }

/** LDAP_MATCHING_RULE_IN_CHAIN: Active Directory follows nested groups by itself. */
const inChainRule = '1.2.840.113556.1.4.1941'
/** LDAP_MATCHING_RULE_BIT_AND */
const bitAndRule = '1.2.840.113556.1.4.803'

export function equals(attribute: string, value: string | Buffer): Filter {
  return new EqualityFilter({ attribute, value })
}

export function has(attribute: string): Filter {
  return new PresenceFilter({ attribute })
}

export function allOf(...filters: readonly Filter[]): Filter {
  return new AndFilter({ filters: [...filters] })
}

export function anyOf(...filters: readonly Filter[]): Filter {
  return new OrFilter({ filters: [...filters] })
}

export function not(filter: Filter): Filter {
  return new NotFilter({ filter })
}

/** Whether the chain of `attribute` leads to the DN, over any number of steps. */
export function leadsTo(attribute: string, dn: string): Filter {
  return new ExtensibleFilter({ matchType: attribute, rule: inChainRule, value: dn })
}

/** Whether the number in `attribute` has all of these bits (Active Directory). */
export function hasBits(attribute: string, bits: number): Filter {
  return new ExtensibleFilter({ matchType: attribute, rule: bitAndRule, value: String(bits) })
}

/**
 * A filter that an administrator wrote in the configuration (RFC 4515).
 * @throws {DirectoryError} `options-invalid`
 */
export function parseConfiguredFilter(text: string): Filter {
  try {
    return toLdapFilter(parseUserFilter(text))
  } catch (cause) {
    if (!(cause instanceof FilterError)) throw cause
    throw new DirectoryError('options-invalid', `user_filter: ${cause.message}`, { cause })
  }
}
