import { messageOf } from '../../../support/index.ts'
import type { Finding } from '../../finding.ts'
import type { NamedReply, ReplyRuleConfig } from '../../resolved/reply-rules.ts'
import type { Config } from '../../resolved/resolve.ts'
import { type ConfigCheck, maxStaticBytes } from './elsewhere.ts'

/** What a dictionary of attributes has to know for rules. */
export type ReplyDictionary = {
  /** Bytes the attribute takes on the wire. Throws where it cannot be made. */
  length(attribute: { name: string; value: string | number; tag?: number }): number
  /** Why no text can become this attribute when someone signs in; undefined where one can. */
  refusal(name: string): string | undefined
}

/** What belongs to the conversation with the gateway, and is made elsewhere. */
const ours = ['state', 'proxy-state', 'message-authenticator', 'eap-message']

/**
 * Encodes every attribute of `reply_rules` and `mac_rules`, and sums those that go out together in any case: they
 * must leave room in a packet (RULES 19). `openDictionary` reads further dictionary files and may throw.
 */
export function checkReplyRules(
  openDictionary: (files: readonly string[]) => ReplyDictionary,
): ConfigCheck {
  return (config) => {
    if (config.replyRules.length === 0 && config.macRules.length === 0) return []
    let dictionary: ReplyDictionary
    try {
      dictionary = openDictionary(config.dictionaries)
    } catch (error) {
      return [{ path: ['dictionaries'], message: messageOf(error) }]
    }
    const check = (section: string, rules: readonly { readonly reply: readonly NamedReply[] }[]) =>
      rules.flatMap(({ reply }, index) =>
        reply.flatMap((attribute) => checkAttribute(dictionary, [section, index], attribute)),
      )
    const findings = [
      ...check('reply_rules', config.replyRules),
      ...check('mac_rules', config.macRules),
    ]
    return findings.length > 0 ? findings : checkSizes(config, dictionary)
  }
}

function checkAttribute(
  dictionary: ReplyDictionary,
  rule: Finding['path'],
  attribute: NamedReply,
): readonly Finding[] {
  const { name, isTemplate, from } = attribute
  const path = [...rule, from, ...(from === 'reply' ? [name] : [])]
  if (ours.includes(name.toLowerCase())) {
    return [{ path, message: `${name} is made by Holdfast itself` }]
  }
  if (isTemplate) {
    const message = dictionary.refusal(name)
    return message === undefined ? [] : [{ path, message }]
  }
  try {
    dictionary.length(attribute)
    return []
  } catch (error) {
    return [{ path, message: messageOf(error) }]
  }
}

/**
 * A rule that leaves no room together with what everyone gets at a gateway could never be kept.
 * Which of the other rules come together only shows when someone signs in.
 */
function checkSizes(config: Config, dictionary: ReplyDictionary): readonly Finding[] {
  const sizes = config.replyRules.map((rule) => sizeOf(rule.reply, dictionary))
  return Object.values(config.gateways).flatMap((gateway): readonly Finding[] => {
    let certain = sizeOf(gateway.reply, dictionary)
    for (const [index, rule] of config.replyRules.entries()) {
      if (!isAt(rule, gateway)) continue
      const bytes = certain + (sizes[index] ?? 0)
      if (bytes > maxStaticBytes) {
        const message = `takes ${bytes} bytes at ${gateway.name} with all that goes out there in any case, ${maxStaticBytes} is the most`
        return [{ path: ['reply_rules', index], message }]
      }
      if (!isForEverybody(rule)) continue
      certain = bytes
      if (rule.last) break
    }
    return []
  })
}

function sizeOf(
  attributes: readonly { name: string; value: string | number; isTemplate?: boolean }[],
  dictionary: ReplyDictionary,
): number {
  return attributes
    .filter(({ isTemplate }) => isTemplate !== true)
    .reduce((sum, attribute) => sum + dictionary.length(attribute), 0)
}

function isAt(
  { gateway, gatewayGroup }: ReplyRuleConfig,
  { name, group }: { readonly name: string; readonly group: string },
): boolean {
  return (gateway?.includes(name) ?? true) && (gatewayGroup?.includes(group) ?? true)
}

function isForEverybody({ group, user, method }: ReplyRuleConfig): boolean {
  return group === undefined && user === undefined && method === undefined
}
