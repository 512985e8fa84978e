// From the schema's rules to what a sign-in goes by: names folded, attributes encoded, networks and times read.
import {
  type Config,
  type NamedReply,
  type ReplyDictionary,
  startOfDayMs,
} from '../config/index.ts'
import { attributesLength, type Dictionary, RadiusError } from '../radius/index.ts'
import {
  attributeText,
  type Campaign,
  type ComparedAttribute,
  type Conditions,
  createWallClock,
  type MacRule,
  type OutageRule,
  type PolicyRule,
  parseTemplate,
  type ReplyPart,
  type ReplyRule,
  type RequestAttribute,
} from '../signin/index.ts'
import { foldGroup, foldName, parseMac, parsePrefix } from '../support/index.ts'
import { requestAttributes } from '../transport/index.ts'

const dayNumbers = { sun: 0, mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6 } as const

/** The rules of the configuration as a sign-in wants them, with nothing left to read. */
export function createPolicyRules(
  { rules }: Config,
  dictionary: () => Dictionary,
): readonly PolicyRule[] {
  const clocks = new Map<string, ReturnType<typeof createWallClock>>()
  const clockOf = (timeZone: string) => {
    const clock = clocks.get(timeZone) ?? createWallClock(timeZone)
    clocks.set(timeZone, clock)
    return clock
  }
  const compared = (attribute: Readonly<Record<string, readonly (string | number)[]>>) =>
    Object.entries(attribute).map(([attributeName, values]) =>
      values.map((value) => readCompared(dictionary(), attributeName, value)),
    )
  return rules.map(
    ({
      name,
      outcome,
      network,
      days,
      hours,
      timeZone,
      enrolled,
      attribute,
      credential,
      eapMethod,
      device,
      ...conditions
    }) => ({
      ...readConditions(conditions),
      name,
      outcome,
      ...(enrolled === undefined ? {} : { enrolled }),
      ...(credential === undefined ? {} : { credentials: credential }),
      ...(eapMethod === undefined ? {} : { eapMethods: eapMethod }),
      ...(device === undefined ? {} : { randomMac: true }),
      ...(attribute === undefined ? {} : { attributes: compared(attribute) }),
      ...(network === undefined
        ? {}
        : { networks: network.flatMap((text) => parsePrefix(text) ?? []) }),
      ...(days === undefined && hours === undefined
        ? {}
        : {
            times: {
              clock: clockOf(timeZone),
              ...(days === undefined ? {} : { days: days.map((day) => dayNumbers[day]) }),
              ...(hours === undefined ? {} : { hours }),
            },
          }),
    }),
  )
}

/** The rules for outages as a sign-in wants them. */
export function createOutageRules({ outageRules }: Config): readonly OutageRule[] {
  return outageRules.map(
    ({ name, userKey, methods = [], rememberedMs, secondFactor, ...conditions }) => ({
      ...readConditions(conditions),
      name,
      methods,
      passwordAlone: secondFactor === 'none',
      ...(userKey === undefined ? {} : { userKeys: userKey.map(foldKey) }),
      ...(rememberedMs === undefined ? {} : { rememberedMs }),
    }),
  )
}

/** `people:Alice` is `people:alice`: directory names are compared exactly, keys in them are folded. */
function foldKey(key: string): string {
  const colon = key.indexOf(':') + 1
  return `${key.slice(0, colon)}${foldName(key.slice(colon))}`
}

/** The rules for devices without a person as a sign-in wants them: their attributes are encoded once. */
export function createMacRules(
  { macRules }: Config,
  dictionary: () => Dictionary,
): readonly MacRule[] {
  return macRules.map(({ name, gateway, macs, reply }) => ({
    name,
    gateways: gateway,
    macs: new Set(macs.flatMap((mac) => parseMac(mac) ?? [])),
    attributes: reply.flatMap(({ isTemplate: _, from: __, ...attribute }) =>
      dictionary().encode(attribute),
    ),
  }))
}

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

/** Conditions in the words of the configuration. */
export type NamedConditions = {
  readonly gateway?: readonly string[]
  readonly gatewayGroup?: readonly string[]
  readonly group?: readonly string[]
  readonly user?: readonly string[]
}

/** The same for a sign-in: names of a directory are compared as `foldName` gives them, our own exactly. */
export function readConditions({
  gateway,
  gatewayGroup,
  group,
  user,
}: NamedConditions): Conditions {
  return {
    ...(gateway === undefined ? {} : { gateways: gateway }),
    ...(gatewayGroup === undefined ? {} : { gatewayGroups: gatewayGroup }),
    ...(group === undefined ? {} : { groups: group.map(foldGroup) }),
    ...(user === undefined ? {} : { users: user.map(foldName) }),
  }
}

/**
 * The attribute of a request that a rule compares with, by its name in the dictionary. Throws Error with a text for the
 * administrator where there is no such attribute.
 */
export function readRequestAttribute(
  dictionary: Dictionary,
  name: string,
  value: string | number,
): RequestAttribute {
  const refuse = (why: string) => new Error(`${name} ${why}`)
  if (dictionary.find(name)?.encryption !== undefined) {
    throw refuse('is encrypted, so nothing can be compared with it')
  }
  const [attribute, ...more] = requestAttributes(encode(dictionary, name, value))
  if (attribute === undefined) throw refuse('holds a password, so nothing can be compared with it')
  if (more.length > 0) throw refuse('takes several attributes, so nothing can be compared with it')
  return attribute
}

/** The same for a rule: text is compared in whatever form the gateway writes it. */
export function readCompared(
  dictionary: Dictionary,
  name: string,
  value: string | number,
): ComparedAttribute {
  const attribute = readRequestAttribute(dictionary, name, value)
  return dictionary.find(name)?.dataType === 'text'
    ? { ...attribute, text: attributeText(attribute.value) }
    : attribute
}

function encode(dictionary: Dictionary, name: string, value: string | number) {
  try {
    return dictionary.encode({ name, value })
  } catch (error) {
    if (error instanceof RadiusError) throw new Error(error.message, { cause: error })
    throw error
  }
}

/** Campaigns as a sign-in wants them: groups folded, days as moments of this machine. */
export function createCampaigns({ enrolment }: Pick<Config, 'enrolment'>): readonly Campaign[] {
  return enrolment.campaigns.flatMap(({ name, group, gateways, from, until }) => {
    const fromMs = startOfDayMs(from, 0)
    const untilMs = startOfDayMs(until, 1)
    // Loading has made sure that both are days.
    if (fromMs === undefined || untilMs === undefined) return []
    return [{ name, group: foldGroup(group), gateways, fromMs, untilMs }]
  })
}
