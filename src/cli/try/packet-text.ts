import {
  type Attribute,
  attributeType,
  type DecodedAttribute,
  type Dictionary,
  packetCode,
} from '../../radius/index.ts'
import { type Paint, printable } from '../text/print.ts'

/** Name of a packet code such as `Access-Accept`. */
export function packetName(code: number): string {
  const name = Object.entries(packetCode).find(([, value]) => value === code)?.[0]
  return name?.replace(/(?<=[a-z])(?=[A-Z])/g, '-') ?? `Code-${code}`
}

/** One line an attribute, by its name in the dictionary. Passwords are never shown. */
export function formatAttributes(
  attributes: readonly Attribute[],
  dictionary: Dictionary,
  paint: Paint,
): readonly string[] {
  return dictionary
    .decode(attributes.filter(({ type }) => type !== attributeType.UserPassword))
    .flatMap((attribute) => formatAttribute(attribute))
    .map((line) => paint('dim', line))
}

function formatAttribute(attribute: DecodedAttribute): readonly string[] {
  const { name, value, valueName } = attribute
  if (isChildren(value)) {
    return value.flatMap((child) => formatAttribute({ ...child, name: `${name}.${child.name}` }))
  }
  return [`${name} = ${valueName ?? formatValue(value)}`]
}

function formatValue(value: string | number | bigint | Uint8Array): string {
  if (typeof value === 'string') return `"${printable(value)}"`
  return value instanceof Uint8Array ? `0x${Buffer.from(value).toString('hex')}` : String(value)
}

function isChildren(value: DecodedAttribute['value']): value is readonly DecodedAttribute[] {
  return Array.isArray(value)
}
