import { attributeType, type Dictionary } from '../../radius/index.ts'

/** What belongs to one conversation and means nothing in another. */
const ofConversation: ReadonlySet<number> = new Set([
  attributeType.ReplyMessage,
  attributeType.State,
  attributeType.ProxyState,
  attributeType.Prompt,
  attributeType.EapMessage,
  attributeType.MessageAuthenticator,
])

/** Why an attribute of an upstream server's Accept cannot be passed on; undefined where it can. */
export function passRefusal(dictionary: () => Dictionary): (name: string) => string | undefined {
  return (name) => {
    const definition = dictionary().find(name)
    if (definition === undefined) return dictionary().whyUnknown(name)
    const [type = 0, , , ...deeper] = definition.path
    if (ofConversation.has(type)) return `${name} is made by Holdfast itself`
    if (definition.encryption !== undefined) {
      return `${name} is encrypted for one conversation; the keys of MS-CHAP are passed on by themselves`
    }
    const isPlain = definition.path.length === 1
    const isOfVendor = type === attributeType.VendorSpecific && deeper.length === 0
    const holdsOthers = definition.dataType === 'tlv' || definition.dataType === 'container'
    return holdsOthers || !(isPlain || isOfVendor)
      ? `${name} is part of a larger attribute, or one itself, and cannot be passed on`
      : undefined
  }
}

/** Attributes by their path on the wire, joined by dots: `25`, `26.9.1`. Each name has passed `passRefusal`. */
export function passedPaths(
  names: readonly string[],
  dictionary: () => Dictionary,
): ReadonlySet<string> {
  return new Set(names.map((name) => dictionary().find(name)?.path.join('.') ?? ''))
}
