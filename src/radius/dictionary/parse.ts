import { RadiusError } from '../errors.ts'
import { attributeType } from '../numbers.ts'
import { DefinitionsBuilder } from './builder.ts'
import type { Definitions } from './definition.ts'
import {
  type Flags,
  noFlags,
  readDataType,
  readFlags,
  readFormat,
  readNumber,
  readPath,
} from './line.ts'

export type DictionaryFile = { readonly text: string; readonly fileName: string }

/** Finds the file an `$INCLUDE name` in `from` speaks of; undefined when there is none. */
export type ReadInclude = (name: string, from: string) => DictionaryFile | undefined

type Place = { readonly fileName: string; readonly line: number }

type PendingValue = Place & {
  readonly attribute: string
  readonly name: string
  readonly number: number
}

/** Deeper is a file that includes itself. */
const maxIncludeDepth = 16

/**
 * Reads dictionary files in the usual text format (ATTRIBUTE, VALUE, VENDOR, BEGIN-VENDOR, END-VENDOR,
 * BEGIN-TLV, END-TLV, $INCLUDE, `$INCLUDE-` for files that may be missing). VALUE may come before its
 * ATTRIBUTE. Throws RadiusError `dictionary-invalid` with file and line in message and details.
 */
export function parseDictionary(
  files: readonly DictionaryFile[],
  readInclude: ReadInclude,
): Definitions {
  const builder = new DefinitionsBuilder()
  const values: PendingValue[] = []
  for (const file of files) new FileParser(builder, values, readInclude, file, 0).parse()
  for (const value of values) {
    const problem = builder.addValue(value.attribute, value.name, value.number)
    if (problem !== undefined) throw invalid(value, problem)
  }
  return builder.build()
}

/** What BEGIN-VENDOR and BEGIN-TLV opened: numbers on the lines inside count from `path`. */
type Block = {
  readonly kind: 'VENDOR' | 'TLV'
  readonly name: string
  readonly path: readonly number[]
  readonly vendor: number
}

class FileParser {
  readonly #builder: DefinitionsBuilder
  readonly #values: PendingValue[]
  readonly #readInclude: ReadInclude
  readonly #file: DictionaryFile
  readonly #depth: number
  readonly #blocks: Block[] = []
  #flags: Flags = noFlags
  #line = 0

  constructor(
    builder: DefinitionsBuilder,
    values: PendingValue[],
    readInclude: ReadInclude,
    file: DictionaryFile,
    depth: number,
  ) {
    this.#builder = builder
    this.#values = values
    this.#readInclude = readInclude
    this.#file = file
    this.#depth = depth
  }

  parse(): void {
    for (const line of this.#file.text.split('\n')) {
      this.#line++
      const comment = line.indexOf('#')
      const words = (comment < 0 ? line : line.slice(0, comment)).trim().split(/\s+/)
      if (words[0] !== undefined && words[0] !== '') this.#readLine(words[0], words.slice(1))
    }
    const open = this.#blocks.at(-1)
    if (open !== undefined) {
      throw this.#invalid(`a BEGIN-${open.kind} has no END-${open.kind}`)
    }
  }

