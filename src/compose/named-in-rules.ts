// Whom and what the rules of a configuration name, for the parts that watch and check those names.
import { type Config, findIdleSettings, type GatewayConfig } from '../config/index.ts'
import type { NamedGroups } from '../directory/index.ts'
import type { Denial, DenialWarnings, NamedPerson, NetworkDenial } from '../operations/index.ts'
import { type Directory, parseTemplate, placesOf } from '../signin/index.ts'
import { foldGroup } from '../support/index.ts'

/** What watches the groups of directories goes by. */
export function namedGroups(config: Config): NamedGroups {
  return {
    byDirectory: new Map(
      Object.keys(config.directories).map((name) => [name, groupsInRules(config, name)]),
    ),
    local: localGroupsOf(config, Object.keys(config.directories)),
    placeOf: (group) => whereNamed(config, group),
  }
}

/** Groups that rules, and the limits of the helpdesk, look for in this directory, each once. */
export function groupsInRules(config: Config, directory: string): readonly string[] {
  const gateways = Object.values(config.gateways).filter((gateway) =>
    directoriesOf(config, gateway).includes(directory),
  )
  const named = [
    ...gateways.flatMap(({ requireGroups, denyGroups }) => [...requireGroups, ...denyGroups]),
    ...[...config.rules, ...config.replyRules, ...config.outageRules]
      .filter((rule) => gateways.some((gateway) => isAt(rule, gateway)))
      .flatMap(({ group = [] }) => group),
    ...config.helpdeskNotFor,
    ...config.enrolment.campaigns
      .filter((campaign) => gateways.some(({ name }) => campaign.gateways.includes(name)))
      .map(({ group }) => group),
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

/** People that rules name, with the directories of the gateways each rule is for. */
export function peopleInRules(
  config: Config,
  directories: ReadonlyMap<string, Directory>,
): readonly NamedPerson[] {
  const gateways = Object.values(config.gateways)
  const lists = [
    ['rules', config.rules],
    ['reply_rules', config.replyRules],
    ['outage_rules', config.outageRules],
  ] as const
  return lists.flatMap(([list, rules]) =>
    rules.flatMap((rule, index) => {
      const names = gateways
        .filter((gateway) => isAt(rule, gateway))
        .flatMap((gateway) => directoriesOf(config, gateway))
      const asked = [...new Set(names)].flatMap((name) => directories.get(name) ?? [])
      return (rule.user ?? []).map((name) => ({
        name,
        rule: `${list}.${index}`,
        directories: asked,
        denies: 'outcome' in rule && rule.outcome.kind === 'deny',
      }))
    }),
  )
}

/** Every rule and every list of a gateway that refuses people. */
export function denialsIn(
  config: Config,
  directories: ReadonlyMap<string, Directory>,
): readonly Denial[] {
  const gateways = Object.values(config.gateways)
  const denial = (
    setting: string,
    at: typeof gateways,
    { user, group }: { user?: readonly string[]; group?: readonly string[] },
  ): Denial => {
    const names = [...new Set(at.flatMap((gateway) => directoriesOf(config, gateway)))]
    const local = localGroupsOf(config, names)
    return {
      setting,
      directories: names.flatMap((name) => directories.get(name) ?? []),
      ...(user === undefined ? {} : { users: user }),
      ...(group === undefined
        ? {}
        : {
            groups: group.map((name) => {
              const folded = foldGroup(name)
              return { name, folded, isLocal: local.has(folded) }
            }),
          }),
    }
  }
  return [
    ...config.rules.flatMap(({ outcome, ...rule }, index) => {
      const at = gateways.filter((gateway) => isAt(rule, gateway))
      return outcome.kind === 'deny' ? [denial(`rules.${index}`, at, rule)] : []
    }),
    ...gateways.flatMap((gateway) => {
      const { name, denyGroups: group } = gateway
      const setting = `gateways.${name}.deny_groups`
      return group.length === 0 ? [] : [denial(setting, [gateway], { group })]
    }),
  ]
}

/** Groups that people of these directories are said to be in by the configuration, folded. */
function localGroupsOf({ directories }: Config, names: readonly string[]): ReadonlySet<string> {
  const people = names.flatMap((name) => {
    const directory = directories[name]
    return directory?.type === 'local' ? Object.values(directory.users) : []
  })
  return new Set(people.flatMap(({ groups }) => groups).map(foldGroup))
}

/** Rules that refuse people by where they are, and the gateways they are for. */
export function networkDenialsIn({ gateways, rules }: Config): readonly NetworkDenial[] {
  return rules.flatMap((rule): readonly NetworkDenial[] => {
    if (rule.outcome.kind !== 'deny' || rule.network === undefined) return []
    const at = Object.values(gateways).filter((gateway) => isAt(rule, gateway))
    return [{ rule: rule.name, gateways: at.map(({ name }) => name) }]
  })
}

/** What a service warns of: rules that deny and refuse no one. */
export function denialWarnings(
  config: Config,
  directories: ReadonlyMap<string, Directory>,
): Pick<DenialWarnings, 'idle' | 'people' | 'denials'> {
  return {
    idle: findIdleSettings(config).filter(({ denies }) => denies),
    people: peopleInRules(config, directories).filter(({ denies }) => denies),
    denials: denialsIn(config, directories),
  }
}
