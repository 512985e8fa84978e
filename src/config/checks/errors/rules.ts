import type { Method } from '../../../accounts/index.ts'
import { knownPlaces, parseTemplate, placesOf } from '../../../signin/index.ts'
import { closest } from '../../../support/index.ts'
import type { Path } from '../../files/problems.ts'
import { entryOf, type Finding, unknownName } from '../../finding.ts'
import { availableMethods } from '../../resolved/resolve.ts'
import type { ParsedConfig } from '../../schema/schema.ts'

/** What is wrong within rules; what only a dictionary knows comes later. */
export function checkRules(config: ParsedConfig): readonly Finding[] {
  const policy = config.rules.flatMap((rule, index): readonly Finding[] => {
    const path = ['rules', index]
    return [
      ...checkConditions(config, path, rule),
      ...checkMethods(config, [...path, 'methods'], rule.methods),
      ...checkMethods(
        config,
        [...path, 'tell_new_device'],
        rule.tellNewDevice && [rule.tellNewDevice],
      ),
      ...checkTimes(path, rule),
      ...checkOutcome(config, path, rule),
    ]
  })
  const replies = config.replyRules.flatMap((rule, index): readonly Finding[] => {
    const path = ['reply_rules', index]
    return [
      ...checkConditions(config, path, rule),
      ...checkMethods(config, [...path, 'method'], rule.method),
      ...checkReply(config, path, rule),
    ]
  })
  return [...policy, ...replies]
}

type Named = {
  readonly gateway?: readonly string[]
  readonly gatewayGroup?: readonly string[]
}

/** Names in conditions that mean nothing: such a rule would never match, and no one would notice. */
export function checkConditions(
  { gateways }: ParsedConfig,
  path: Path,
  { gateway = [], gatewayGroup = [] }: Named,
): readonly Finding[] {
  const groups = Object.fromEntries(
    Object.entries(gateways).map(([name, { group }]) => [group ?? name, true]),
  )
  return [
    ...gateway
      .filter((name) => entryOf(gateways, name) === undefined)
      .map((name) => unknownName([...path, 'gateway'], name, 'gateways', gateways)),
    ...gatewayGroup
      .filter((name) => entryOf(groups, name) === undefined)
      .map((name) => unknownName([...path, 'gateway_group'], name, 'groups of gateways', groups)),
  ]
}

export function checkMethods(
  config: ParsedConfig,
  path: Path,
  named: readonly string[] = [],
): readonly Finding[] {
  const available: readonly string[] = availableMethods(config)
  return named
    .filter((method) => !available.includes(method))
    .map((method) => ({ path, message: notSetUp(method) }))
}

/** Why a method cannot be used. */
export function notSetUp(method: string): string {
  if (method === 'push') return 'push needs the portal: web.people'
  return method === 'passkey'
    ? 'passkey needs the portal: web.people with a public_url that has a host name'
    : `${method} is not set up under methods`
}

type ParsedRule = ParsedConfig['rules'][number]

function checkTimes(path: Path, { days, hours, timeZone }: ParsedRule): readonly Finding[] {
  if (timeZone === undefined || days !== undefined || hours !== undefined) return []
  return [{ path: [...path, 'time_zone'], message: 'counts only with days or hours' }]
}

/** Those whose codes someone reads off and types, with nothing sent. */
const typedMethods: readonly Method[] = ['totp', 'hotp', 'recovery']

