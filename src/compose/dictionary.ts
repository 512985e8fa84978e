import {
  builtInDictionary,
  type Dictionary,
  loadDictionary,
  type SkippedKind,
} from '../radius/index.ts'

/** Reads the dictionaries when the first name is looked up: most configurations name no attribute. */
export function dictionaryOf(files: readonly string[]): () => Dictionary {
  let dictionary: Dictionary | undefined
  return () => {
    dictionary ??= loadDictionary([builtInDictionary, ...files])
    return dictionary
  }
}

/** What the administrator's own files say that cannot be used, one entry a kind. Reads them only where there are any. */
export function skippedInDictionaries(files: readonly string[]): readonly SkippedKind[] {
  return files.length === 0 ? [] : dictionaryOf(files)().skipped
}

/** One sentence for a kind, for the log and for `check`. */
export function describeSkipped({ what, count, name, fileName, line }: SkippedKind): string {
  return `${what}: ${count}. The first is ${name}, line ${line} of ${fileName}`
}
