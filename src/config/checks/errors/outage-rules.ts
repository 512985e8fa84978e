import type { Path } from '../../files/problems.ts'
import { entryOf, type Finding, unknownName } from '../../finding.ts'
import type { ParsedConfig } from '../../schema/schema.ts'
import { checkConditions, checkMethods, checksNoPassword, gatewaysOf } from './rules.ts'

type ParsedRule = ParsedConfig['outageRules'][number]

/** What is wrong with rules for outages. */
export function checkOutageRules(config: ParsedConfig): readonly Finding[] {
  return config.outageRules.flatMap((rule, index): readonly Finding[] => {
    const path = ['outage_rules', index]
    return [
      ...checkConditions(config, path, rule),
      ...checkMethods(config, [...path, 'methods'], rule.methods),
      ...checkKeys(config, path, rule),
      ...checkStandIn(config, path, rule),
    ]
  })
}

/** `corp:0a…`: a name before the colon that is not a directory would make a rule that matches no one. */
function checkKeys(
  { directories }: ParsedConfig,
  path: Path,
  { userKey = [] }: ParsedRule,
): readonly Finding[] {
  return userKey.flatMap((key): readonly Finding[] => {
    const [directory = '', person = ''] = key.split(/:(.*)/s)
    const at = [...path, 'user_key']
    if (person === '') {
      return [{ path: at, message: 'must be a key such as corp:ID; holdfast user show prints it' }]
    }
    return entryOf(directories, directory) === undefined
      ? [unknownName(at, directory, 'directories', directories)]
      : []
  })
}

function checkStandIn(config: ParsedConfig, path: Path, rule: ParsedRule): readonly Finding[] {
  const { methods, rememberedMs, secondFactor, userKey } = rule
  if (methods === undefined && rememberedMs === undefined && secondFactor === undefined) {
    return [{ path, message: 'needs one of methods, remembered and second_factor' }]
  }
  if (rememberedMs !== undefined && config.rules.every((each) => each.rememberMs === undefined)) {
    const message =
      'has an effect only where a rule has remember: otherwise no device is remembered'
    return [{ path: [...path, 'remembered'], message }]
  }
  if (secondFactor === undefined) return []
  const at = [...path, 'second_factor']
  if (userKey === undefined) {
    const message =
      'can be none only for people named by user_key: an outage must not let a whole group in'
    return [{ path: at, message }]
  }
  const open = gatewaysOf(config, rule).find(([, gateway]) => checksNoPassword(gateway))
  if (open === undefined) return []
  const message = `cannot be none at ${open[0]}, where no password is checked; say at which gateways`
  return [{ path: at, message }]
}
