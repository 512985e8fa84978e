import { foldGroup, isInPrefix, parsePrefix } from '../../../support/index.ts'
import type { IdleSetting } from '../../finding.ts'
import type { PolicyRuleConfig } from '../../resolved/policy-rules.ts'
import type { ReplyRuleConfig } from '../../resolved/reply-rules.ts'
import type { Config, GatewayConfig } from '../../resolved/resolve.ts'
import { findIdleAppends } from './append.ts'
import { findUnmatchedNames } from './certificate-names.ts'
import { contradiction } from './contradictions.ts'
import { findIdlePhones } from './phones.ts'
import { findUnprovable } from './proofs.ts'
import { findIdleReminders } from './reminders.ts'
import { findUnused } from './unused.ts'
import { findIdleWeb } from './web.ts'

type EapOfGateway = NonNullable<GatewayConfig['eap']>
type AnyRule = PolicyRuleConfig | ReplyRuleConfig

/** The settings of a rule other than its conditions. */
const noConditions = ['name', 'outcome', 'reply', 'last']

/**
 * Rules that never get their turn, gateways that others hide, EAP methods that no user can use, providers that carry
 * nothing. None of these keeps a service from starting. Says nothing about rules that several earlier ones cover
 * together.
 */
export function findIdleSettings(config: Config): readonly IdleSetting[] {
  const { rules, replyRules } = config
  return [
    ...idleRules(config, 'rules', rules, () => true),
    ...idleRules(config, 'reply_rules', replyRules, ({ last }) => last),
    ...unboundMemories(config),
    ...memoriesWithoutDevices(config),
    ...hiddenGateways(config),
    ...findIdleAppends(config),
    ...findIdlePhones(config, (rule) => gatewaysOf(config, rule)),
    ...findUnprovable(config),
    ...findUnmatchedNames(config),
    ...findUnused(config),
    ...findIdleWeb(config),
    ...findIdleReminders(config),
  ]
}

/** `ends`: whether later rules are skipped once it has matched. */
function idleRules<Rule extends AnyRule>(
  config: Config,
  list: string,
  rules: readonly Rule[],
  ends: (rule: Rule) => boolean,
): readonly IdleSetting[] {
  return rules.flatMap((rule, index): readonly IdleSetting[] => {
    const setting = `${list}.${index}`
    const why = contradiction(config, rule, gatewaysOf(config, rule))
    if (why !== undefined) {
      const remedy = 'Correct it, or take it out.'
      return [{ setting, why, remedy, ...(isDenial(rule) ? { denies: true } : {}) }]
    }
    const earlier = rules.slice(0, index).find((each) => ends(each) && covers(config, each, rule))
    if (earlier === undefined) return []
    return [
      {
        setting,
        why: `never gets its turn: rule ${earlier.name} before it holds whenever ${rule.name} would`,
        remedy: `Put it before ${earlier.name}, or take it out.`,
        ...(isDenial(rule) && !isDenial(earlier) ? { denies: true } : {}),
      },
    ]
  })
}

function isDenial(rule: AnyRule): boolean {
  return 'outcome' in rule && rule.outcome.kind === 'deny'
}

/** A person who could be relayed is asked each time, and no one would look for the reason at the gateway (RULES 28). */
function unboundMemories(config: Config): readonly IdleSetting[] {
  return config.rules.flatMap((rule, index): readonly IdleSetting[] => {
    const { outcome } = rule
    if (outcome.kind !== 'second-factor' || outcome.remember === undefined) return []
    const unbound = gatewaysOf(config, rule).filter(({ eap }) => eap && isUnbound(eap))
    if (unbound.length === 0) return []
    const names = unbound.map(({ name }) => name).join(', ')
    return [
      {
        setting: `rules.${index}.remember`,
        why: `remembers no one who signs in by MS-CHAP in PEAP at ${names}: a false access point could pass that on`,
        remedy: 'Set crypto_binding: required there, or take peap out of methods.',
      },
    ]
  })
}

