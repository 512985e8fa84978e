import { entryOf, type Finding, unknownName } from '../../finding.ts'
import { formatEndpoint } from '../../schema/fields.ts'
import { isLoopback } from '../../schema/prefix.ts'
import type { ParsedConfig } from '../../schema/schema.ts'
import type { ConfigCheck } from './elsewhere.ts'

type ParsedUpstream = Extract<ParsedConfig['directories'][string], { type: 'radius' }>

/** What is wrong within a directory of other RADIUS servers. */
export function checkUpstream(
  config: ParsedConfig,
  name: string,
  directory: ParsedUpstream,
): readonly Finding[] {
  return [...checkServers(config, name, directory), ...checkUsers(config, name, directory)]
}

/** A service that asks itself would never stop asking, and a server that is named twice is asked twice. */
function checkServers(
  { listen }: ParsedConfig,
  name: string,
  { servers }: ParsedUpstream,
): readonly Finding[] {
  return servers.flatMap(({ address: server }, index): readonly Finding[] => {
    const path = ['directories', name, 'servers', index, 'address']
    const isOurs = listen.some(
      ({ address, port }) =>
        port === server.port &&
        (address === server.address || (isAnyAddress(address) && isLoopback(server.address))),
    )
    if (isOurs) return [{ path, message: 'is where this service itself listens' }]
    const written = formatEndpoint(server)
    const isTwice = servers
      .slice(0, index)
      .some(({ address }) => formatEndpoint(address) === written)
    return isTwice ? [{ path, message: 'is there already' }] : []
  })
}

function isAnyAddress(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

function checkUsers(
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
    const message = `${usersFrom} finds no users itself: name one of type ldap or local`
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
