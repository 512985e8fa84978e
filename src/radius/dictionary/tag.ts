import { RadiusError } from '../errors.ts'
import type { AttributeDefinition } from './definition.ts'

const maxTag = 0x1f

/**
 * Takes the tag off a value (RFC 2868 section 3). The first byte of a number, and of an encrypted text, is always one;
 * that of a text only up to 0x1f. Undefined when a byte that must be a tag is not one.
 */
export function untag(
  definition: AttributeDefinition,
  value: Uint8Array,
): { readonly value: Uint8Array; readonly tag: number | undefined } | undefined {
  if (!definition.tagged) return { value, tag: undefined }
  const [first] = value
  if (first === undefined) return undefined
  if (first > maxTag) return mustHaveTag(definition) ? undefined : { value, tag: undefined }
  if (definition.dataType !== 'integer') return { value: value.subarray(1), tag: first }
  const number = Uint8Array.from(value)
  number[0] = 0
  return { value: number, tag: first }
}

/** Puts the tag on. Throws RadiusError `value-invalid` for one outside 0..31 or where none may be. */
export function tag(
  definition: AttributeDefinition,
  value: Uint8Array,
  number: number | undefined,
): Uint8Array {
  const inRange =
    number === undefined || (Number.isInteger(number) && number >= 0 && number <= maxTag)
  if (!inRange || (!definition.tagged && number !== undefined)) {
    throw new RadiusError('value-invalid', `${definition.name} cannot have tag ${number}`, {
      name: definition.name,
      tag: number,
    })
  }
  if (!definition.tagged) return value
  if (definition.dataType === 'integer' && definition.encryption === undefined) {
    return Buffer.concat([Uint8Array.of(number ?? 0), value.subarray(1)])
  }
  // A text that starts with a byte which could be a tag needs one, or it would lose that byte.
  const first = value[0] ?? maxTag + 1
  if (number === undefined && !mustHaveTag(definition) && first > maxTag) return value
  return Buffer.concat([Uint8Array.of(number ?? 0), value])
}

function mustHaveTag({ dataType, encryption }: AttributeDefinition): boolean {
  return dataType === 'integer' || encryption !== undefined
}
