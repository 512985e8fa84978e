import { RadiusError } from '../errors.ts'
import { maxValueLength } from '../numbers.ts'
import type { Attribute } from '../packet.ts'

type WithAttributes = { readonly attributes: readonly Attribute[] }

/** Value of the first attribute of `type`, or undefined. */
export function findAttribute(packet: WithAttributes, type: number): Uint8Array | undefined {
  for (const attribute of packet.attributes) if (attribute.type === type) return attribute.value
  return undefined
}

/** Values of all attributes of `type`, in the order of the packet. */
export function findAllAttributes(packet: WithAttributes, type: number): Uint8Array[] {
  const values: Uint8Array[] = []
  for (const attribute of packet.attributes) {
    if (attribute.type === type) values.push(attribute.value)
  }
  return values
}

/** First attribute of `type` as UTF-8 text; bytes that are not UTF-8 become U+FFFD. */
export function findText(packet: WithAttributes, type: number): string | undefined {
  const value = findAttribute(packet, type)
  return value === undefined ? undefined : asBuffer(value).toString('utf8')
}

/** First attribute of `type` as unsigned 32-bit number; undefined also when it is not 4 bytes long. */
export function findInteger(packet: WithAttributes, type: number): number | undefined {
  const value = findAttribute(packet, type)
  return value?.length === 4 ? asBuffer(value).readUInt32BE(0) : undefined
}

/**
 * The value that was split over all attributes of `type`, put together (EAP-Message, RFC 3579 section
 * 3.1; NAS-Filter-Rule; `concat` in a dictionary). Undefined when there is none.
 */
export function joinAttributes(packet: WithAttributes, type: number): Buffer | undefined {
  const values = findAllAttributes(packet, type)
  return values.length === 0 ? undefined : Buffer.concat(values)
}

/** Splits a long value over attributes of 253 bytes. An empty value gives one empty attribute. */
export function splitAttributes(type: number, value: Uint8Array): Attribute[] {
  if (value.length <= maxValueLength) return [{ type, value }]
  const attributes: Attribute[] = []
  for (let at = 0; at < value.length; at += maxValueLength) {
    attributes.push({ type, value: value.subarray(at, at + maxValueLength) })
  }
  return attributes
}

/**
 * Text as one attribute, or as many as it takes, cut between characters so that each is valid UTF-8
 * (Reply-Message, RFC 2865 section 5.18). Empty text gives none.
 */
export function textAttributes(type: number, text: string): Attribute[] {
  const bytes = Buffer.from(text, 'utf8')
  const attributes: Attribute[] = []
  let start = 0
  while (start < bytes.length) {
    let end = Math.min(start + maxValueLength, bytes.length)
    // A byte 10xxxxxx goes on with the character before it.
    while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
    attributes.push({ type, value: bytes.subarray(start, end) })
    start = end
  }
  return attributes
}

/** Unsigned 32-bit attribute. Throws RadiusError `value-invalid` outside 0..4294967295. */
export function integerAttribute(type: number, value: number): Attribute {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw new RadiusError('value-invalid', `${value} is not an unsigned 32-bit number`, {
      type,
      value,
    })
  }
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return { type, value: bytes }
}

/** The same bytes as Buffer, without a copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
