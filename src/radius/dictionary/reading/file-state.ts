import type { RadiusError } from '../../errors.ts'
import type { Place, SkippedLines } from '../skipped.ts'
import { type Block, Blocks } from './blocks.ts'
import type { DefinitionsBuilder, ValueNames } from './builder.ts'
import { type Flags, noFlags, readFlags } from './flags.ts'
import { invalid, type PendingLines } from './pending.ts'

export type DictionaryFile = { readonly text: string; readonly fileName: string }

/** Finds the file an `$INCLUDE name` in `from` speaks of; undefined when there is none. */
export type ReadInclude = (name: string, from: string) => DictionaryFile | undefined

/** What all files of one dictionary are read into. */
export type Reading = {
  readonly builder: DefinitionsBuilder
  readonly pending: PendingLines
  readonly skipped: SkippedLines
  readonly readInclude: ReadInclude
}

/** How far one file has been read, and what its lines so far mean for the next one. */
export class FileState {
  readonly reading: Reading
  readonly file: DictionaryFile
  readonly blocks = new Blocks()
  line = 0
  /** What FLAGS says for all attributes after it. */
  flags: Flags = noFlags
  /** What numbers with a dot in front count from; a text says why such lines are left out. */
  relative: Pick<Block, 'path' | 'vendor'> | string | undefined
  /** What VALUE lines right after it speak of; without `values` it is left out. */
  last: { readonly name: string; readonly values: ValueNames | undefined } | undefined
  /** Why the MEMBER lines of what is before them are left out. */
  structure: string | undefined

  constructor(reading: Reading, file: DictionaryFile) {
    this.reading = reading
    this.file = file
  }

  get place(): Place {
    return { fileName: this.file.fileName, line: this.line }
  }

  get where(): Place & { readonly scope: readonly number[] } {
    return { ...this.place, scope: this.blocks.current.path }
  }

  readFlags(words: readonly string[]): Flags {
    const isVendor = (name: string) => this.reading.builder.findVendor(name) !== undefined
    const flags = readFlags(words, isVendor)
    if ('unknown' in flags) return this.fail('one of these words is neither a flag nor a vendor')
    return flags
  }

  invalid(problem: string): RadiusError {
    return invalid(this.place, problem)
  }

  fail(problem: string): never {
    throw this.invalid(problem)
  }
}
