import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { RadiusError } from '../errors.ts'
import { createDictionary, type Dictionary } from './dictionary.ts'
import type { DictionaryFile } from './reading/file-state.ts'
import { parseDictionary } from './reading/parse.ts'

/** Our own files, with the attributes of the RFCs and of common vendors. */
export const builtInDictionary: string = resolve(
  import.meta.dirname,
  '../../../dictionaries/dictionary',
)

/**
 * Reads dictionary files and what they include; later ones add to earlier ones. Throws RadiusError
 * `dictionary-invalid`, with file and line for a mistake inside one.
 */
export function loadDictionary(paths: readonly string[] = [builtInDictionary]): Dictionary {
  const files = paths.map((path) => {
    const file = readFile(path)
    if (file !== undefined) return file
    throw new RadiusError('dictionary-invalid', `${path}: cannot be read`, { file: path })
  })
  const readInclude = (name: string, from: string) => readFile(resolve(dirname(from), name))
  return createDictionary(parseDictionary(files, readInclude))
}

function readFile(fileName: string): DictionaryFile | undefined {
  try {
    return { fileName, text: readFileSync(fileName, 'utf8') }
  } catch {
    return undefined
  }
}
