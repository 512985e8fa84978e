import type { Config, NamedReply, ReplyDictionary } from '../config/index.ts'
import { attributesLength, type Dictionary, RadiusError } from '../radius/index.ts'
import { parseTemplate, type ReplyPart, type ReplyRule } from '../signin/index.ts'
import { readConditions } from './conditions.ts'

/** The reply rules of the configuration as a sign-in wants them: encoded as far as they can be now. */
export function createReplyRules(
  { replyRules }: Config,
  dictionary: () => Dictionary,
): readonly ReplyRule[] {
  return replyRules.map(({ reply, name, last, method, degraded, ...conditions }) => ({
    ...readConditions(conditions),
    ...(degraded === undefined ? {} : { degraded }),
    ...(method === undefined ? {} : { methods: method }),
    name,
    last,
    parts: reply.map((attribute) => createPart(attribute, dictionary())),
  }))
}

function createPart(attribute: NamedReply, dictionary: Dictionary): ReplyPart {
  const { name, value, isTemplate, from, ...tag } = attribute
  const template = isTemplate ? parseTemplate(String(value)) : undefined
  if (template === undefined) {
    return { kind: 'fixed', attributes: dictionary.encode({ name, value, ...tag }) }
  }
  return {
    kind: 'template',
    name,
    template,
    single: from === 'vlan',
    encode(text) {
      try {
        return dictionary.encode({ name, value: text, ...tag })
      } catch (error) {
        if (error instanceof RadiusError) return undefined
        throw error
      }
    },
  }
}

/** What the check of the configuration asks a dictionary. */
export function replyDictionary(dictionary: () => Dictionary): ReplyDictionary {
  return {
    length: (attribute) => attributesLength(dictionary().encode(attribute)),
    refusal(name) {
      const definition = dictionary().find(name)
      if (definition === undefined) return dictionary().whyUnknown(name)
      if (definition.encryption !== undefined) return `${name} is encrypted and cannot be filled in`
      const holdsOthers = definition.dataType === 'tlv' || definition.dataType === 'container'
      return holdsOthers ? `${name} holds attributes and no text` : undefined
    },
  }
}
