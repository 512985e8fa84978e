import { attributeType } from '../../numbers.ts'
import { readNumberOrOctal, readPath } from '../line.ts'
import type { Block } from './blocks.ts'
import { type ReadDataType, readDataType } from './data-types.ts'
import type { FileState } from './file-state.ts'
import type { Flags } from './flags.ts'
import { holdsVendors } from './names.ts'

/** What the number of an attribute counts from. */
type Above = Pick<Block, 'path' | 'vendor'>

type Written = {
  readonly name: string
  readonly number: string
  readonly type: ReadDataType
  readonly flags: Flags
}

const withoutNumber = 'Attributes without a number of their own (DEFINE, STRUCT) are left out'
const shadowed =
  'Attributes with the name of another one are known with their vendor or TLV in front, as in Vendor.Name'

/** ATTRIBUTE name number type [flags | vendor] */
export function readAttribute(state: FileState, words: readonly string[]): void {
  const written = readWritten(state, 'ATTRIBUTE', words)
  const { name, number } = written
  const isRelative = number.startsWith('.')
  const numbers = readPath(isRelative ? number.slice(1) : number)
  if (numbers === undefined) throw state.invalid('the second word is not an attribute number')
  const above = isRelative ? state.relative : aboveOf(state, written.flags)
  if (above === undefined) {
    throw state.invalid('no attribute of type tlv is before a number that starts with a dot')
  }
  if (typeof above !== 'string') {
    add(state, written, above, numbers, isRelative)
    return
  }
  state.reading.skipped.leaveOut(above, name, state.place)
  state.last = { name, values: undefined }
}

/** VENDORATTR vendor-number name number type [flags] */
export function readVendorAttribute(state: FileState, [vendor, ...words]: readonly string[]): void {
  const vendorNumber = readNumberOrOctal(vendor ?? '')
  if (vendorNumber === undefined) throw state.invalid('VENDORATTR needs the number of a vendor')
  const written = readWritten(state, 'VENDORATTR', words)
  const number = readNumberOrOctal(written.number)
  if (number === undefined) throw state.invalid('the third word is not an attribute number')
  const path = [attributeType.VendorSpecific, vendorNumber]
  add(state, written, { path, vendor: vendorNumber }, [number])
}

/** What has no number of its own: MEMBER name type, STRUCT name parent value, DEFINE name type */
export function leaveOut(state: FileState, keyword: string, [name, type]: readonly string[]): void {
  if (name === undefined || type === undefined) {
    throw state.invalid(`${keyword} needs a name and a type`)
  }
  const what = keyword === 'MEMBER' ? state.structure : withoutNumber
  if (what === undefined) throw state.invalid('no attribute of type struct is before MEMBER')
  if (keyword !== 'MEMBER') state.reading.skipped.leaveOut(what, name, state.place)
  state.structure = what
  state.relative = what
  state.last = { name, values: undefined }
}

function readWritten(state: FileState, keyword: string, words: readonly string[]): Written {
  const [name, number, type, ...rest] = words
  if (name === undefined || number === undefined || type === undefined) {
    throw state.invalid(`${keyword} needs a name, a number and a type`)
  }
  const flags = state.readFlags(rest)
  const read =
    flags.type ?? readDataType(type) ?? state.fail('the word for the type is not a data type')
  return { name, number, type: read, flags }
}

function aboveOf(state: FileState, flags: Flags): Above {
  if (flags.vendor === undefined) return state.blocks.current
  const vendor = state.reading.builder.findVendor(flags.vendor)
  if (vendor === undefined) throw state.invalid('no VENDOR line defines this vendor')
  return { path: [attributeType.VendorSpecific, vendor.number], vendor: vendor.number }
}

function add(
  state: FileState,
  { name, type, flags }: Written,
  above: Above,
  numbers: readonly number[],
  isRelative = false,
): void {
  const { builder, pending, skipped } = state.reading
  const path = [...above.path, ...numbers]
  const unsupported =
    'unsupported' in type
      ? `Attributes of type ${type.unsupported} are left out`
      : flags.unsupported
  state.structure = unsupported
  if (!isRelative) state.relative = undefined
  if ('unsupported' in type || unsupported !== undefined) {
    skipped.leaveOut(unsupported ?? '', name, state.place, path)
    state.last = { name, values: undefined }
    return
  }
  if (numbers.length > 1) checkParent(state, path.slice(0, -1))
  const added = builder.addAttribute({
    ...{ name, path, vendor: above.vendor },
    dataType: flags.extended ? 'container' : type.dataType,
    fixedLength: type.fixedLength,
    tagged: type.tagged || flags.tagged || state.flags.tagged,
    encryption: flags.encryption ?? state.flags.encryption,
    concat: flags.concat || state.flags.concat,
    internal: flags.internal || state.flags.internal,
  })
  if ('problem' in added) throw state.invalid(added.problem)
  const { draft, isShadowed } = added
  const isContainer = draft.dataType === 'container'
  if (isShadowed && !isContainer) skipped.count(shadowed, draft.name, state.place)
  state.last = { name, values: draft }
  if (!isRelative && (isContainer || draft.dataType === 'tlv')) state.relative = draft
  const where = { ...state.place, scope: path.slice(0, -1) }
  if (flags.valuesOf !== undefined) pending.shareValues(flags.valuesOf, draft, where)
  if (flags.insideOf !== undefined) pending.clone(flags.insideOf, draft, where)
}

function checkParent(state: FileState, parent: readonly number[]): void {
  const { builder } = state.reading
  const dataType = builder.findByPath(parent)?.dataType
  const isVendor = holdsVendors(parent.slice(0, -1)) && builder.hasVendor(parent.at(-1) ?? 0)
  if (isVendor || dataType === 'tlv' || dataType === 'container') return
  throw state.invalid('the number is inside an attribute that is not defined or holds none')
}
