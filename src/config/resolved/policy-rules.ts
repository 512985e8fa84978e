import type { Method } from '../../accounts/index.ts'
import type { ParsedConfig } from '../schema/schema.ts'
import { ruleName } from './reply-rules.ts'

type ParsedRule = ParsedConfig['rules'][number]

/** What a rule decides, in one value. */
export type RuleOutcomeConfig =
  | { readonly kind: 'deny'; readonly text?: string }
  | { readonly kind: 'no-second-factor' }
  | {
      readonly kind: 'second-factor'
      readonly methods?: readonly Method[]
      readonly userVerification?: true
      readonly deviceBound?: true
      readonly refuseSeenSecrets?: true
      readonly remember?: {
        readonly forMs: number
        readonly address: boolean
        readonly tell?: 'email' | 'sms'
      }
      readonly first?: boolean
    }

type Outcomes =
  | 'deny'
  | 'secondFactor'
  | 'methods'
  | 'userVerification'
  | 'deviceBound'
  | 'refuseSeenSecrets'
  | 'rememberMs'
  | 'rememberAddress'
  | 'tellNewDevice'
  | 'secondFactorFirst'

export type PolicyRuleConfig = Omit<ParsedRule, 'name' | 'timeZone' | Outcomes> & {
  readonly name: string
  /** Name of IANA. */
  readonly timeZone: string
  readonly outcome: RuleOutcomeConfig
}

/** Gives each rule a name, a time zone and the one thing that it decides. */
export function resolveRules(rules: readonly ParsedRule[]): readonly PolicyRuleConfig[] {
  const ownZone = new Intl.DateTimeFormat().resolvedOptions().timeZone
  return rules.map((rule, index) => {
    const { deny, secondFactor, methods, rememberMs, rememberAddress, tellNewDevice, ...others } =
      rule
    const { secondFactorFirst, userVerification, deviceBound, refuseSeenSecrets, ...further } =
      others
    const { timeZone = ownZone, ...conditions } = further
    return { ...conditions, name: ruleName(rule, index), timeZone, outcome: outcomeOf(rule) }
  })
}

/** Loading has made sure that there is one, and one only. */
function outcomeOf(rule: ParsedRule): RuleOutcomeConfig {
  const { deny, secondFactor, methods, rememberMs, rememberAddress, secondFactorFirst } = rule
  const { tellNewDevice: tell, userVerification, deviceBound, refuseSeenSecrets } = rule
  if (deny !== undefined) {
    return typeof deny === 'string' ? { kind: 'deny', text: deny } : { kind: 'deny' }
  }
  if (secondFactor !== undefined) return { kind: 'no-second-factor' }
  return {
    kind: 'second-factor',
    ...(methods === undefined ? {} : { methods }),
    ...(userVerification === undefined ? {} : { userVerification }),
    ...(deviceBound === undefined ? {} : { deviceBound }),
    ...(refuseSeenSecrets === undefined ? {} : { refuseSeenSecrets }),
    ...(rememberMs === undefined
      ? {}
      : {
          remember: {
            forMs: rememberMs,
            address: rememberAddress,
            ...(tell === undefined ? {} : { tell }),
          },
        }),
    ...(secondFactorFirst === undefined ? {} : { first: secondFactorFirst }),
  }
}