function checkOutcome(config: ParsedConfig, path: Path, rule: ParsedRule): readonly Finding[] {
  const { deny, secondFactor, methods, rememberMs, rememberAddress, secondFactorFirst } = rule
  const { deviceBound, refuseSeenSecrets, tellNewDevice, userVerification } = rule
  const asked =
    methods ??
    userVerification ??
    deviceBound ??
    refuseSeenSecrets ??
    rememberMs ??
    secondFactorFirst
  const given = [deny, secondFactor, asked].filter((outcome) => outcome !== undefined)
  if (given.length !== 1) {
    const message =
      'needs one of deny, second_factor, and how to ask: methods, user_verification, device_bound, refuse_seen_secrets, remember, second_factor_first'
    return [{ path, message }]
  }
  if (rememberAddress && rememberMs === undefined) {
    return [{ path: [...path, 'remember_address'], message: 'counts only with remember' }]
  }
  if (tellNewDevice !== undefined && rememberMs === undefined) {
    return [{ path: [...path, 'tell_new_device'], message: 'counts only with remember' }]
  }
  if (secondFactorFirst && methods?.some((method) => typedMethods.includes(method)) === false) {
    const message = `needs one of ${typedMethods.join(', ')} among methods: only typed codes come before a password`
    return [{ path: [...path, 'second_factor_first'], message }]
  }
  const verifies = methods?.includes('call') !== false || methods.includes('passkey')
  if (userVerification && (!verifies || secondFactorFirst)) {
    const message =
      'asks for passkeys, and calls with a PIN: methods must have passkey or call, and no code can come first'
    return [{ path: [...path, 'user_verification'], message }]
  }
  if (deviceBound && (methods?.includes('passkey') === false || secondFactorFirst)) {
    const message = 'asks for passkeys: methods must have passkey, and no code can come first'
    return [{ path: [...path, 'device_bound'], message }]
  }
  if (deviceBound && !availableMethods(config).includes('passkey')) {
    return [{ path: [...path, 'device_bound'], message: notSetUp('passkey') }]
  }
  const gateways = gatewaysOf(config, rule)
  if (rememberMs !== undefined) return checkRemember(path, gateways)
  // Without a password and without a second factor everyone would be let in.
  const open = gateways.find(([, gateway]) => checksNoPassword(gateway))
  if (secondFactor === undefined || open === undefined) return []
  const message = `cannot be none at ${open[0]}, where no password is checked; say at which gateways`
  return [{ path: [...path, 'second_factor'], message }]
}

type ParsedGateway = ParsedConfig['gateways'][string]

/** Those a rule is for. */
export function gatewaysOf(
  { gateways }: ParsedConfig,
  { gateway, gatewayGroup }: Named,
): readonly (readonly [string, ParsedGateway])[] {
  return Object.entries(gateways).filter(
    ([name, { group }]) =>
      (gateway?.includes(name) ?? true) && (gatewayGroup?.includes(group ?? name) ?? true),
  )
}

export function checksNoPassword({ flow, firstFactor }: ParsedGateway): boolean {
  return flow === 'code-only' || firstFactor?.includes('none') === true
}

/**
 * Where a device alone would let someone in. What tells no devices apart asks each time instead, and is a warning of
 * `check`.
 */
function checkRemember(
  path: Path,
  gateways: readonly (readonly [string, ParsedGateway])[],
): readonly Finding[] {
  const [first] = gateways
  if (first === undefined || !gateways.every(([, gateway]) => checksNoPassword(gateway))) return []
  const message = `remembers no one: at ${first[0]} no password is checked`
  return [{ path: [...path, 'remember'], message }]
}

function checkReply(
  config: ParsedConfig,
  path: Path,
  { reply, vlan, tag, last }: ParsedConfig['replyRules'][number],
): readonly Finding[] {
  const values = [
    ...Object.entries(reply).flatMap(([name, each]) =>
      each.map((value) => ({ at: [...path, 'reply', name], value })),
    ),
    ...(vlan === undefined ? [] : [{ at: [...path, 'vlan'], value: vlan }]),
  ]
  const places = templatePlaces(config)
  const findings = values.flatMap(({ at, value }) => checkTemplate(at, value, places))
  if (tag !== undefined && vlan === undefined) {
    findings.push({ path: [...path, 'tag'], message: 'counts only with vlan' })
  }
  if (values.length === 0 && !last) {
    findings.push({ path, message: 'adds nothing: it needs reply, vlan or last: true' })
  }
  return findings
}

function checkTemplate(
  path: Path,
  value: string | number,
  places: readonly string[],
): readonly Finding[] {
  const template = typeof value === 'string' ? parseTemplate(value) : []
  if (template === undefined) {
    return [{ path, message: 'has braces, but not around a place such as {{mail}} or {{mail?}}' }]
  }
  const known = places.map((place) => place.toLowerCase())
  return placesOf(template)
    .filter((place) => !known.includes(place.toLowerCase()))
    .map((place): Finding => {
      const message = `no directory reads ${place}; name it under reply_attributes there`
      const suggestion = closest(place, places)
      return suggestion === undefined ? { path, message } : { path, message, suggestion }
    })
}

/** Everything some directory can fill in. */
function templatePlaces({ directories }: ParsedConfig): readonly string[] {
  const further = Object.values(directories).flatMap((directory) =>
    directory.type === 'ldap'
      ? directory.replyAttributes
      : directory.type === 'local'
        ? Object.values(directory.users).flatMap(({ attributes }) => Object.keys(attributes))
        : [],
  )
  return [...knownPlaces, ...new Set(further)]
}
