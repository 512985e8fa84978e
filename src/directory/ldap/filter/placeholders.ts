import { FilterError } from './filter-error.ts'
import type { FilterNode } from './filter-node.ts'
import { formatFilter } from './format-filter.ts'
import { parseFilter } from './parse-filter.ts'

/** Where other products put the name that was typed. In Holdfast each would be compared literally. */
const placeholder = new RegExp(
  [
    // ${user}, $user
    String.raw`\$\{[^}]{0,80}\}`,
    String.raw`\$[a-z_][\w.-]*`,
    // %{User-Name}, and %{%{Stripped-User-Name}:-%{User-Name}}
    String.raw`%\{(?:[^{}]|%\{[^{}]*\})*\}`,
    // %(user)s, %s, %username, %username%
    String.raw`%\(\w+\)s?`,
    String.raw`%[a-z_]\w*%?`,
    // {{username}}, {0}, {user}, #{user}, [[user]]
    String.raw`#?\{\{?[\w .:-]*\}?\}`,
    String.raw`\[\[[\w .:-]*\]\]`,
    // <username>, and ? alone
    String.raw`<[a-z][\w -]*>`,
    String.raw`(?<==\s*)\?(?=\s*\))`,
  ].join('|'),
  'gi',
)

/** Letters and digits that stand for each of them while the rest is looked at. */
const standIn = 'holdfastPlaceholder'

/**
 * Refuses a filter with a placeholder of another product, and says what to write instead.
 * @throws {FilterError}
 */
export function checkPlaceholders(text: string): void {
  const found = text.matchAll(placeholder).next().value
  if (found === undefined) return
  const [written] = found
  const escaped = Buffer.from(written.charAt(0)).toString('hex')
  throw new FilterError(
    found.index,
    `${written} is a placeholder of another product: Holdfast looks for the name by itself, and compares this text as it is. ${remedyFor(text)} Write \\${escaped} for the character ${written.charAt(0)}`,
  )
}

function remedyFor(text: string): string {
  const general = 'Leave out the part with it.'
  try {
    const rest = without(parseFilter(text.replace(placeholder, standIn)))
    if (rest === 'unclear') return general
    return rest === undefined ? 'Leave user_filter out.' : `Write ${formatFilter(rest)}.`
  } catch (error) {
    if (error instanceof FilterError) return general
    throw error
  }
}

/** The filter without what compares a name; undefined where nothing is left. */
function without(node: FilterNode): FilterNode | undefined | 'unclear' {
  if (!formatFilter(node).includes(standIn)) return node
  if (node.kind === 'not') return 'unclear'
  if (node.kind !== 'and' && node.kind !== 'or') return undefined
  const rest = node.filters.map(without)
  if (rest.includes('unclear')) return 'unclear'
  const kept = rest.filter((each) => each !== undefined && each !== 'unclear')
  // In an alternative, the other parts would then match all people.
  if (node.kind === 'or' && kept.length > 0) return 'unclear'
  const [only] = kept
  return kept.length > 1 ? { kind: node.kind, filters: kept } : only
}
