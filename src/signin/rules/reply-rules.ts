import type { Method, User } from '../../accounts/index.ts'
import type { GatewayRules, ReplyAttribute } from '../attempt.ts'
import { type Conditions, isFor, subjectOf } from './conditions.ts'
import { fillTemplate, type Template } from './template.ts'

/** What a rule adds to an Accept: attributes that are the same for everyone, or made for the person. */
export type ReplyPart =
  | { readonly kind: 'fixed'; readonly attributes: readonly ReplyAttribute[] }
  | {
      readonly kind: 'template'
      /** Name in the dictionary. */
      readonly name: string
      readonly template: Template
      /** Whether it must come to one text: several VLANs, or none, would be a mistake. */
      readonly single: boolean
      /** Undefined where the text does not fit the type of the attribute. */
      encode(text: string): readonly ReplyAttribute[] | undefined
    }

export type ReplyRule = Conditions & {
  readonly name: string
  /** Second factors, one of which the person has used. Absent: any, or none. */
  readonly methods?: readonly Method[]
  /**
   * Whether it is only for sign-ins that went another way because of an outage, or only for the others. Absent: for
   * all.
   */
  readonly degraded?: boolean
  readonly parts: readonly ReplyPart[]
  /** Whether later rules are skipped, once it has matched. */
  readonly last: boolean
}

/** What an Accept carries besides what its gateway always gets. */
export type BuiltReply =
  | {
      readonly kind: 'built'
      /** The rules that matched, in order, and what each adds. */
      readonly rules: readonly {
        readonly name: string
        readonly attributes: readonly ReplyAttribute[]
      }[]
    }
  /** What the directory holds cannot be sent as this attribute. */
  | { readonly kind: 'invalid'; readonly rule: string; readonly attribute: string }

/**
 * The attributes of all rules that match, in their order, up to the first that is the last. All of
 * them or none: without one of them someone could be let in with other rights than meant.
 */
export function buildReply(
  rules: readonly ReplyRule[],
  gateway: GatewayRules,
  user: User,
  method: Method | undefined,
  isDegraded: boolean,
): BuiltReply {
  const matched: { name: string; attributes: readonly ReplyAttribute[] }[] = []
  const subject = subjectOf(gateway, user)
  for (const rule of rules) {
    const { name, methods, degraded = isDegraded } = rule
    if (methods !== undefined && (method === undefined || !methods.includes(method))) continue
    if (degraded !== isDegraded || !isFor(rule, subject)) continue
    const attributes: ReplyAttribute[] = []
    for (const part of rule.parts) {
      if (part.kind === 'fixed') {
        attributes.push(...part.attributes)
        continue
      }
      const made = makeFor(user, part)
      if (made === undefined) return { kind: 'invalid', rule: name, attribute: part.name }
      attributes.push(...made)
    }
    matched.push({ name, attributes })
    if (rule.last) break
  }
  return { kind: 'built', rules: matched }
}

function makeFor(
  user: User,
  { template, single, encode }: Extract<ReplyPart, { kind: 'template' }>,
): readonly ReplyAttribute[] | undefined {
  const texts = fillTemplate(template, user)
  if (single && texts?.length !== 1) return undefined
  const made = texts?.map(encode)
  return made?.every((each) => each !== undefined) ? made.flat() : undefined
}
