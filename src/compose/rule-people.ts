import type { Config } from '../config/index.ts'
import type { NamedPerson } from '../operations/index.ts'
import type { Directory } from '../signin/index.ts'
import { directoriesOf, isAt } from './rule-groups.ts'

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