  #readLine(keyword: string, words: readonly string[]): void {
    switch (keyword.toUpperCase()) {
      case 'ATTRIBUTE':
        this.#readAttribute(words)
        break
      case 'VALUE':
        this.#readValue(words)
        break
      case 'VENDOR':
        this.#readVendor(words)
        break
      case 'FLAGS':
        this.#readFlagsLine(words)
        break
      case 'BEGIN-VENDOR':
        this.#beginVendor(words)
        break
      case 'BEGIN-TLV':
        this.#beginTlv(words)
        break
      case 'END-VENDOR':
        this.#end('VENDOR', words)
        break
      case 'END-TLV':
        this.#end('TLV', words)
        break
      case '$INCLUDE':
      case '$INCLUDE-':
        this.#include(words, keyword.endsWith('-'))
        break
      default:
        throw this.#invalid('the line starts with no word of a dictionary')
    }
  }

  /** ATTRIBUTE name number type [flags | vendor] */
  #readAttribute([name, number, type, ...rest]: readonly string[]): void {
    if (name === undefined || number === undefined || type === undefined) {
      throw this.#invalid('ATTRIBUTE needs a name, a number and a type')
    }
    const relative = readPath(number) ?? this.#fail('the second word is no attribute number')
    const typed = readDataType(type) ?? this.#fail('the third word is no data type')
    const [last] = rest
    const vendor = last === undefined ? undefined : this.#builder.findVendor(last)
    const flags = readFlags(vendor === undefined ? rest : rest.slice(1))
    if ('unknown' in flags) throw this.#invalid('the last word is neither a flag nor a vendor')
    const block = this.#blocks.at(-1)
    const base =
      vendor !== undefined ? [attributeType.VendorSpecific, vendor.number] : (block?.path ?? [])
    const path = [...base, ...relative]
    if (relative.length > 1 && !this.#builder.holdsAttributes(path.slice(0, -1))) {
      throw this.#invalid('the number is inside an attribute that is not defined or holds none')
    }
    const problem = this.#builder.addAttribute({
      name,
      path,
      vendor: vendor?.number ?? block?.vendor ?? 0,
      ...typed,
      tagged: flags.tagged || this.#flags.tagged,
      encryption: flags.encryption ?? this.#flags.encryption,
      concat: flags.concat || this.#flags.concat,
    })
    if (problem !== undefined) throw this.#invalid(problem)
  }

  /** VALUE attribute name number */
  #readValue([attribute, name, text]: readonly string[]): void {
    if (attribute === undefined || name === undefined || text === undefined) {
      throw this.#invalid('VALUE needs an attribute, a name and a number')
    }
    const number = readNumber(text) ?? this.#fail('the third word is no number')
    const { fileName } = this.#file
    this.#values.push({ attribute, name, number, fileName, line: this.#line })
  }

  /** VENDOR name number [format=t,l[,c]] */
  #readVendor([name, text, format]: readonly string[]): void {
    if (name === undefined || text === undefined) {
      throw this.#invalid('VENDOR needs a name and a number')
    }
    const number = readNumber(text) ?? this.#fail('the second word is no number')
    const read =
      format === undefined
        ? undefined
        : (readFormat(format) ?? this.#fail('the last word is no vendor format'))
    const problem = this.#builder.addVendor(name, number, read)
    if (problem !== undefined) throw this.#invalid(problem)
  }

  /** FLAGS flags: for all attributes behind it in this file; `FLAGS` alone ends that. */
  #readFlagsLine(words: readonly string[]): void {
    const flags = readFlags(words)
    if ('unknown' in flags) throw this.#invalid('a word behind FLAGS is no flag')
    this.#flags = flags
  }

  /** BEGIN-VENDOR name [format=attribute]: the latter puts it below an extended vendor-specific. */
  #beginVendor([name, parent]: readonly string[]): void {
    const vendor = this.#builder.findVendor(name ?? '')
    if (name === undefined || vendor === undefined)
      throw this.#invalid('no VENDOR line defines this vendor')
    let above: readonly number[] = [attributeType.VendorSpecific]
    if (parent !== undefined) {
      const attribute = this.#builder.findAttribute(parent.replace(/^(format|parent)=/, ''))
      if (attribute === undefined) throw this.#invalid('the format names no attribute')
      above = attribute.path
    }
    const path = [...above, vendor.number]
    this.#blocks.push({ kind: 'VENDOR', name, path, vendor: vendor.number })
  }

  /** BEGIN-TLV attribute */
  #beginTlv([name]: readonly string[]): void {
    const attribute = this.#builder.findAttribute(name ?? '')
    if (name === undefined || attribute === undefined)
      throw this.#invalid('no line before defines this attribute')
    const { path, vendor, dataType } = attribute
    if (dataType !== 'tlv') throw this.#invalid('this attribute is no tlv')
    this.#blocks.push({ kind: 'TLV', name, path, vendor })
  }

  #end(kind: Block['kind'], [name]: readonly string[]): void {
    const block = this.#blocks.pop()
    if (block?.kind === kind && block.name.toLowerCase() === name?.toLowerCase()) return
    throw this.#invalid(`this END-${kind} ends nothing that is open`)
  }

  #include([name]: readonly string[], mayBeMissing: boolean): void {
    if (name === undefined) throw this.#invalid('$INCLUDE needs a file')
    if (this.#depth >= maxIncludeDepth) throw this.#invalid('$INCLUDE is nested too deep')
    const file = this.#readInclude(name, this.#file.fileName)
    if (file === undefined) {
      if (mayBeMissing) return
      throw this.#invalid('the included file cannot be read')
    }
    new FileParser(this.#builder, this.#values, this.#readInclude, file, this.#depth + 1).parse()
  }

  #fail(problem: string): never {
    throw this.#invalid(problem)
  }

  #invalid(problem: string): RadiusError {
    return invalid({ fileName: this.#file.fileName, line: this.#line }, problem)
  }
}

function invalid({ fileName, line }: Place, problem: string): RadiusError {
  return new RadiusError('dictionary-invalid', `${fileName}:${line}: ${problem}`, {
    file: fileName,
    line,
    problem,
  })
}
