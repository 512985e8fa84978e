import type { Attribute } from '../packet.ts'
import type { DecodedAttribute } from './decode.ts'
import type { Dictionary } from './dictionary.ts'

/** An attribute as people read it. */
export type NamedText = { readonly name: string; readonly value: string }

/** Each with its name in the dictionary; values in quotes are text. Reads a dictionary only where it is needed. */
export function nameAttributes(
  dictionary: () => Dictionary,
  attributes: readonly Attribute[],
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
