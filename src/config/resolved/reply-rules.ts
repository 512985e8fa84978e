import type { Method } from '../../accounts/index.ts'
import type { ParsedConfig } from '../schema/schema.ts'

/** An attribute of a reply rule as it is in the file, one for each value. */
export type NamedReply = {
  /** Name in the dictionary. */
  readonly name: string
  /** Has places such as `{{mail}}` where `isTemplate`. */
  readonly value: string | number
  readonly isTemplate: boolean
  /** RFC 2868: 0..31. */
  readonly tag?: number
  /** Key of the rule it comes from. */
  readonly from: 'reply' | 'vlan'
}

export type ReplyRuleConfig = {
  readonly name: string
  readonly gateway?: readonly string[]
  readonly gatewayGroup?: readonly string[]
  readonly group?: readonly string[]
  readonly user?: readonly string[]
  readonly method?: readonly Method[]
  readonly degraded?: boolean
  readonly reply: readonly NamedReply[]
  readonly last: boolean
}

type ParsedRule = ParsedConfig['replyRules'][number]

/** Values of IANA for a VLAN (RFC 3580 3.31). */
const vlanType = 13
const ieee802 = 6

/** Gives each rule a name, writes `vlan` out, and makes every rule the last where the first decides. */
export function resolveReplyRules({
  replyRules,
  replyMatch,
}: Pick<ParsedConfig, 'replyRules' | 'replyMatch'>): readonly ReplyRuleConfig[] {
  return replyRules.map(({ reply, vlan, tag, ...rule }, index) => ({
    ...rule,
    name: ruleName(rule, index),
    reply: namedReplies({ reply, vlan, tag }),
    last: rule.last || replyMatch === 'first',
  }))
}

/** What a rule adds, one for each value. */
export function namedReplies({
  reply,
  vlan,
  tag,
}: {
  readonly reply: ParsedRule['reply']
  readonly vlan?: string | number | undefined
  readonly tag?: number | undefined
}): readonly NamedReply[] {
  return [...writtenOut(reply), ...(vlan === undefined ? [] : vlanAttributes(vlan, tag))]
}

/** What the audit calls a rule. */
export function ruleName({ name }: { readonly name?: string }, index: number): string {
  return name ?? `#${index + 1}`
}

function writtenOut(reply: ParsedRule['reply']): readonly NamedReply[] {
  return Object.entries(reply).flatMap(([name, values]) =>
    values.map((value) => ({ name, value, isTemplate: isTemplate(value), from: 'reply' as const })),
  )
}

function vlanAttributes(vlan: string | number, tag: number | undefined): readonly NamedReply[] {
  const common = { from: 'vlan', ...(tag === undefined ? {} : { tag }) } as const
  return [
    { ...common, name: 'Tunnel-Type', value: vlanType, isTemplate: false },
    { ...common, name: 'Tunnel-Medium-Type', value: ieee802, isTemplate: false },
    {
      ...common,
      name: 'Tunnel-Private-Group-Id',
      value: String(vlan),
      isTemplate: isTemplate(vlan),
    },
  ]
}

function isTemplate(value: string | number): boolean {
  return typeof value === 'string' && (value.includes('{{') || value.includes('}}'))
}
