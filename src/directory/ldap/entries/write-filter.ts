import {
  AndFilter,
  Ber,
  type BerWriter,
  Filter,
  NotFilter,
  OrFilter,
  PresenceFilter,
  SearchFilter,
} from 'ldapts'
import type { Comparison, Extensible, FilterNode, Substrings } from '../filter/index.ts'
import { formatFilter } from '../filter/index.ts'

/** A parsed filter as the LDAP library sends it, with every value to the byte. */
export function toLdapFilter(node: FilterNode): Filter {
  switch (node.kind) {
    case 'and':
      return new AndFilter({ filters: node.filters.map(toLdapFilter) })
    case 'or':
      return new OrFilter({ filters: node.filters.map(toLdapFilter) })
    case 'not':
      return new NotFilter({ filter: toLdapFilter(node.filter) })
    case 'present':
      return new PresenceFilter({ attribute: node.attribute })
    case 'equal':
    case 'approx':
    case 'atLeast':
    case 'atMost':
      return new ComparisonOfBytes(node)
    case 'substrings':
      return new SubstringsOfBytes(node)
    case 'extensible':
      return new ExtensibleOfBytes(node)
  }
}

// The library's own filters of these kinds take values as text, and would change what is not UTF-8; one that takes
// bytes shows them in hex.

const comparisonTypes = {
  equal: SearchFilter.equalityMatch,
  approx: SearchFilter.approxMatch,
  atLeast: SearchFilter.greaterOrEqual,
  atMost: SearchFilter.lessOrEqual,
} as const

class ComparisonOfBytes extends Filter {
  readonly type: Filter['type']
  readonly #node: Comparison

  constructor(node: Comparison) {
    super()
    this.type = comparisonTypes[node.kind]
    this.#node = node
  }

  override writeFilter(writer: BerWriter): void {
    writer.writeString(this.#node.attribute)
    writer.writeBuffer(this.#node.value, Ber.OctetString)
  }

  override toString(): string {
    return formatFilter(this.#node)
  }
}

/** Tags of the parts of a SubstringFilter (RFC 4511 4.5.1.7.2). */
const substringTags = { initial: 0x80, any: 0x81, final: 0x82 } as const

class SubstringsOfBytes extends Filter {
  readonly type = SearchFilter.substrings
  readonly #node: Substrings

  constructor(node: Substrings) {
    super()
    this.#node = node
  }

  override writeFilter(writer: BerWriter): void {
    const { any, attribute, final, initial } = this.#node
    writer.writeString(attribute)
    writer.startSequence()
    if (initial !== undefined) writer.writeBuffer(initial, substringTags.initial)
    for (const part of any) writer.writeBuffer(part, substringTags.any)
    if (final !== undefined) writer.writeBuffer(final, substringTags.final)
    writer.endSequence()
  }

  override toString(): string {
    return formatFilter(this.#node)
  }
}

/** Tags of a MatchingRuleAssertion (RFC 4511 4.5.1.7.7). */
const extensibleTags = { rule: 0x81, type: 0x82, value: 0x83, dn: 0x84 } as const

class ExtensibleOfBytes extends Filter {
  readonly type = SearchFilter.extensibleMatch
  readonly #node: Extensible

  constructor(node: Extensible) {
    super()
    this.#node = node
  }

  override writeFilter(writer: BerWriter): void {
    const { attribute, dn, rule, value } = this.#node
    if (rule !== undefined) writer.writeString(rule, extensibleTags.rule)
    if (attribute !== undefined) writer.writeString(attribute, extensibleTags.type)
    writer.writeBuffer(value, extensibleTags.value)
    if (dn) writer.writeBoolean(true, extensibleTags.dn)
  }

  override toString(): string {
    return formatFilter(this.#node)
  }
}
