import type { ConfigCheck } from './check-elsewhere.ts'
import { entryOf, type Finding, unknownName } from './finding.ts'
import type { ParsedConfig } from './schema.ts'

type ParsedUpstream = Extract<ParsedConfig['directories'][string], { type: 'radius' }>

/** What is wrong with a directory of other RADIUS servers for itself. */
export function checkUpstream(
  { directories }: ParsedConfig,
  name: string,
  { domains, usersFrom }: ParsedUpstream,
): readonly Finding[] {
  const at = (key: string) => ['directories', name, key]
  if (usersFrom === undefined) return []
  const users = entryOf(directories, usersFrom)
  if (users === undefined) {
    return [unknownName(at('users_from'), usersFrom, 'directories', directories)]
  }
  if (users.type === 'radius') {
    const message = `${usersFrom} knows nobody either: name one of type ldap or local`
    return [{ path: at('users_from'), message }]
  }
  return domains.length === 0
    ? []
    : [{ path: at('domains'), message: `has no effect: ${usersFrom} knows the names` }]
}

/** Why an attribute of a server's Accept cannot be passed on; undefined where it can. */
type Refusal = (name: string) => string | undefined

/** Looks the names of `pass` up. `refusalBy` reads further dictionary files when it is asked, and may throw. */
export function checkPassed(refusalBy: (dictionaries: readonly string[]) => Refusal): ConfigCheck {
  return ({ dictionaries, directories }) => {
    const refusal = refusalBy(dictionaries)
    const named = Object.entries(directories).flatMap(([directory, settings]) =>
      settings.type === 'radius'
        ? settings.pass.map((name, index) => ({ directory, name, index }))
        : [],
    )
    try {
      return named.flatMap(({ directory, name, index }): readonly Finding[] => {
        const message = refusal(name)
        const path = ['directories', directory, 'pass', index]
        return message === undefined ? [] : [{ path, message }]
      })
    } catch (error) {
      return [{ path: ['dictionaries'], message: String(error) }]
    }
  }
}
