import { type Config, findIdleSettings } from '../config/index.ts'
import {
  type CheckRow,
  checkDenials,
  checkPeople,
  type Denial,
  type NetworkDenial,
} from '../operations/index.ts'
import type { Logger } from '../ops/index.ts'
import type { Directory } from '../signin/index.ts'
import { foldGroup } from '../support/index.ts'
import { directoriesOf, isAt } from './rule-groups.ts'
import { peopleInRules } from './rule-people.ts'

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

/**
 * Warns of all rules that deny and refuse no one. People leave, so a service starts all the
 * same; `check` calls it an error. Never rejects.
 */
export async function warnOfDeadDenials(
  config: Config,
  directories: ReadonlyMap<string, Directory>,
  logger: Pick<Logger, 'log'>,
  signal: AbortSignal,
): Promise<void> {
  const tell = (setting: string, why: string) =>
    logger.log({ event: 'deny-matches-nobody', setting, why })
  for (const { setting, why, denies } of findIdleSettings(config)) {
    if (denies) tell(setting, why)
  }
  const people = peopleInRules(config, directories).filter(({ denies }) => denies)
  const asked: Promise<readonly CheckRow[]>[] = [
    checkPeople(people, signal),
    checkDenials(denialsIn(config, directories), signal),
  ]
  for (const rows of await Promise.allSettled(asked)) {
    if (rows.status === 'rejected') continue
    for (const { what, detail } of rows.value) tell(what, detail)
  }
}
