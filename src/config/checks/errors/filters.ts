import type { Finding } from '../../finding.ts'
import type { ConfigCheck } from './elsewhere.ts'

/** What is wrong with a filter, and at which of its characters, from 0; undefined where nothing is. */
export type FilterJudge = (
  filter: string,
) => { readonly at: number; readonly message: string } | undefined

/** Reads every LDAP filter of the configuration, so that a mistake in one shows with its place. */
export function checkFilters(judge: FilterJudge): ConfigCheck {
  return ({ directories }) =>
    Object.entries(directories).flatMap(([name, directory]): readonly Finding[] => {
      const filter = directory.type === 'ldap' ? directory.userFilter : undefined
      const fault = filter === undefined ? undefined : judge(filter)
      return fault === undefined ? [] : [{ path: ['directories', name, 'user_filter'], ...fault }]
    })
}
