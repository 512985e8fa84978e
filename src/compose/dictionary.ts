import { builtInDictionary, type Dictionary, loadDictionary } from '../radius/index.ts'

/** Reads the dictionaries when the first name is looked up: most configurations name no attribute. */
export function dictionaryOf(files: readonly string[]): () => Dictionary {
  let dictionary: Dictionary | undefined
  return () => {
    dictionary ??= loadDictionary([builtInDictionary, ...files])
    return dictionary
  }
}
