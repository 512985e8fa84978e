import type { Method } from '../../../accounts/index.ts'
import type { IdleSetting } from '../../finding.ts'
import type { PolicyRuleConfig } from '../../resolved/policy-rules.ts'
import type { Config, GatewayConfig } from '../../resolved/resolve.ts'

/**
 * Settings that allow only phones where none can be asked: no number is shown, and no digits are read (PEOPLE R10).
 * `gatewaysOf`: those that a rule is for.
 */
export function findIdlePhones(
  { gateways, rules }: Config,
  gatewaysOf: (rule: PolicyRuleConfig) => readonly GatewayConfig[],
): readonly IdleSetting[] {
  const remedy =
    'Use flow auto, or append, without append: false and with a delimiter; or allow another method.'
  return [
    ...Object.values(gateways)
      .filter(({ methods }) => isPushAlone(methods))
      .filter((gateway) => !asksPhones(gateway))
      .map(({ name }) => ({
        setting: `gateways.${name}.methods`,
        why: 'lets no one in: the gateway shows no number for a phone, and reads no digits after the password',
        remedy,
      })),
    ...rules.flatMap((rule, index) => {
      const { outcome } = rule
      const methods = outcome.kind === 'second-factor' ? (outcome.methods ?? []) : []
      if (!isPushAlone(methods) || gatewaysOf(rule).some(asksPhones)) return []
      const why = 'lets no one in: no gateway it is for shows a number for a phone, or reads digits'
      return [{ setting: `rules.${index}.methods`, why, remedy }]
    }),
  ]
}

function isPushAlone(methods: readonly Method[]): boolean {
  return methods.length > 0 && methods.every((method) => method === 'push')
}

function asksPhones({ append, challenges, firstFactor, flow }: GatewayConfig): boolean {
  if (challenges && (flow === 'auto' || flow === 'challenge')) return true
  const isRead = firstFactor.kind === 'directories' && (flow === 'auto' || flow === 'append')
  return isRead && append !== false && append.delimiter !== ''
}
