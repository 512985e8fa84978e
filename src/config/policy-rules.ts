import type { Method } from '../accounts/index.ts'
import { ruleName } from './reply-rules.ts'
import type { ParsedConfig } from './schema.ts'

type ParsedRule = ParsedConfig['rules'][number]

/** What a rule decides, in one value. */
export type RuleOutcomeConfig =
  | { readonly kind: 'deny'; readonly text?: string }
  | { readonly kind: 'no-second-factor' }
  | { readonly kind: 'methods'; readonly methods: readonly Method[] }

export type PolicyRuleConfig = Omit<
  ParsedRule,
  'name' | 'timeZone' | 'deny' | 'secondFactor' | 'methods'
> & {
  readonly name: string
  /** Name of IANA. */
  readonly timeZone: string
  readonly outcome: RuleOutcomeConfig
}

/** Gives each rule a name, a time zone and the one thing that it decides. */
export function resolveRules(rules: readonly ParsedRule[]): readonly PolicyRuleConfig[] {
  const ownZone = new Intl.DateTimeFormat().resolvedOptions().timeZone
  return rules.map(({ deny, secondFactor, methods, timeZone = ownZone, ...rule }, index) => ({
    ...rule,
    name: ruleName(rule, index),
    timeZone,
    outcome: outcomeOf({ deny, methods }),
  }))
}

/** Loading has made sure that there is one, and one only. */
function outcomeOf({
  deny,
  methods,
}: {
  readonly deny: ParsedRule['deny'] | undefined
  readonly methods: ParsedRule['methods'] | undefined
}): RuleOutcomeConfig {
  if (methods !== undefined) return { kind: 'methods', methods }
  if (deny === undefined) return { kind: 'no-second-factor' }
  return typeof deny === 'string' ? { kind: 'deny', text: deny } : { kind: 'deny' }
}
