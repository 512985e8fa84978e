import { leaveOut, readAttribute, readVendorAttribute } from './attribute-lines.ts'
import { readBlockLine, readVendor } from './block-lines.ts'
import { type DictionaryFile, FileState, type Reading } from './file-state.ts'
import { readAlias, readEnum, readValue, readValueAlias } from './value-lines.ts'

/** Deeper is a file that includes itself. */
const maxIncludeDepth = 16

/** Reads one file, line by line. Throws RadiusError `dictionary-invalid` at the first mistake. */
export function readDictionaryFile(reading: Reading, file: DictionaryFile, depth = 0): void {
  const state = new FileState(reading, file)
  for (const line of file.text.replace(/^\uFEFF/, '').split('\n')) {
    state.line++
    const comment = line.indexOf('#')
    const words = (comment < 0 ? line : line.slice(0, comment)).trim().split(/\s+/)
    const [keyword = '', ...rest] = words
    if (keyword !== '') readLine(state, keyword.toUpperCase(), rest, depth)
  }
  const open = state.blocks.current
  if (open.name === '') return
  const suffix = open.kind === 'BLOCK' ? '' : `-${open.kind}`
  throw state.invalid(`a BEGIN${suffix} has no END${suffix}`)
}

type ReadLine = (state: FileState, words: readonly string[], depth: number) => void

const readers: ReadonlyMap<string, ReadLine> = new Map<string, ReadLine>([
  ['ATTRIBUTE', readAttribute],
  ['VENDORATTR', readVendorAttribute],
  ['DEFINE', (state, words) => leaveOut(state, 'DEFINE', words)],
  ['MEMBER', (state, words) => leaveOut(state, 'MEMBER', words)],
  ['STRUCT', (state, words) => leaveOut(state, 'STRUCT', words)],
  ['ENUM', readEnum],
  ['VALUE', readValue],
  ['VENDORVALUE', (state, words) => readValue(state, words.slice(1))],
  ['VALUE-ALIAS', readValueAlias],
  ['ALIAS', readAlias],
  ['VENDOR', readVendor],
  // Only a number that FreeRADIUS gives the protocol: BEGIN-PROTOCOL says where its lines are.
  ['PROTOCOL', () => {}],
  ['FLAGS', readFlagsLine],
  ['INCLUDE', (state, words, depth) => include(state, words, depth, false)],
  ['$INCLUDE', (state, words, depth) => include(state, words, depth, false)],
  ['$INCLUDE-', (state, words, depth) => include(state, words, depth, true)],
  ['$-INCLUDE', (state, words, depth) => include(state, words, depth, true)],
])

function readLine(
  state: FileState,
  keyword: string,
  words: readonly string[],
  depth: number,
): void {
  if (/^(BEGIN|END)(-|$)/.test(keyword) && readBlockLine(state, keyword, words)) return
  if (state.blocks.current.skipped) return
  // Not the word itself: what is not a dictionary may hold a secret.
  const read = readers.get(keyword) ?? state.fail('the line starts with no word of a dictionary')
  read(state, words, depth)
}

/** FLAGS flags: for all attributes after it in this file; `FLAGS` alone ends that. */
function readFlagsLine(state: FileState, words: readonly string[]): void {
  state.flags = state.readFlags(words)
}

function include(
  state: FileState,
  [name]: readonly string[],
  depth: number,
  mayBeMissing: boolean,
): void {
  if (name === undefined) throw state.invalid('$INCLUDE needs a file')
  if (depth >= maxIncludeDepth) throw state.invalid('$INCLUDE is nested too deep')
  const { reading } = state
  const file = reading.readInclude(name, state.file.fileName)
  if (file !== undefined) readDictionaryFile(reading, file, depth + 1)
  else if (!mayBeMissing) throw state.invalid('the included file cannot be read')
}
