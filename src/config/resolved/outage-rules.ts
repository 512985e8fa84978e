import type { ParsedConfig } from '../schema/schema.ts'
import { ruleName } from './reply-rules.ts'

type ParsedRule = ParsedConfig['outageRules'][number]

export type OutageRuleConfig = ParsedRule & { readonly name: string }

/** Gives each rule a name. */
export function resolveOutageRules(rules: readonly ParsedRule[]): readonly OutageRuleConfig[] {
  return rules.map((rule, index) => ({ ...rule, name: ruleName(rule, index) }))
}
