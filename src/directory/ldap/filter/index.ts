// Search filters as administrators write them (RFC 4515): text to a tree, and a tree to text. No LDAP library
// is needed for it.
import type { FilterNode } from './filter-node.ts'
import { parseFilter } from './parse-filter.ts'
import { checkPlaceholders } from './placeholders.ts'

export { FilterError } from './filter-error.ts'
export type { Comparison, Extensible, FilterNode, Substrings } from './filter-node.ts'
export { formatFilter } from './format-filter.ts'
export { parseFilter } from './parse-filter.ts'

/**
 * Parses a filter of the configuration: one that a person must fit, whatever their name.
 * @throws {FilterError}
 */
export function parseUserFilter(text: string): FilterNode {
  checkPlaceholders(text)
  return parseFilter(text)
}
