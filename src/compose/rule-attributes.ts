import { type Dictionary, RadiusError } from '../radius/index.ts'
import { attributeText, type ComparedAttribute, type RequestAttribute } from '../signin/index.ts'
import { requestAttributes } from '../transport/index.ts'

/**
 * The attribute of a request that a rule compares with, by its name in the dictionary. Throws Error
 * with a text for the administrator where there is none such.
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
