import { attributeType } from '../../numbers.ts'
import { readFormat, readNumber } from '../line.ts'
import { type Block, readBlockWords } from './blocks.ts'
import type { FileState } from './file-state.ts'
import { holdsVendors } from './names.ts'

/** VENDOR name number [format=t,l[,c]] */
export function readVendor(state: FileState, [name, text, format]: readonly string[]): void {
  if (name === undefined || text === undefined) {
    throw state.invalid('VENDOR needs a name and a number')
  }
  const number = readNumber(text) ?? state.fail('the second word is not a number')
  const read =
    format === undefined
      ? undefined
      : (readFormat(format) ?? state.fail('the last word is not a vendor format'))
  const problem = state.reading.builder.addVendor(name, number, read)
  if (problem !== undefined) throw state.invalid(problem)
}

/** BEGIN-VENDOR and END-VENDOR, -TLV, -PROTOCOL, and the same without the dash. False: no such word. */
export function readBlockLine(
  state: FileState,
  keyword: string,
  words: readonly string[],
): boolean {
  const read = readBlockWords(keyword, words)
  if (read === undefined) return false
  state.relative = undefined
  state.last = undefined
  state.structure = undefined
  const [name, parent] = read.words
  if (keyword.startsWith('BEGIN')) begin(state, read.kind, name, parent)
  else if (!state.blocks.end(read.kind, name))
    throw state.invalid(`this ${keyword} ends nothing that is open`)
  return true
}

function begin(
  state: FileState,
  kind: Block['kind'],
  name: string | undefined,
  parent: string | undefined,
): void {
  if (name === undefined) throw state.invalid('BEGIN needs a name')
  const { current } = state.blocks
  if (current.skipped) state.blocks.begin({ ...current, kind, name })
  else if (kind === 'PROTOCOL') state.blocks.begin(protocolBlock(state, name))
  else if (kind === 'VENDOR') state.blocks.begin(vendorBlock(state, name, parent))
  else state.blocks.begin(attributeBlock(state, kind, name))
}

/** Dictionaries of other protocols than RADIUS say nothing about our packets. */
function protocolBlock(state: FileState, name: string): Block {
  const block: Block = { ...state.blocks.current, kind: 'PROTOCOL', name }
  if (name.toUpperCase() === 'RADIUS') return block
  state.reading.skipped.count('Dictionaries of other protocols are left out', name, state.place)
  return { ...block, skipped: true }
}

/** BEGIN-VENDOR name [format=attribute]: the latter puts it below an extended vendor-specific. */
function vendorBlock(state: FileState, name: string, parent: string | undefined): Block {
  const { builder } = state.reading
  const vendor = builder.findVendor(name) ?? state.fail('no VENDOR line defines this vendor')
  const { number } = vendor
  const inPacket: Block = {
    ...{ kind: 'VENDOR', name, vendor: number },
    path: [attributeType.VendorSpecific, number],
  }
  if (parent === undefined) return inPacket
  const path = builder.resolve(parent.replace(/^(format|parent)=/, ''), [])
  if (path === undefined || !holdsVendors(path)) {
    throw state.invalid('the format names no attribute that holds vendors')
  }
  return { ...inPacket, path: [...path, number] }
}

/** BEGIN-TLV attribute, BEGIN attribute */
function attributeBlock(state: FileState, kind: 'TLV' | 'BLOCK', name: string): Block {
  const { builder, skipped } = state.reading
  const attribute = builder.findNear(name, state.blocks.current.path)
  if (attribute === undefined) {
    if (!skipped.has(name)) throw state.invalid('no line before defines this attribute')
    return { ...state.blocks.current, kind, name, skipped: true }
  }
  const { path, vendor, dataType } = attribute
  if (dataType !== 'tlv') throw state.invalid('this attribute is not a tlv')
  return { kind, name, path, vendor }
}
