import type { Path, YamlFile } from '../../files/problems.ts'
import type { GroupPlace } from '../../resolved/resolve.ts'
import type { ParsedConfig } from '../../schema/schema.ts'

/** Every place in a file at which a rule or a gateway names a group. */
export function findGroupPlaces(parsed: ParsedConfig, yaml: YamlFile): readonly GroupPlace[] {
  const { enrolment, gateways, helpdeskNotFor, outageRules, replyRules, rules } = parsed
  const inRules = [
    ['rules', rules],
    ['reply_rules', replyRules],
    ['outage_rules', outageRules],
  ] as const
  return [
    ...Object.entries(gateways).flatMap(([name, { requireGroups, denyGroups }]) => [
      ...placesIn(yaml, ['gateways', name, 'require_groups'], requireGroups),
      ...placesIn(yaml, ['gateways', name, 'deny_groups'], denyGroups),
    ]),
    ...enrolment.campaigns.flatMap(({ group }, index) => {
      const { file, line } = yaml.problemAt(['enrolment', 'campaigns', index, 'group'], '')
      return { group, place: `enrolment.campaigns.${index}.group, ${file}:${line}` }
    }),
    ...placesIn(yaml, ['helpdesk_not_for'], helpdeskNotFor),
    ...inRules.flatMap(([list, each]) =>
      each.flatMap(({ group }, index) => placesIn(yaml, [list, index, 'group'], group ?? [])),
    ),
  ]
}

function placesIn(yaml: YamlFile, path: Path, groups: readonly string[]): readonly GroupPlace[] {
  return groups.map((group, index) => {
    const { file, line } = yaml.problemAt([...path, index], '')
    return { group, place: `${path.map(String).join('.')}, ${file}:${line}` }
  })
}
