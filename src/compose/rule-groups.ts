import type { Config, GatewayConfig } from '../config/index.ts'
import { parseTemplate, placesOf } from '../signin/index.ts'
import { foldGroup } from '../support/index.ts'

/** Groups that rules look for in this directory, each once. */
export function groupsInRules(config: Config, directory: string): readonly string[] {
  const gateways = Object.values(config.gateways).filter((gateway) =>
    directoriesOf(config, gateway).includes(directory),
  )
  const named = [
    ...gateways.flatMap(({ requireGroups, denyGroups }) => [...requireGroups, ...denyGroups]),
    ...[...config.rules, ...config.replyRules, ...config.outageRules]
      .filter((rule) => gateways.some((gateway) => isAt(rule, gateway)))
      .flatMap(({ group = [] }) => group),
  ]
  return [...new Map(named.map((group) => [foldGroup(group), group])).values()]
}

/** Where the file names this group, however it is spelt there; '' where it does not. */
export function whereNamed({ groupPlaces }: Pick<Config, 'groupPlaces'>, group: string): string {
  const wanted = foldGroup(group)
  return groupPlaces
    .filter((each) => foldGroup(each.group) === wanted)
    .map(({ place }) => place)
    .join('; ')
}

/** Groups that people of the configuration are said to be in, folded. */
export function localGroups({ directories }: Config): ReadonlySet<string> {
  const people = Object.values(directories).flatMap((directory) =>
    directory.type === 'local' ? Object.values(directory.users) : [],
  )
  return new Set(people.flatMap(({ groups }) => groups).map(foldGroup))
}

/** Whether a sign-in in this directory depends on the groups the person is in. */
export function asksForGroups(config: Config, directory: string): boolean {
  return groupsInRules(config, directory).length > 0 || repliesNameGroups(config)
}

function repliesNameGroups({ replyRules }: Config): boolean {
  return replyRules
    .flatMap(({ reply }) => reply)
    .filter(({ isTemplate }) => isTemplate)
    .flatMap(({ value }) => placesOf(parseTemplate(String(value)) ?? []))
    .some((place) => place.toLowerCase() === 'memberof.cn')
}

/** Those of the gateway, and those that know the people of the upstream servers among them. */
export function directoriesOf(
  { directories }: Config,
  { firstFactor }: GatewayConfig,
): readonly string[] {
  const names = firstFactor.kind === 'none' ? firstFactor.directories : firstFactor.names
  return names.flatMap((name) => {
    const directory = directories[name]
    const users = directory?.type === 'radius' ? directory.usersFrom : undefined
    return users === undefined ? [name] : [name, users]
  })
}

type AtGateway = {
  readonly gateway?: readonly string[]
  readonly gatewayGroup?: readonly string[]
}

/** Whether a rule is for this gateway. */
export function isAt(
  { gateway, gatewayGroup }: AtGateway,
  { name, group }: GatewayConfig,
): boolean {
  return (gateway?.includes(name) ?? true) && (gatewayGroup?.includes(group) ?? true)
}
