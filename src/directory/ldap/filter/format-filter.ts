import { isUtf8 } from 'node:buffer'
import { type FilterNode, operators } from './filter-node.ts'

/** Characters that a value cannot contain unescaped (RFC 4515 3), and control characters, which are invisible. */
const special = /[\\*()\p{Cc}]/gu

/** The text of a filter (RFC 4515). Parsed again it is the same filter. */
export function formatFilter(node: FilterNode): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return `(${node.kind === 'and' ? '&' : '|'}${node.filters.map(formatFilter).join('')})`
    case 'not':
      return `(!${formatFilter(node.filter)})`
    case 'present':
      return `(${node.attribute}=*)`
    case 'substrings': {
      const { initial, any, final } = node
      const parts = [initial, ...any, final].map((part) => (part ? formatValue(part) : ''))
      return `(${node.attribute}=${parts.join('*')})`
    }
    case 'extensible': {
      const { attribute = '', dn, rule, value } = node
      return `(${attribute}${dn ? ':dn' : ''}${rule === undefined ? '' : `:${rule}`}:=${formatValue(value)})`
    }
    case 'equal':
    case 'approx':
    case 'atLeast':
    case 'atMost':
      return `(${node.attribute}${operators[node.kind]}${formatValue(node.value)})`
  }
}

function formatValue(value: Buffer): string {
  if (!isUtf8(value)) return escapeAll(value)
  return value
    .toString()
    .replace(special, (character) => escapeAll(Buffer.from(character)))
    .replace(/^[\s"=?]|\s$|"$/g, (character) => escapeAll(Buffer.from(character)))
}

function escapeAll(bytes: Buffer): string {
  return bytes.toString('hex').replace(/../g, '\\$&')
}
