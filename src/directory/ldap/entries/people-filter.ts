import type { LdapSettings } from '../options.ts'
import { allOf, anyOf, equals, type Filter, parseConfiguredFilter } from './filters.ts'

type Settings = Pick<LdapSettings, 'kind' | 'machines' | 'userFilter'>

/** Who may sign in: people, and computers where the settings let them. */
export function everybodyFilter(settings: Settings): Filter {
  const people = peopleFilter(settings)
  // A computer is a user too, of another category.
  return settings.kind === 'ad' && settings.machines
    ? anyOf(people, equals('objectCategory', 'computer'))
    : people
}

/** People who fit the filter of the configuration, where there is one. */
export function peopleFilter({ kind, userFilter }: Omit<Settings, 'machines'>): Filter {
  const configured = userFilter === undefined ? [] : [parseConfiguredFilter(userFilter)]
  return kind === 'ad'
    ? allOf(equals('objectCategory', 'person'), equals('objectClass', 'user'), ...configured)
    : allOf(anyOf(equals('objectClass', 'person'), equals('objectClass', 'account')), ...configured)
}
