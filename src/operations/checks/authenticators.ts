import type { Method } from '../../accounts/index.ts'
import type { AuthenticatorCount } from '../../store/index.ts'
import { howToSetUp } from '../authenticators/set-up.ts'
import type { CheckRow } from './check-row.ts'

/** A row for each method that people are enrolled for and that is not set up. */
export function checkAuthenticators(
  counts: readonly AuthenticatorCount[],
  usable: readonly Method[],
): readonly CheckRow[] {
  return counts
    .filter(({ method }) => !usable.includes(method))
    .map(({ method, authenticators, people, names }): CheckRow => {
      // In quotes, so that a support bundle knows that it is personal.
      const quoted = names.map((name) => `"${name}"`).join(', ')
      const others = people > names.length ? ` and ${people - names.length} more` : ''
      return {
        area: 'method',
        what: method,
        state: 'warning',
        detail: `cannot be used by ${quoted}${others}: ${authenticators} enrolled, and methods.${method} is not set up`,
        remedy: `${howToSetUp(method)} Or remove it with holdfast authenticator remove.`,
      }
    })
}