/** Nothing is remembered where devices cannot be told apart, and the person is asked each time. */
function memoriesWithoutDevices(config: Config): readonly IdleSetting[] {
  return config.rules.flatMap((rule, index): readonly IdleSetting[] => {
    const { outcome } = rule
    if (outcome.kind !== 'second-factor' || outcome.remember === undefined) return []
    const without = gatewaysOf(config, rule).filter(
      ({ eap, personSpecificDevice }) => !personSpecificDevice && !eap?.methods.includes('tls'),
    )
    if (without.length === 0) return []
    const names = without.map(({ name }) => name).join(', ')
    return [
      {
        setting: `rules.${index}.remember`,
        why: `remembers no device at ${names}: nothing says that Calling-Station-Id names the person’s device there`,
        remedy:
          'If it does, set person_specific_device: true there. Otherwise the person is asked each time.',
      },
    ]
  })
}

function isUnbound({ cryptoBinding, inner, methods, passOn }: EapOfGateway) {
  const takesMsChap = methods.includes('peap') && inner.includes('eap-ms-chap-v2')
  return !passOn && takesMsChap && cryptoBinding === 'offered'
}

function gatewaysOf({ gateways }: Config, rule: AnyRule): readonly GatewayConfig[] {
  return Object.values(gateways).filter(
    ({ name, group }) =>
      (rule.gateway?.includes(name) ?? true) && (rule.gatewayGroup?.includes(group) ?? true),
  )
}

/** Whether the first holds whenever the second does. Conditions of a kind not known here must be equal. */
function covers(config: Config, wide: AnyRule, narrow: AnyRule): boolean {
  const reached = gatewaysOf(config, wide)
  if (!gatewaysOf(config, narrow).every((gateway) => reached.includes(gateway))) return false
  const narrowly: Readonly<Record<string, unknown>> = narrow
  const isTimed = 'days' in wide || 'hours' in wide
  return Object.entries(wide)
    .filter(([key, condition]) => condition !== undefined && !noConditions.includes(key))
    .every(([key, condition]) => {
      if (key === 'gateway' || key === 'gatewayGroup') return true
      if (key === 'timeZone') return !isTimed || narrowly.timeZone === condition
      // Hours over midnight reach into the next day, so days can be compared only with equal hours.
      if (key === 'days' && !isEqual(narrowly.hours, 'hours' in wide ? wide.hours : undefined)) {
        return false
      }
      // It also holds where the gateway sends text, and takes the word of more gateways.
      if (key === 'network' && isDenial(narrow) && !isDenial(wide)) return false
      return holdsAlways(key, condition, narrowly[key])
    })
}

function holdsAlways(key: string, wide: unknown, narrow: unknown): boolean {
  if (narrow === undefined) return false
  if (!Array.isArray(wide) || !Array.isArray(narrow)) return isEqual(wide, narrow)
  if (key === 'network') return narrow.every((each) => wide.some((all) => isInside(each, all)))
  // Names of directories have no case.
  const names = new Set(wide.map((each) => foldGroup(String(each))))
  return narrow.every((each) => names.has(foldGroup(String(each))))
}

function isEqual(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

/** Whether every address of the first prefix is one of the second. */
function isInside(narrow: unknown, wide: unknown): boolean {
  const [inner, outer] = [parsePrefix(String(narrow)), parsePrefix(String(wide))]
  if (inner === undefined || outer === undefined || inner.length < outer.length) return false
  return isInPrefix(inner.address.bytes, outer)
}

/** Only the longest prefix decides which gateway is meant; NAS-Identifier then chooses among those that share it. */
function hiddenGateways({ gateways }: Config): readonly IdleSetting[] {
  const named = Object.values(gateways).filter(({ nasIdentifier }) => nasIdentifier !== undefined)
  return Object.values(gateways).flatMap(({ name, address }) =>
    address.flatMap((narrow): readonly IdleSetting[] => {
      const hidden = named
        .filter((other) => !other.address.includes(narrow))
        .flatMap((other) => {
          const wide = other.address.find((each) => isInside(narrow, each))
          return wide === undefined ? [] : [{ wide, name: other.name }]
        })
      const [first] = hidden
      if (first === undefined) return []
      const names = hidden.map((each) => each.name).join(', ')
      return [
        {
          setting: `gateways.${name}.address`,
          why: `${narrow} lies inside ${first.wide}, where NAS-Identifier chooses (${names}); from ${narrow} everything goes to ${name}, whatever it says`,
          remedy: `Does one of them send from there as well? Then give ${name} the address ${first.wide} and a nas_identifier too.`,
        },
      ]
    }),
  )
}
