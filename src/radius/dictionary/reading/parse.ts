import type { Definitions } from '../definition.ts'
import { SkippedLines } from '../skipped.ts'
import { DefinitionsBuilder } from './builder.ts'
import { readDictionaryFile } from './file-parser.ts'
import type { DictionaryFile, ReadInclude } from './file-state.ts'
import { PendingLines } from './pending.ts'

/**
 * Reads dictionary files in the text format that RADIUS servers share: of FreeRADIUS 3 and 4, of radiusclient and
 * of Radiator. VALUE may come before its ATTRIBUTE. What cannot be used is in `skipped`, once a kind. Throws
 * RadiusError `dictionary-invalid` with file and line in message and details for a mistake.
 */
export function parseDictionary(
  files: readonly DictionaryFile[],
  readInclude: ReadInclude,
): Definitions {
  const builder = new DefinitionsBuilder()
  const reading = { builder, readInclude, skipped: new SkippedLines(), pending: new PendingLines() }
  for (const file of files) readDictionaryFile(reading, file)
  reading.pending.follow(builder, reading.skipped)
  return builder.build(reading.skipped)
}
