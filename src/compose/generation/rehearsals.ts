import {
  AdminError,
  type NamedAttribute,
  type Rehearsed,
  type RehearseRequest,
} from '../../operations/index.ts'
import type { DecodedAttribute, Dictionary } from '../../radius/index.ts'
import { type ReplyAttribute, rehearse, type SignInParts } from '../../signin/index.ts'
import { type GatewayEntry, normaliseDevice } from '../../transport/index.ts'
import { readRequestAttribute } from '../sign-in-rules.ts'

/** An attribute as people read it. */
export type NamedText = { readonly name: string; readonly value: string }

/** Dry runs at the gateways of one configuration. */
export function createRehearsals(
  entries: readonly GatewayEntry[],
  parts: SignInParts,
  dictionary: () => Dictionary,
) {
  const byName = new Map(entries.map(({ rules }) => [rules.name, rules]))
  return async (request: RehearseRequest): Promise<Rehearsed> => {
    const { userName, from, credential, eapMethod, outage, inUse, atMs, signal } = request
    const rules = byName.get(request.gateway)
    if (rules === undefined) {
      throw new AdminError('gateway-unknown', `No gateway is called "${request.gateway}".`)
    }
    const device = from === undefined ? undefined : normaliseDevice(from)
    const gateway = { ...rules, ...inUse }
    const attributes = request.attributes.map((named) => readNamed(dictionary, named))
    const rehearsal = await rehearse(parts, {
      ...{ userName, gateway, device, credential, eapMethod, attributes, outage, atMs, signal },
      callingStationId: from,
    })
    return { rehearsal, device, always: rules.replyAttributes }
  }
}

function readNamed(dictionary: () => Dictionary, { name, value }: NamedAttribute) {
  try {
    return readRequestAttribute(dictionary(), name, value)
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new AdminError('bad-arguments', `${detail}.`)
  }
}

/** Each with its name in the dictionary; values in quotes are text. Reads no dictionary for nothing. */
export function nameAttributes(
  dictionary: () => Dictionary,
  attributes: readonly ReplyAttribute[],
): readonly NamedText[] {
  if (attributes.length === 0) return []
  return dictionary().decode(attributes).flatMap(nameAttribute)
}

function nameAttribute(attribute: DecodedAttribute): readonly NamedText[] {
  const { name, tag, value, valueName } = attribute
  if (isChildren(value)) {
    return value.flatMap((child) => nameAttribute({ ...child, name: `${name}.${child.name}` }))
  }
  const named = tag === undefined ? name : `${name}:${tag}`
  return [{ name: named, value: valueName ?? valueText(value) }]
}

/** Bytes that are plain text are shown as such: most values of Class are. */
function valueText(value: string | number | bigint | Uint8Array): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (!(value instanceof Uint8Array)) return String(value)
  const text = Buffer.from(value).toString('latin1')
  return /^[ -~]+$/.test(text) ? JSON.stringify(text) : `0x${Buffer.from(value).toString('hex')}`
}

function isChildren(value: DecodedAttribute['value']): value is readonly DecodedAttribute[] {
  return Array.isArray(value)
}
