import { readDataType } from './data-types.ts'
import type { FileState } from './file-state.ts'

/** ENUM name type */
export function readEnum(state: FileState, [name, type]: readonly string[]): void {
  const read = readDataType(type ?? '')
  if (name === undefined || read === undefined || 'unsupported' in read) {
    throw state.invalid('ENUM needs a name and a data type')
  }
  state.last = { name, values: state.reading.builder.addEnum(name, read.dataType) }
}

/** VALUE attribute name value */
export function readValue(state: FileState, [attribute, name, text]: readonly string[]): void {
  if (attribute === undefined || name === undefined || text === undefined) {
    throw state.invalid('VALUE needs an attribute, a name and a number')
  }
  const isOfLast = state.last?.name.toLowerCase() === attribute.toLowerCase()
  if (isOfLast && state.last?.values === undefined) return
  const of = (isOfLast ? state.last?.values : undefined) ?? attribute
  state.reading.pending.value(of, name, text, state.where)
}

/** VALUE-ALIAS attribute attribute: the first has the VALUE lines of the second. */
export function readValueAlias(state: FileState, [to, from]: readonly string[]): void {
  if (to === undefined || from === undefined)
    throw state.invalid('VALUE-ALIAS needs two attributes')
  state.reading.pending.shareValues(from, to, state.where)
}

/** ALIAS name attribute */
export function readAlias(state: FileState, [name, of]: readonly string[]): void {
  if (name === undefined || of === undefined) {
    throw state.invalid('ALIAS needs a name and an attribute')
  }
  state.reading.pending.alias(name, of, state.where)
}
