import { isInPrefix, parsePrefix } from '../support/index.ts'
import type { UnsafeSetting } from './check-unsafe.ts'
import type { PolicyRuleConfig } from './policy-rules.ts'
import type { Config, GatewayConfig } from './resolve.ts'

/**
 * Rules that can never decide: nothing fits all they ask for, or an earlier one holds wherever they
 * would. Says nothing of rules that several earlier ones cover together.
 */
export function deadRules({ gateways, rules }: Config): readonly UnsafeSetting[] {
  const all = Object.values(gateways)
  return rules.flatMap((rule, index) => {
    const at = gatewaysOf(rule, all)
    const why =
      contradiction(rule, at) ??
      coveredBy(
        rules
          .slice(0, index)
          .find((earlier) => covers(earlier, gatewaysOf(earlier, all), rule, at)),
      )
    return why === undefined ? [] : [{ setting: `rules.${index}`, danger: `never decides: ${why}` }]
  })
}

function gatewaysOf(
  { gateway, gatewayGroup }: PolicyRuleConfig,
  all: readonly GatewayConfig[],
): readonly GatewayConfig[] {
  return all.filter(
    ({ name, group }) =>
      (gateway?.includes(name) ?? true) && (gatewayGroup?.includes(group) ?? true),
  )
}

function contradiction(
  { network, credential }: PolicyRuleConfig,
  at: readonly GatewayConfig[],
): string | undefined {
  if (at.length === 0) return 'no gateway is one of these and in one of these groups'
  if (network !== undefined && at.every(({ personSpecificDevice }) => !personSpecificDevice)) {
    return 'no gateway it is for tells the address of a device'
  }
  if (credential?.every((name) => name === 'eap') && at.every(({ eap }) => eap === undefined)) {
    return 'no gateway it is for takes EAP'
  }
  return undefined
}

function coveredBy(earlier: PolicyRuleConfig | undefined): string | undefined {
  return earlier && `rule ${earlier.name} holds wherever it would`
}

/** Whether the earlier rule holds for everything that the later one would hold for. */
function covers(
  earlier: PolicyRuleConfig,
  earlierAt: readonly GatewayConfig[],
  later: PolicyRuleConfig,
  laterAt: readonly GatewayConfig[],
): boolean {
  return (
    laterAt.every((gateway) => earlierAt.includes(gateway)) &&
    allAmong(later.group, earlier.group, ignoringCase) &&
    allAmong(later.user, earlier.user, ignoringCase) &&
    allAmong(later.enrolled, earlier.enrolled, equal) &&
    allAmong(later.credential, earlier.credential, equal) &&
    allAmong(later.network, earlier.network, isInside) &&
    hasAll(later, earlier) &&
    isAtSameTimes(later, earlier)
  )
}

/** Whether each of these fits one of those. Absent: everything. */
function allAmong(
  these: readonly string[] | undefined,
  those: readonly string[] | undefined,
  fits: (one: string, other: string) => boolean,
): boolean {
  if (those === undefined) return true
  return these?.every((one) => those.some((other) => fits(one, other))) ?? false
}

function equal(one: string, other: string): boolean {
  return one === other
}

function ignoringCase(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

function isInside(one: string, other: string): boolean {
  const [inner, outer] = [parsePrefix(one), parsePrefix(other)]
  if (inner === undefined || outer === undefined || inner.length < outer.length) return false
  return isInPrefix(inner.address.bytes, outer)
}

function hasAll(later: PolicyRuleConfig, earlier: PolicyRuleConfig): boolean {
  return Object.entries(earlier.attribute ?? {}).every(([name, values]) => {
    const [, asked] =
      Object.entries(later.attribute ?? {}).find(([other]) => ignoringCase(name, other)) ?? []
    return allAmong(asked?.map(String), values.map(String), equal)
  })
}

/** Hours over midnight reach into the next day, so that only equal hours are compared. */
function isAtSameTimes(later: PolicyRuleConfig, earlier: PolicyRuleConfig): boolean {
  const { days, hours, timeZone } = earlier
  if (days === undefined && hours === undefined) return true
  const areSameHours = later.hours?.from === hours?.from && later.hours?.to === hours?.to
  return areSameHours && later.timeZone === timeZone && allAmong(later.days, days, equal)
}
